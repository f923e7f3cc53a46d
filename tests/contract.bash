# contract: the questions of contract.bats, which contract_aws.bats asks as well. Each tool
# gets a directory and a home of its own per question; all are asked before the test fails,
# and those that break the contract are named.

ALL=(fxfetch fxenc kput kread kack kbatch kstat ddbput ddbget smget fxstack)
# By what they do: take lines, store lines, give receipts for lines, only give out.
TAKING=(fxfetch fxenc kput kack kbatch ddbput)
STORING=(kput ddbput)
RECEIPTING=("${STORING[@]}" kbatch)
GIVING=(kread kstat ddbget smget)

# each QUESTION TOOL…: calls QUESTION TOOL in a shell of its own per tool.
each() {
	local question=$1 tool broken=() result
	shift
	for tool; do
		mkdir -p "$BATS_TEST_TMPDIR/$tool"
		set +e
		(
			trap 'echo "$tool: ${FUNCNAME[0]-} line $LINENO: $BASH_COMMAND" >&2' ERR
			trap fx_end_started EXIT
			fx_started=()
			set -e
			cd "$BATS_TEST_TMPDIR/$tool"
			export FX_HOME=$PWD/fx
			prepare_"$tool"
			"$question" "$tool"
		)
		result=$?
		set -e
		[ "$result" = 0 ] || broken+=("$tool")
	done
	[ ${#broken[@]} = 0 ] || {
		echo "breaks the contract: ${broken[*]}" >&2
		return 1
	}
}

# What a tool is asked with. command: a run that does well and answers on its
# standard output; good: a file of 20 lines for it (empty for those that take
# none); bad: a line that it refuses; stored: a command that shows what it keeps.
prepare_fxfetch() {
	command=(fxfetch -p sample)
	yes '{"ticker":"BTC/USD"}' | head -n 20 >good
	bad='{"ticker":"no pair at all"}'
}

responses() {
	awk -v count="$1" 'BEGIN {
		for (i = 0; i < count; i++) {
			printf "{\"provider\":\"coinbase\",\"ticker\":\"BTC/USD\","
			printf "\"fetched\":\"2025-10-21T14:%02d:%02d.%03dZ\",", i / 60 % 60, i % 60, i % 1000
			printf "\"response\":{\"data\":{\"amount\":\"%d.00\",\"base\":\"BTC\",\"currency\":\"USD\"}}}\n", 64000 + i
		}
	}'
}

prepare_fxenc() {
	command=(fxenc)
	responses 20 >good
	bad='{"provider":"coinbase","ticker":"BTC/USD"}'
}

prepare_kput() {
	command=(kput -k ticker)
	rates 20 >good
	bad='{"no":"ticker"}'
	stored=(kread)
}

prepare_kread() {
	command=(kread -g readers)
	: >good
	rates 20 | kput -q
}

prepare_kack() {
	command=(kack -g readers --receipts)
	rates 20 | kput -q
	kread -g readers | grep -v '+"' >good
	bad='{"no":"position"}'
}

# Its options stand before the command, which is the same for all questions: a kbatch that
# has one is first in PATH.
prepare_kbatch() {
	mkdir -p bin
	cat >bin/handler <<-'END'
		#!/bin/sh
		cat >"batch.$$"
		! grep -q '"no":"key"' "batch.$$" && cat "batch.$$" >>handled
		status=$?
		rm "batch.$$"
		exit "$status"
	END
	cat >bin/kbatch <<-END
		#!/bin/sh
		exec "$FX_BUILD/bin/kbatch" "\$@" -r 0 --bisect -- "$PWD/bin/handler"
	END
	chmod +x bin/handler bin/kbatch
	PATH=$PWD/bin:$PATH
	hash -r
	rm -f handled
	command=(kbatch)
	rates 20 >good
	bad='{"no":"key"}'
	stored=(cat handled)
}

prepare_kstat() {
	command=(kstat)
	: >good
	rates 20 | kput -q
}

prepare_ddbput() {
	command=(ddbput)
	rates 20 >good
	bad='{"no":"key"}'
	stored=(ddbget)
}

prepare_ddbget() {
	command=(ddbget)
	: >good
	rates 20 | ddbput -q
}

prepare_smget() {
	(umask 077 && echo "what only you may know" >secret)
	command=(smget file:secret)
	: >good
}

