# tools: the tools that the contract binds, and what a question needs of them. For each question
# a tool gets a directory and a home of its own; all tools are asked before the test fails, and
# those that break the contract are named.

ALL=(fxfetch fxenc kput kread kack kbatch kstat ddbput ddbget s3get smget fxstack fxmetrics fxroll fxalert fxplot)
# Those that read lines, that store lines, that write receipts, and that read no input.
TAKING=(fxfetch fxenc fxroll fxalert fxplot kput kack kbatch ddbput)
STORING=(kput ddbput)
RECEIPTING=("${STORING[@]}" kbatch)
GIVING=(kread kstat ddbget s3get smget)

# each QUESTION TOOL…: calls QUESTION TOOL for each tool, in a shell of its own.
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

# prepare_TOOL sets what questions use. command: a run that succeeds and writes to standard
# output; good: a file of 20 lines for its input (empty if it reads none); bad: a line that it
# refuses; stored: a command that prints what it has stored.
prepare_fxfetch() {
	command=(fxfetch -p sample)
	yes '{"ticker":"BTC/USD"}' | head -n 20 >good
	bad='{"ticker":"not a pair"}'
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

# No window is ever full, so that it writes its input.
prepare_fxroll() {
	command=(fxroll -k ticker -v exchange_rate sma=1000000)
	rates 20 >good
	bad='{"ticker":"BTC/USD","last_refreshed":"2025-10-21T14:30:00Z"}'
}

# Each record is the first of its key, and fires.
prepare_fxalert() {
	command=(fxalert -k last_refreshed -T at 'exchange_rate > 0')
	rates 20 | sed 's/}$/,"at":1}/' >good
	bad='{"last_refreshed":"2025-10-21T14:30:00Z","at":1}'
}

# Its output, a picture of 24 rows, is written when the input ends.
prepare_fxplot() {
	command=(fxplot exchange_rate)
	rates 20 >good
	bad='{"last_refreshed":"2025-10-21T14:30:00Z"}'
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

# Its options precede the command that it runs, which is the same for all questions: a script
# called kbatch, first in PATH, adds that command.
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

# It ends with a signal only.
prepare_fxserve() {
	command=(fxserve -l "unix:$PWD/socket" --no-token)
	: >good
	rates 20 | ddbput -q -t rates -k ticker,last_refreshed
}

prepare_s3put() {
	rm -rf archive
	command=(s3put --age 1s archive)
	rates 20 >good
	bad='["no object"]'
	stored=(s3put_content)
}

s3put_content() {
	find archive -name '*.gz' -print0 | sort -z | xargs -0r gzip -dc
}

prepare_ddbget() {
	command=(ddbget)
	: >good
	rates 20 | ddbput -q
}

prepare_s3get() {
	command=(s3get archive)
	: >good
	archived 20
}

# The archive of N records.
archived() {
	rates "$1" | awk '{ print "{\"_pos\":\"0:" NR "\"," substr($0, 2) }' |
		"$REPOSITORY/tests/archive" make archive
}

prepare_smget() {
	(umask 077 && echo "a secret" >secret)
	command=(smget file:secret)
	: >good
}

# If one line is bad it changes nothing, so it is not in TAKING.
prepare_fxstack() {
	command=(fxstack deploy)
	seq -f '{"resource":"bucket","name":"archive%g"}' 20 >good
	bad='{"resource":"bucket"}'
}

# Its crontab has one entry.
prepare_fxcron() {
	command=(fxcron list)
	: >good
	mkdir -p "$HOME/bin"
	printf '#!/bin/sh\necho "# fxpipe: rates begin\n# rate(1 minute)\n* * * * * %s run rates --log - -- true\n# fxpipe: rates end"\n' \
		"'$FX_BUILD/bin/fxcron'" >"$HOME/bin/crontab"
	chmod +x "$HOME/bin/crontab"
	PATH=$HOME/bin:$PATH
}

# It reads statistics from standard input as well; each run counts them again.
prepare_fxmetrics() {
	command=(fxmetrics --cloudwatch -)
	local i
	for i in {10..29}; do
		echo '{"tool":"kput","started":"2026-01-31T12:00:'"$i"'Z","seconds":1.5,"lines":5,"exit":0}'
	done >good
	bad='{"tool":"kput"}'
}

# Its --stats names a file to check. A stream's age would differ from run to run.
prepare_fxhealth() {
	command=(fxhealth -v --no-stream --rejects rejects --disk 100)
	: >good
}

# lines_for TOOL N: N lines that the storing tool accepts, with distinct keys.
lines_for() {
	rates "$2"
}

# Input for TOOL that is more than a pipe holds.
flood() {
	case $1 in
	fxfetch) yes '{"ticker":"BTC/USD"}' | head -n 2000 ;;
	cwput) lines_for cwput 20000 ;;
	fxenc) responses 5000 ;;
	fxalert) rates 20000 | sed 's/}$/,"at":1}/' ;;
	fxroll | fxplot | kput | ddbput | kbatch | snspub | s3put) rates 20000 ;;
	kack)
		rates 20000 | kput -q -s flood
		kread -s flood -g readers
		;;
	kread | kstat) rates 20000 | kput -q ;;
	ddbget) rates 20000 | ddbput -q ;;
	s3get) archived 20000 ;;
	esac
}

# ask COMMAND…: runs it with the file $from (default: good) as its standard input; its output is
# in the files out and err, its exit status in $status.
ask() {
	status=0
	"$@" <"${from:-good}" >out 2>err || status=$?
}

# Is the file UTF-8, without control characters (C0, DEL, C1) other than newlines, and without
# long lines?
messages_are_safe() {
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
	not grep -aqP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$1"
	[ "$(wc -L <"$1")" -le 700 ]
}

says_who() {
	[ -s err ]
	grep -q "^$1: " err
	messages_are_safe err
}

# What TOOL has stored, one line per record. Numbers in a table may have lost their trailing
# zeros, so an item is represented by its key.
show_stored() {
	case $1 in
	kput) kread | jq -r .last_refreshed ;;
	ddbput) ddbget | jq -r .last_refreshed ;;
	s3put) s3put_content | jq -r .last_refreshed ;;
	kbatch) [ ! -e handled ] || jq -rR 'fromjson? | .last_refreshed?' handled ;;
	esac
}

keys() {
	jq -r '.last_refreshed // .metric'
}
