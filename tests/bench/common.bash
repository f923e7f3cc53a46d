# common: what the benches share: what is moved, how it is timed, the table. A bench sets
# usage, rows and runs before it loads this, and has an about and, if it starts processes, a
# function end that stops them.

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
	echo "$missed missed"
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

functions=$(<tests/bench/figures.awk)
readonly functions

heading() {
	awk "$functions"'BEGIN { line("row", "fxpipe", "CPU s/M", "MiB", "beside it", "", "ratio", "wanted", "") }'
}

# judged COMMAND…: an awk that ends with 1 if what it has shown misses its target.
judged() {
	"$@"
	case $? in
	0) ;;
	1) missed=$((missed + 1)) ;;
	*) wrong "$row: could not be reported" ;;
	esac
}

# absent WHAT: the row's line where WHAT is not installed.
absent() {
	awk -v row="$row" -v what="$1" "$functions"'BEGIN { line(row, "", "", "", what, "not there", "", "", "") }'
}

# report WHO RECORDS YARDSTICK RECORDS RATIO [RATE]: RATIO is wanted; -: none, but a RATE, which moves with
# the machine and is not counted.
report() {
	local figures=("$work/figures/$1")
	[ ! -e "$work/figures/$3" ] || figures+=("$work/figures/$3")
	judged awk -v row="$row" -v records="$2" -v yardstick="$3" -v measured="$4" -v wanted="$5" \
		-v rate="${6-}" "$functions$(<tests/bench/report.awk)" "${figures[@]}"
}

# timing WHO WHAT WANTED [YARDSTICK]: milliseconds of one run, in the middle of many; the most that is
# wanted, with 12 MiB of memory. With a yardstick WANTED is the most of what that takes.
timing() {
	local figures=("$work/figures/$1")
	[ $# -lt 4 ] || figures+=("$work/figures/$4")
	judged awk -v row="$row${2:+ $2}" -v wanted="$3" -v yardstick="${4-}" "$functions"'
		FNR == 1 { file++ }
		{ time[file, FNR] = $1 * 1000; if (file == 1 && $4 / 1024 > memory) memory = $4 / 1024 }
		END {
			for (i = 1; i <= FNR; i++) {
				ours[i] = time[1, i]; theirs[i] = time[2, i]
				ratio[i] = yardstick != "" ? time[1, i] / time[2, i] : 0
			}
			figure = middle(ours, FNR)
			good = wanted == "-" || (yardstick != "" ? middle(ratio, FNR) : figure) <= wanted && memory <= 12
			line(row, sprintf("%.2f ms", figure), "", sprintf("%.1f", memory), yardstick,
				yardstick != "" ? sprintf("%.2f ms", middle(theirs, FNR)) : "",
				yardstick != "" ? sprintf("%.2f", ratio[int((FNR + 1) / 2)]) : "",
				wanted == "-" ? "" : yardstick != "" ? "<= " wanted : "<= " wanted " ms",
				wanted == "-" ? "" : verdict(good))
			exit !good
		}' "${figures[@]}"
}

# peak WHO MIB: the most memory of two runs, with few and with many records, and what is wanted.
peak() {
	judged awk -v row="$row $1" -v wanted="$2" "$functions"'
		{ peak[NR] = $4 / 1024 }
		END {
			most = peak[1] > peak[2] ? peak[1] : peak[2]
			line(row, sprintf("%.1f MiB", most), "", "", "fewer", sprintf("%.1f MiB", peak[1]), "",
				"<= " wanted " MiB", verdict(most <= wanted))
			exit most > wanted
		}' "$work/figures/$1"
}