# It does nothing at all where one line is bad, and so is not among those that take lines.
prepare_fxstack() {
	command=(fxstack deploy)
	seq -f '{"resource":"bucket","name":"archive%g"}' 20 >good
	bad='{"resource":"bucket"}'
}

# More than a pipe holds, for TOOL.
flood() {
	case $1 in
	fxfetch) yes '{"ticker":"BTC/USD"}' | head -n 2000 ;;
	fxenc) responses 5000 ;;
	kput | ddbput | kbatch) rates 20000 ;;
	kack)
		rates 20000 | kput -q -s flood
		kread -s flood -g readers
		;;
	kread | kstat) rates 20000 | kput -q ;;
	ddbget) rates 20000 | ddbput -q ;;
	esac
}

# ask COMMAND…: standard input is the file that $from names (default: good);
# leaves the files out and err, and the exit status in $status.
ask() {
	status=0
	"$@" <"${from:-good}" >out 2>err || status=$?
}

# UTF-8 without control characters (C0, DEL, C1) but newlines, and in no long line.
words_are_safe() {
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
	not grep -aqP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$1"
	[ "$(wc -L <"$1")" -le 700 ]
}

says_who() {
	[ -s err ]
	grep -q "^$1: " err
	words_are_safe err
}

# What is in the stream or table, as comparable lines. Numbers in a table may
# have lost their trailing zeros, so the key stands for the item.
show_stored() {
	case $1 in
	kput) kread | jq -r .last_refreshed ;;
	ddbput) ddbget | jq -r .last_refreshed ;;
	kbatch) [ ! -e handled ] || jq -rR 'fromjson? | .last_refreshed?' handled ;;
	esac
}

keys() {
	jq -r '.last_refreshed // .metric'
}

# --- options ---

bad_option() {
	local wrong
	for wrong in --no-such-option -Q "--max-line 0" "--max-line 12x" "--max-line -1" --stats; do
		# shellcheck disable=SC2086 # an option and its value
		ask "$1" $wrong
		[ "$status" = 2 ]
		[ ! -s out ]
		says_who "$1"
	done
	ask "${command[@]}" --stats no/such/directory
	[ "$status" = 2 ]
	[ ! -s out ]
	says_who "$1"
}

surplus() {
	ask "${command[@]}" surplus
	[ "$status" = 2 ]
	[ ! -s out ]
	says_who "$1"
	[ -z "${stored+x}" ] || [ -z "$(show_stored "$1" 2>/dev/null)" ]
}

help() {
	local option
	for option in -h --help; do
		ask "$1" "$option"
		[ "$status" = 0 ]
		[ ! -s err ]
		head -n 1 out | grep -q "$1"
		[ "$(wc -L <out)" -le 100 ]
	done
	for option in --help --version --stats progress --max-line; do
		grep -q -e "$option" out
	done
	for option in -V --version; do
		ask "$1" "$option"
		[ "$status" = 0 ]
		[ ! -s err ]
		grep -qx "$1 .*$(sed -n 's/^VERSION = //p' "$REPOSITORY/Makefile")" out
		[ "$(wc -l <out)" = 1 ]
	done
	status=0
	"$1" -h >/dev/full 2>err || status=$?
	[ "$status" = 75 ]
}

stats() {
	ask "${command[@]}" --stats figures
	[ "$status" = 0 ]
	"$1" --no-progress "${command[@]:1}" --stats=figures <good >/dev/null
	[ "$(wc -l <figures)" = 2 ]
	[ "$(stat -c %a figures)" = 600 ]
	holds -s --arg tool "$1" 'all(.tool == $tool and .exit == 0
		and (.started | test("^20..-..-..T.*Z$"))
		and ([.seconds, .lines, .bytes, .done, .refused, .batches] | all(type == "number" and . >= 0))
		and (.commit_ms.p50 <= .commit_ms.p99))' figures
	case $1 in
	kstat) ;;
	kread) holds -s '.[0].lines == 20' figures ;;
	*) holds -s '.[0].lines == 20 and .[0].refused == 0' figures ;;
	esac
}

stats_of_failures() {
	{
		head -n 5 good
		echo "$bad"
		tail -n 15 good
	} >mixed
	from=mixed ask "${command[@]}" --stats figures
	[ "$status" != 0 ]
	holds --argjson status "$status" '.exit == $status and .refused == 1' figures
}

