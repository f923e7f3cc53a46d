# options: questions of the contract about what every tool does with options: bad ones, -h, -V, --stats, --log, --progress.

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
	ask "${command[@]}" --stats statistics
	[ "$status" = 0 ]
	"$1" --no-progress "${command[@]:1}" --stats=statistics <good >/dev/null
	[ "$(wc -l <statistics)" = 2 ]
	[ "$(stat -c %a statistics)" = 600 ]
	holds -s --arg tool "$1" 'all(.tool == $tool and .exit == 0
		and (.started | test("^20..-..-..T.*Z$"))
		and ([.seconds, .lines, .bytes, .done, .refused, .batches] | all(type == "number" and . >= 0))
		and (.commit_ms.p50 <= .commit_ms.p99))' statistics
	case $1 in
	kstat) ;;
	kread) holds -s '.[0].lines == 20' statistics ;;
	*) holds -s '.[0].lines == 20 and .[0].refused == 0' statistics ;;
	esac
}

stats_of_failures() {
	{
		head -n 5 good
		echo "$bad"
		tail -n 15 good
	} >mixed
	from=mixed ask "${command[@]}" --stats statistics
	[ "$status" != 0 ]
	holds --argjson status "$status" '.exit == $status and .refused == 1' statistics
}

# Is each line of err a JSON object?
says_json() {
	[ -s err ]
	messages_are_safe err
	holds -s --arg tool "$1" 'length > 0 and all(.tool == $tool
		and (.time | test("^20[0-9-]{8}T[0-9:]{8}[.][0-9]{3}Z$"))
		and (.level | IN("error", "warning", "info", "debug"))
		and (.message | length > 0)
		and (.line == null or (.line | type == "number" and . > 0)))' err
	[ "$(jq -c . err | wc -l)" = "$(wc -l <err)" ]
}

log_usage() {
	# The wrong option is before --log, after it, or is --log.
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
	from=mixed ask "${command[@]}" --verbose --log json --progress
	[ "$status" != 0 ]
	says_json "$1"
	holds -s 'any(.level == "error" and .line == 6)' err
	# The message names the line as text, too.
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
