# common: what the benches share: what is moved, how it is timed, the table. A bench sets
# usage, rows and runs before it loads this, and has an about and, where something is to be
# ended with it, an end.

records=${BENCH_RECORDS:-1000000}
build=$(realpath "${FX_BUILD:-build}") || exit 2
bench=$build/bench
missed=0

main() {
	case ${1-} in
	-h | --help) echo "$usage" && exit 0 ;;
	-*) echo "${0##*/}: unknown option $1; try $0 --help" >&2 && exit 2 ;;
	esac
	[ $# -gt 0 ] || eval "set -- ${rows//$'\n'/ }"
	local row
	for row; do
		case " ${rows//$'\n'/ } " in
		*" $row "*) ;;
		*) wrong "no such row: $row" ;;
		esac
	done
	compile
	surround
	about
	heading
	for row in "$@"; do
		"row_${row//-/_}"
		rm -rf "${work:?}"/run.* "$work/figures"/*
	done
	echo
	echo "$missed ratios missed"
	[ "$missed" = 0 ] || exit 1
}

# Ends the bench, also from within a subshell or a pipe.
wrong() {
	printf 'bench: %s\n' "$*" >&2
	[ "$BASHPID" = $$ ] || kill -USR1 $$
	exit 2
}

compile() {
	local source program
	mkdir -p "$bench" || exit 2
	for source in tests/bench/*.c; do
		program=$bench/$(basename "$source" .c)
		[ "$program" -nt "$source" ] && [ "$program" -nt tests/bench/linehash.h ] && continue
		${CC:-cc} -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -o "$program" "$source" \
			-Wl,--as-needed -lsqlite3 -lssl -lcrypto ||
			wrong "could not compile $source"
	done
}

# A home of its own; nothing of the caller's settings.
surround() {
	local name
	for name in ${!FX_*} ${!AWS_*} ${!XDG_*}; do
		unset "$name"
	done
	work=$(mktemp -d "${BENCH_DIRECTORY:-${TMPDIR:-/tmp}}/bench.XXXXXX") || exit 2
	trap 'end; rm -rf "$work"' EXIT
	trap 'exit 130' INT TERM
	trap 'exit 2' USR1
	export HOME=$work/home FX_HOME=$work/home/fx PATH=$build/bin:$bench:$PATH LC_ALL=C TZ=UTC
	mkdir -p "$HOME" "$work/figures"
}

has() {
	command -v "$1" >/dev/null
}

# --- what is moved

# The name of a file with N records of that kind; created once.
input() {
	local file=$work/$1.$2
	[ -e "$file" ] || records "$1" "$2" >"$file" || wrong "could not make the records"
	printf %s "$file"
}

# Compares standard input with a file of the bench's: in order, or in any.
same() {
	local how=$1 of=$2 moved expected
	moved=$(digest)
	[ -e "$of.digest" ] || digest <"$of" >"$of.digest"
	expected=$(<"$of.digest")
	if [ "$how" = any ]; then
		moved="${moved%% *} ${moved##* }"
		expected="${expected%% *} ${expected##* }"
	fi
	[ "$moved" = "$expected" ] || wrong "$row: what was moved is wrong: $moved, not $expected"
}

# timed WHO COMMAND…: a line in the measurements of WHO.
timed() {
	local who=$1
	shift
	run "$work/figures/$who" "$@" || wrong "$row: $1 failed"
}

# fresh: an empty directory for one run, in $here; what the last one left goes.
fresh() {
	rm -rf "${work:?}"/run.*
	here=$(mktemp -d "$work/run.XXXXXX") || exit 2
}

# --- the table

heading() {
	printf '%-15s %10s %7s %7s %6s  %-12s %10s %7s %6s %6s %-6s  %10s\n' row records/s spread \
		'CPU s/M' MiB yardstick records/s 'CPU s/M' ratio wanted '' 'rate wanted'
}

# report WHO RECORDS YARDSTICK RECORDS RATIO RATE: the last two are what is wanted; - for nothing.
report() {
	local figures=("$work/figures/$1") missing=
	if [ -e "$work/figures/$3" ]; then
		figures+=("$work/figures/$3")
	elif [ "$3" != - ]; then
		missing="$3: not measured, as it is not installed"
	fi
	awk -v row="$row" -v records="$2" -v yardstick="$3" -v measured="$4" -v ratio="$5" \
		-v rate="$6" -f tests/bench/report.awk "${figures[@]}"
	case $? in
	0) ;;
	1) missed=$((missed + 1)) ;;
	*) wrong "$row: could not be reported" ;;
	esac
	[ -z "$missing" ] || echo "$row: $missing"
}