# err: one object a line, and nothing else.
says_json() {
	[ -s err ]
	words_are_safe err
	holds -s --arg tool "$1" 'length > 0 and all(.tool == $tool
		and (.time | test("^20[0-9-]{8}T[0-9:]{8}[.][0-9]{3}Z$"))
		and (.level | IN("error", "warning", "info", "debug"))
		and (.message | length > 0)
		and (.line == null or (.line | type == "number" and . > 0)))' err
	[ "$(jq -c . err | wc -l)" = "$(wc -l <err)" ]
}

log_usage() {
	# What is wrong stands before the option, behind it, or is the option.
	ask "$1" --no-such-option --log json
	[ "$status" = 2 ]
	says_json "$1"
	holds -s 'length == 1 and .[0].level == "error"' err
	ask "$1" --log=json --max-line 12x
	[ "$status" = 2 ]
	says_json "$1"
	ask "$1" --log
	[ "$status" = 2 ]
	says_who "$1"
	ask "$1" --log xml
	[ "$status" = 2 ]
	says_who "$1"
	FX_LOG=json ask "$1" -Q
	says_json "$1"
	FX_LOG=json ask "$1" -Q --log text
	says_who "$1"
	FX_LOG=xml ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	[ ! -s out ]
}

log_line() {
	{
		head -n 5 good
		printf '\x1b[2J\xff"\\\xc2\x9b%s\n' "$bad"
	} >mixed
	from=mixed ask "${command[@]}" -v --log json --progress
	[ "$status" != 0 ]
	says_json "$1"
	holds -s 'any(.level == "error" and .line == 6)' err
	# The same words as in text.
	prepare_"$1"
	from=mixed FX_LOG=text ask "${command[@]}"
	grep -qF "$1: line 6: " err
}

stats_full() {
	ask "${command[@]}" --stats /dev/full
	[ "$status" = 75 ]
	says_who "$1"
}

progress() {
	ask "${command[@]}" --progress
	[ "$status" = 0 ]
	[ -s err ]
	tr '\r' '\n' <err | grep -q '[0-9]'
	prepare_"$1"
	ask "${command[@]}"
	[ ! -s err ]
}

# --- the ends of input ---

empty() {
	from=/dev/null ask "${command[@]}"
	[ "$status" = 0 ]
	[ ! -s out ]
	[ ! -s err ]
}

good_input() {
	ask "${command[@]}"
	[ "$status" = 0 ]
	[ -s out ]
	[ ! -s err ]
}

input_closed() {
	status=0
	"${command[@]}" >out 2>err <&- || status=$?
	[ "$status" = 2 ]
	says_who "$1"
	[ ! -s out ]
}

input_unused() {
	status=0
	"${command[@]}" >out 2>err <&- || status=$?
	[ "$status" = 0 ]
	[ -s out ]
	"${command[@]}" >again
	[ "$1" = kstat ] || cmp out again
}

input_unreadable() {
	status=0
	"${command[@]}" >out 2>err <. || status=$?
	[ "$status" = 2 ] || [ "$status" = 75 ]
	says_who "$1"
}

cut_off() {
	local whole
	whole=$(wc -l <good)
	{
		cat good
		head -n 1 good | head -c 15 | tr -d '\n'
	} >broken_off
	from=broken_off ask "${command[@]}"
	case $1 in
	fxfetch | fxenc) [ "$status" = 1 ] ;;
	*) [ "$status" = 2 ] ;;
	esac
	says_who "$1"
	grep -q "line $((whole + 1))" err
	case $1 in
	fxfetch | fxenc) [ "$(wc -l <out)" -ge "$whole" ] ;;
	*) cmp good out ;;
	esac
	[ -z "${stored+x}" ] || [ "$(show_stored "$1")" = "$(keys <good)" ]
}

no_last_newline() {
	head -c -1 good >unterminated
	from=unterminated ask "${command[@]}"
	[ "$status" = 0 ]
	[ ! -s err ]
	case $1 in
	fxfetch | fxenc) [ "$(wc -l <out)" -ge 20 ] ;;
	*) [ "$(cat out)" = "$(cat good)" ] ;;
	esac
	[ -z "${stored+x}" ] || [ "$(show_stored "$1")" = "$(keys <good)" ]
}

# --- lines that will not do ---

mix() {
	{
		head -n 5 good
		echo "$bad"
		tail -n +6 good
	} >mixed
}

bad_line_stops() {
	mix
	from=mixed ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	grep -q "line 6" err
	head -n 5 good | cmp - out
	[ -z "${stored+x}" ] || [ "$(show_stored "$1")" = "$(head -n 5 good | keys)" ]
}

bad_line_passed() {
	mix
	ask "${command[@]}"
	mv out expected
	from=mixed ask "${command[@]}"
	[ "$status" = 1 ]
	says_who "$1"
	grep -q "line 6" err
	[ "$(wc -l <out)" = "$(wc -l <expected)" ]
}

bad_line_aside() {
	mix
	from=mixed ask "${command[@]}" -x rejects
	[ "$status" = 1 ]
	[ "$(stat -c %a rejects)" = 600 ]
	[ "$(wc -l <rejects)" = 1 ]
	holds --arg tool "$1" --argjson record "$bad" \
		'.tool == $tool and .line == 6 and .record == $record and (.error | length > 0)' rejects
	[ "$1" = fxenc ] || cmp good out
	[ -z "${stored+x}" ] || [ "$(show_stored "$1")" = "$(keys <good)" ]
	# Appended to, not begun anew.
	prepare_"$1"
	from=mixed ask "${command[@]}" -x rejects
	[ "$(wc -l <rejects)" = 2 ]
}

rejects_full() {
	mix
	from=mixed ask "${command[@]}" -x /dev/full
	[ "$status" = 75 ]
	says_who "$1"
	head -n 5 good | cmp - out
	[ "$(show_stored "$1")" = "$(head -n 5 good | keys)" ]
}

rejects_wrong() {
	ask "${command[@]}" -x no/such/directory
	[ "$status" = 2 ]
	says_who "$1"
	[ ! -s out ]
}

too_long() {
	local most
	# Of a positioned line the record counts, as kread was given it.
	most=$(head -n 1 good | sed 's/"_pos":"[^"]*",*//' | tr -d '\n' | wc -c)
	head -n 1 good >long
	from=long ask "${command[@]}" --max-line "$most"
	[ "$status" = 0 ]
	prepare_"$1"
	from=long ask "${command[@]}" --max-line $((most - 1))
	case $1 in
	fxfetch | fxenc) [ "$status" = 1 ] ;;
	*) [ "$status" = 2 ] ;;
	esac
	[ ! -s out ]
	says_who "$1"
	grep -q "line 1" err
}

much_too_long() {
	{
		head -n 1 good
		head -c 20000000 /dev/zero | tr '\0' x
		echo
		tail -n 1 good
	} >long
	from=long ask "${command[@]}" -x rejects
	[ "$status" = 1 ]
	holds '.line == 2 and .bytes == 20000000 and (.base64 | length == 87384)' rejects
	case $1 in
	fxenc) [ "$(wc -l <out)" = 2 ] ;;
	*) { head -n 1 good && tail -n 1 good; } | cmp - out ;;
	esac
}

# Done, refused or set aside, and counted: a fate for each hostile line, in each
# tool, and work goes on after them.
hostile() {
	local lines
	base64 -d "$FIXTURES/hostile.ndjson.b64" >hostile
	# The last one is cut off; here another follows.
	echo >>hostile
	[ "$1" != kbatch ] || echo "$bad" >>hostile
	tail -n 1 good >>hostile
	lines=$(wc -l <hostile)
	case $1 in
	fxfetch) from=hostile ask "${command[@]}" --stats figures ;;
	*) from=hostile ask "${command[@]}" -x rejects --stats figures ;;
	esac
	[ "$status" = 1 ]
	words_are_safe err
	holds --argjson lines "$lines" '.lines + .marks == $lines and .done + .refused == .lines' figures
	case $1 in
	fxfetch) [ "$(wc -l <out)" -ge 1 ] ;;
	*) [ "$(jq -s length rejects)" = "$(jq .refused figures)" ] ;;
	esac
	case $1 in
	kput | ddbput | cwput | kbatch)
		tail -n 1 out | cmp - <(tail -n 1 good)
		show_stored "$1" 2>/dev/null | grep -qxF "$(tail -n 1 good | keys)"
		;;
	fxenc) tail -n 1 out | holds '.ticker == "BTC/USD"' ;;
	esac
}

hostile_stops() {
	{
		cat good
		base64 -d "$FIXTURES/hostile.ndjson.b64" | tail -n +6
	} >hostile
	from=hostile ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	head -n 20 out | cmp - good
	show_stored "$1" | head -n 20 | cmp - <(keys <good)
}

one_by_one() {
	local number=0 line
	base64 -d "$FIXTURES/hostile.ndjson.b64" >hostile
	while [ $number -lt "$(wc -l <hostile)" ]; do
		number=$((number + 1))
		line=$number
		sed -n "${line}p" hostile >one
		from=one ask "${command[@]}"
		words_are_safe err
		case $status in
		0 | 1 | 2) ;;
		*) echo "line $line: status $status" >&2 && return 1 ;;
		esac
		[ "$status" = 0 ] || grep -q 'line 1' err
	done
}

# --- standard output ---

full_output() {
	status=0
	"${command[@]}" <good >/dev/full 2>err || status=$?
	[ "$status" = 75 ]
	says_who "$1"
	[ "$(grep -c 'could not write the output' err)" = 1 ]
}

output_closed() {
	status=0
	"${command[@]}" <good >&- 2>err || status=$?
	[ "$status" = 2 ] || [ "$status" = 75 ]
	says_who "$1"
	# Nothing was written to a file that took the descriptor's number.
	local file
	for file in fx/*.stream fx/*.table fx/*.groups; do
		[ ! -e "$file" ] || [ "$(sqlite3 "$file" 'PRAGMA integrity_check')" = ok ]
	done
}

error_closed() {
	mix
	status=0
	"${command[@]}" <mixed >out 2>&- || status=$?
	[ "$status" = 2 ] || [ "$status" = 1 ]
	local file
	for file in fx/*.stream fx/*.table; do
		[ ! -e "$file" ] || [ "$(sqlite3 "$file" 'PRAGMA integrity_check')" = ok ]
	done
}

reader_gone() {
	local writer
	exec {writer}> >(:)
	wait_for 20 is_ended $!
	status=0
	"${command[@]}" <good 2>err 1>&"$writer" || status=$?
	exec {writer}>&-
	[ "$status" = 141 ]
	[ ! -s err ]
}

reader_goes() {
	flood "$1" >many
	set +o pipefail
	case $1 in
	kack) command=(kack -s flood -g readers --receipts) ;;
	esac
	"${command[@]}" <many 2>err | head -n 1 >out
	status=${PIPESTATUS[0]}
	[ "$status" = 141 ]
	[ "$(wc -l <out)" = 1 ]
	[ ! -s err ]
	case $1 in
	kput | ddbput | kbatch) show_stored "$1" | grep -qxF "$(keys <out)" ;;
	esac
}

# Runs the command with an input that stays open and silent after the lines of
# the file $1 (if any), in the background; $feeder is the descriptor to close.
idle() {
	rm -f idle_in
	mkfifo idle_in
	exec {feeder}<>idle_in
	[ -z "${1-}" ] || cat "$1" >&"$feeder"
}

reader_leaves_waiting() {
	local reader pid before after
	idle
	mkfifo idle_out
	"${command[@]}" <idle_in >idle_out 2>err {feeder}>&- &
	pid=$!
	fx_started+=("$pid")
	exec {reader}<idle_out
	if [ "$1" = kread ]; then
		for _ in $(seq 20); do read -r -t 20 _ <&"$reader"; done
	fi
	before=${EPOCHREALTIME/[^0-9]/}
	exec {reader}<&-
	wait_for 20 is_ended "$pid"
	after=${EPOCHREALTIME/[^0-9]/}
	status_of "$pid"
	[ "$status" = 141 ]
	[ ! -s err ]
	[ $((after - before)) -lt 2000000 ]
}

reader_leaves_following() {
	command=(kread -f)
	reader_leaves_waiting kread
	command=(kread -g others -f)
	rm idle_out
	reader_leaves_waiting kread
}

reader_leaves_absent() {
	command=(kread -s absent -f)
	reader_leaves_waiting absent
}

prompt() {
	head -n 1 good >first
	sed -n 2p good >second
	idle first
	: >out
	in_background "${command[@]}" <idle_in >out 2>err {feeder}>&-
	wait_for 20 test -s out
	local lines
	lines=$(wc -l <out)
	cat second >&"$feeder"
	wait_for 20 more_lines_than "$lines" out
	[ "$1" = fxfetch ] || [ "$1" = fxenc ] || { cat first second | cmp - out; }
	exec {feeder}>&-
	status_of "$background"
	[ "$status" = 0 ]
}

more_lines_than() {
	[ "$(wc -l <"$2")" -gt "$1" ]
}

prompt_following() {
	: >out
	in_background kread -f >out 2>err
	wait_for 20 more_lines_than 19 out
	rates 1 NEW/USD | kput -q
	wait_for 20 grep -q NEW/USD out
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
}

# --- receipts and marks ---

receipts() {
	rates 25000 >many
	from=many ask "${command[@]}"
	[ "$status" = 0 ]
	cmp many out
	[ "$(show_stored "$1" | sort | uniq | wc -l)" = 25000 ]
	from=good ask "${command[@]}" -q
	[ "$status" = 0 ]
	[ ! -s out ]
}

# White space, escapes, spellings of numbers: nothing of it is touched.
receipts_odd() {
	cat >odd <<-'END'
		{ "ticker" : "BTC/USD" , "last_refreshed":"a", "exchange_rate":1.50e+02 }
		{"last_refreshed":"\u0062","ticker":"BTC\/USD","exchange_rate":-0.0}
		{"ticker":"BTC/USD","last_refreshed":"c","exchange_rate":0.10000000000000000555}  
		{"_pos":"0:7","ticker":"BTC/USD","last_refreshed":"d"}
		 { "_pos" : "0:8" , "ticker":"BTC/USD","last_refreshed":"e"}
	END
	from=odd ask "${command[@]}"
	[ "$status" = 0 ]
	cmp odd out
	[ "$(show_stored "$1")" = $'a\nb\nc\nd\ne' ]
	"${stored[@]}" | holds -s 'all(has("_pos") | not)'
}

marks() {
	{
		echo '{"_pos":"shard-1:4+"}'
		sed 's/^{/{"_pos":"0:5",/' good | head -n 3
		echo '{"_pos":"0:7+"}'
		echo '{"_pos":"0:8+","ticker":"BTC/USD","last_refreshed":"added by a filter"}'
		sed 's/^{/{"_pos":"0:9",/' good | tail -n +4
		echo '{"_pos":"0:12.3+"}'
	} >marked
	from=marked ask "${command[@]}"
	[ "$status" = 0 ]
	cmp marked out
	[ "$(show_stored "$1")" = "$(keys <good)" ]
}

marks_quiet() {
	echo '{"_pos":"0:7+"}' >marked
	from=marked ask "${command[@]}" -q
	[ "$status" = 0 ]
	[ ! -s out ]
}

marks_for_refused() {
	{
		sed 's/^{/{"_pos":"0:5",/' good | head -n 1
		echo "{\"_pos\":\"0:6\",${bad#\{}"
		sed 's/^{/{"_pos":"0:7",/' good | sed -n 2p
	} >mixed
	from=mixed ask "${command[@]}" -x rejects
	[ "$status" = 1 ]
	{
		sed -n 1p mixed
		echo '{"_pos":"0:6+"}'
		sed -n 3p mixed
	} | cmp - out
	holds '.line == 2 and .record._pos == "0:6"' rejects
}

raw() {
	local record='{"ticker":"BTC/USD","last_refreshed":"from raw","exchange_rate":1.50}'
	printf '{"_pos":"0:3","_raw":"%s"}\n' "$(printf %s "$record" | base64 -w 0)" >wrapped
	from=wrapped ask "${command[@]}"
	[ "$status" = 0 ]
	cmp wrapped out
	[ "$(show_stored "$1")" = 'from raw' ]
	[ "$1" != kput ] || [ "$(kread)" = "$record" ]
}

# --- signals ---

# More lines than are done before a signal comes; the input stays open after them.
trickle() {
	mkfifo trickle_in
	exec {feeder}<>trickle_in
	rates 200000 >trickle_lines
	cat trickle_lines >trickle_in 2>/dev/null {feeder}>&- &
	fx_started+=($!)
}

stopped_by() {
	local signal=$1 tool=$2 pid
	[ "$signal" = TERM ] || rm -rf fx trickle_in
	trickle
	env --default-signal="$signal" "${command[@]}" <trickle_in >out 2>err {feeder}>&- &
	pid=$!
	fx_started+=("$pid")
	wait_for 20 more_lines_than 100 out
	kill -"$signal" "$pid"
	wait_for 20 is_ended "$pid"
	status_of "$pid"
	exec {feeder}>&-
	[ ! -s err ]
	# Half way, not at the end.
	[ "$(wc -l <out)" -lt 200000 ]
	# Whole lines, those of the input from its first on, and exactly what is stored.
	head -n "$(wc -l <out)" trickle_lines | cmp - out
	show_stored "$tool" >kept
	keys <out | cmp - kept
}

terminated() {
	stopped_by TERM "$1"
	[ "$status" = 143 ]
}

interrupted() {
	stopped_by INT "$1"
	[ "$status" = 130 ]
}

terminated_waiting() {
	local signal expected
	for signal in TERM:143 INT:130; do
		expected=${signal#*:} signal=${signal%:*}
		prepare_"$1"
		idle good
		: >out
		env --default-signal="$signal" "${command[@]}" --stats figures <idle_in >out 2>err {feeder}>&- &
		fx_started+=($!)
		wait_for 20 more_lines_than 19 out
		kill -"$signal" $!
		wait_for 20 is_ended $!
		status_of $!
		[ "$status" = "$expected" ]
		[ ! -s err ]
		exec {feeder}>&-
	done
	[ "$(wc -l <figures)" = 2 ]
}

terminated_following() {
	local follow
	for follow in "kread -f" "kread -f -g others" "kread -f -s absent"; do
		: >out
		# shellcheck disable=SC2086 # a command's words
		in_background $follow >out 2>err
		case $follow in
		*absent) ;;
		*) wait_for 20 more_lines_than 19 out ;;
		esac
		wait_for 20 ready_for_signals "$background"
		kill -TERM "$background"
		wait_for 20 is_ended "$background"
		status_of "$background"
		[ "$status" = 143 ]
	done
}

# It has a handler for SIGTERM, so main has begun.
ready_for_signals() {
	local caught
	caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status")
	[ $((0x$caught & 0x4000)) != 0 ]
}

interrupted_kack() {
	idle
	head -n 10 good >&"$feeder"
	: >out
	env --default-signal=INT "${command[@]}" <idle_in >out 2>err {feeder}>&- &
	local pid=$!
	fx_started+=("$pid")
	wait_for 20 more_lines_than 9 out
	kill -INT "$pid"
	tail -n +11 good >&"$feeder"
	wait_for 20 more_lines_than 19 out
	not is_ended "$pid"
	exec {feeder}>&-
	status_of "$pid"
	[ "$status" = 0 ]
	cmp good out
	[ "$(kread -g readers | grep -c ticker)" = 1 ]
}

terminated_kack() {
	idle good
	: >out
	in_background "${command[@]}" <idle_in >out 2>err {feeder}>&-
	wait_for 20 more_lines_than 19 out
	kill -TERM "$background"
	status_of "$background"
	[ "$status" = 143 ]
	exec {feeder}>&-
	# The last line's own record is not known to be done; all before it are.
	[ "$(kread -g readers | grep -c ticker)" = 1 ]
}

# --- words ---

foreign_text() {
	local escape=$'\e[31m\a\b\x7f'
	for option in -s -t -g -p -x -k -K --stats --max-line --from; do
		ask "$1" "$option" "a b$escape"
		[ ! -s err ] || words_are_safe err
	done
	ask "$1" "--$escape"
	[ "$status" = 2 ]
	words_are_safe err
	ask "$1" "$escape"
	words_are_safe err
	{
		printf '{"ticker":"%s","exchange_rate":1,"last_refreshed":"x"}\n' "$escape"
		printf '%s\n' "$escape"
		printf '{"_pos":"%s"}\n' "$escape"
		printf '{"ticker":"\\u001b[31m%s/USD","provider":"\\u001b[31m"}\n' "$(printf '%03000d' 0)"
		printf '{"\\u001b[31m":1,"\\u001b[31m":1,"ticker":"A/B","provider":"\\u009b31m"}\n'
	} >odd
	local number
	for number in 1 2 3 4 5; do
		sed -n "${number}p" odd >one
		from=one ask "${command[@]}"
		words_are_safe err
	done
}

secret() {
	local key=SECRET0123456789ABCDEF
	mkdir -p "$XDG_CONFIG_HOME/fxpipe"
	(umask 077 && echo "$key" >"$XDG_CONFIG_HOME/fxpipe/alphavantage.key" && echo "$key" >key)
	"${command[@]}" -v <good >out 2>err || true
	not grep -q "$key" out err
	if [ "$1" = fxfetch ]; then
		# Given by mistake where its location belongs, it is not repeated either.
		not fxfetch -p alphavantage -K "$key" BTC/USD >out 2>err
		not grep -q "$key" out err
		# The file is as the key should be, the provider cannot be reached.
		in_background fxfetch -v -p alphavantage -K file:"$PWD/key" --timeout 5 BTC/USD >out 2>err
		not grep -q "$key" "/proc/$background/cmdline"
		status_of "$background"
		[ "$status" != 0 ]
		not grep -q "$key" out err
	fi
}

# --- the worst status ---

worst() {
	# One line refused (1), then the output's disk full (75).
	mix
	status=0
	"${command[@]}" -x rejects <mixed >/dev/full 2>err || status=$?
	[ "$status" = 75 ]
}

worst_person() {
	# Refused under -x (1), then a table that is none (2) is found first of all.
	mkdir -p fx
	echo "not a database" >"fx/rates.$2"
	mix
	from=mixed ask "${command[@]}" -x rejects
	[ "$status" = 2 ]
	says_who "$1"
	[ "$(cat "fx/rates.$2")" = "not a database" ]
	[ ! -s out ]
}

foreign_stream() {
	worst_person "$1" stream
}

foreign_table() {
	worst_person "$1" table
}

# --- resources ---

full_disk() {
	rates 60000 >many
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm bash -eu -c '
		mkdir small
		mount -t tmpfs -o size=60m none small
		head -c 58M /dev/zero >small/ballast
		export FX_HOME=$PWD/small
		tool=$1
		shift
		status=0
		"$@" <many >out 2>err || status=$?
		[ "$status" = 75 ]
		grep -q "^$tool: " err
		count=$(wc -l <out)
		[ "$count" -gt 0 ]
		[ "$count" -lt 60000 ]
		head -n "$count" many | cmp - out
		# Room again: what had a receipt is there, and the next run goes on.
		rm small/ballast
		tail -n +$((count + 1)) many | "$@" -q
		case $tool in
		kput) kread ;;
		ddbput) ddbget ;;
		esac >kept
	' namespace "$1" "${command[@]}"
	[ "$(jq -r .last_refreshed kept | sort -u | wc -l)" = 60000 ]
}

file_limit() {
	rates 60000 >many
	status=0
	# The limit counts for the receipts too, unless they go through a pipe.
	(
		ulimit -f 2048
		status=0
		"${command[@]}" <many 2>err || status=$?
		echo "$status" >status
	) | cat >out
	[ "$(cat status)" = 75 ]
	says_who "$1"
	local count
	count=$(wc -l <out)
	[ "$count" -gt 0 ]
	[ "$count" -lt 60000 ]
	tail -n +$((count + 1)) many | "${command[@]}" -q
	[ "$(show_stored "$1" | sort -u | wc -l)" = 60000 ]
}

home_is_a_file() {
	rm -rf fx
	: >fx
	ask "${command[@]}"
	[ "$status" = 2 ]
	says_who "$1"
	[ ! -s out ]
	grep -q fx err
}

read_only() {
	# shellcheck disable=SC2016 # for the inner shell
	unshare -rm bash -eu -c '
		mkdir -p fx
		mount --bind fx fx
		mount -o remount,bind,ro fx
		tool=$1
		shift
		status=0
		"$@" <good >out 2>err || status=$?
		[ "$status" = 2 ]
	' namespace "$1" "${command[@]}"
	says_who "$1"
	[ ! -s out ]
}

locked() {
	"${command[@]}" -q <good
	local file
	file=$(find fx -name '*.stream' -o -name '*.table')
	mkfifo hold
	# Holds the write lock until its input ends.
	python3 -c '
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
open("held", "w").close()
sys.stdin.read()
database.execute("ROLLBACK")' "$file" <hold &
	fx_started+=($!)
	local holder=$! lock
	exec {lock}>hold
	wait_for 20 test -e held
	ask "${command[@]}"
	[ "$status" = 75 ]
	says_who "$1"
	[ ! -s out ]
	exec {lock}>&-
	wait "$holder"
	ask "${command[@]}"
	[ "$status" = 0 ]
	cmp good out
}
