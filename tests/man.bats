# man: the pages are sound, complete, and their examples do what they say.

load helper
load examples

PAGES=("$REPOSITORY"/man/*.[1-8])

# Programs and scripts.
tools() {
	(cd "$REPOSITORY" && grep -lw '^main' cmd/*.c cmd/*/*.c) | sed 's,.*/,,; s,\.c$,,'
	find "$REPOSITORY/scripts" -maxdepth 1 -name 'fx*' -type f -exec basename {} \;
}

# The options that TOOL --help names, "--[no-]progress" being two.
options_of() {
	"$1" --help | sed 's/--\[no-\]\([a-z-]*\)/--\1 --no-\1/g' |
		grep -oE '(^|[^[:alnum:]_-])-(-[a-z][a-z-]*[a-z]|[[:alpha:]])' | sed 's/^[^-]//' | sort -u
}

@test "mandoc has no complaint about any page" {
	local page
	for page in "${PAGES[@]}"; do
		mandoc -T lint -W warning "$page"
	done
}

@test "every tool has its five parts" {
	local tool lacking=()
	for tool in $(tools); do
		[ -x "$FX_BUILD/bin/$tool" ] || lacking+=("$tool: program")
		[ -f "$REPOSITORY/man/$tool.1" ] || lacking+=("$tool: page")
		[ -f "$REPOSITORY/tests/$tool.bats" ] || lacking+=("$tool: tests")
		bash -c '. "$1" && complete -p "$2"' completion "$REPOSITORY/scripts/completion" "$tool" >/dev/null ||
			lacking+=("$tool: completion")
		grep -q "^\.It Xr $tool 1" "$REPOSITORY/man/fxpipe.7" || lacking+=("$tool: line in fxpipe.7")
	done
	[ ${#lacking[@]} = 0 ] || { printf '%s\n' "${lacking[@]}" && false; }
}

@test "every page has the usual sections" {
	local page section
	for page in "${PAGES[@]}"; do
		for section in NAME DESCRIPTION 'SEE ALSO'; do
			grep -q "^\.Sh $section" "$page" || { echo "$page: no $section" && false; }
		done
		case $page in
		*.1)
			for section in SYNOPSIS 'EXIT STATUS' EXAMPLES; do
				grep -q "^\.Sh $section" "$page" || { echo "$page: no $section" && false; }
			done
			;;
		esac
	done
}

@test "the pages that a page refers to exist" {
	local page name section
	for page in "${PAGES[@]}"; do
		while read -r name section; do
			case " $(tools | tr '\n' ' ') " in
			*" $name "*) ;;
			*) [[ $name = fxpipe* ]] || continue ;; # a page of another program
			esac
			[ -f "$REPOSITORY/man/$name.$section" ] || { echo "$page: $name($section)" && false; }
		done < <(sed -n 's/^\.\(It \)\{0,1\}Xr \([^ ]*\) \([0-9]\).*/\2 \3/p' "$page")
	done
}

@test "a page describes every option of --help, and --help every option of the page" {
	local tool option lacking=()
	for tool in $(tools); do
		# Only the names: fxpipe(7) may describe common options.
		mandoc -T ascii -O width=200 "$REPOSITORY/man/$tool.1" "$REPOSITORY/man/fxpipe.7" |
			sed 's/.\x08//g' >page
		for option in $(options_of "$tool"); do
			grep -qE -e "(^|[^[:alnum:]-])$option([^[:alnum:]-]|\$)" page ||
				grep -qF -e "--[no-]${option#--}" page ||
				grep -qF -e "--[no-]${option#--no-}" page || lacking+=("$tool.1: $option")
		done
		"$tool" --help >help
		for option in $(sed -n 's/^\.It Fl \([^ ]*\).*/\1/p' "$REPOSITORY/man/$tool.1" |
			sed 's/\\-/-/g; s/^\[no-\]//; s/,$//'); do
			case $option in
			Ns) ;;
			-*) grep -qE -e "--(\[no-\])?${option#-}" help || lacking+=("$tool --help: -$option") ;;
			*) grep -qE -e "(^|[^[:alnum:]])-$option" help || lacking+=("$tool --help: -$option") ;;
			esac
		done
	done
	[ ${#lacking[@]} = 0 ] || { printf '%s\n' "${lacking[@]}" && false; }
}

run_examples() {
	blocks EXAMPLES "$1" | script_of >script
	timeout 120 bash -o pipefail script </dev/null >script.out 2>&1 || true
	local number=1 problem
	while [ -e "$number.text" ]; do
		problem=
		[ "$(cat "$number.status" 2>/dev/null)" = 0 ] || problem="ended with $(cat "$number.status")"
		if [ -e "$number.shown" ] && 
			! cmp -s <(numbers_by_value "$number.shown") <(numbers_by_value "$number.out"); then
			problem="$problem; shows otherwise: $(diff "$number.shown" "$number.out" || true)"
		fi
		[ -z "$problem" ] || {
			printf '%s, example %d:\n%s\n%s\n' "${1##*/}" "$number" "$(cat "$number.text")" "$problem"
			cat "$number.err"
			return 1
		}
		number=$((number + 1))
	done
	echo "${1##*/}: $((number - 1)) examples"
	[ "$number" -gt 1 ]
}

@test "the examples of every page run as typed and show what the page shows" {
	local page broken=()
	for page in "${PAGES[@]}"; do
		[ "${page##*/}" != fxpipe-tour.7 ] || continue # tests/tour.bats runs it
		mkdir -p "${page##*/}"
		(cd "${page##*/}" && FX_HOME=$PWD/fx run_examples "$page") || broken+=("${page##*/}")
	done
	[ ${#broken[@]} = 0 ]
}

# The test above would pass over examples that it does not recognise.
@test "a wrong example is found" {
	printf '.Sh EXAMPLES\n.Bd -literal\n$ echo a |\n    cat\na\n.Ed\n.Bd -literal -offset indent\n$ echo b\nc\n.Ed\n' >page
	run -1 run_examples "$PWD/page"
	has "$output" "example 2"
	printf '.Sh EXAMPLES\n.Bd -literal\n$ false\n.Ed\n' >page
	rm -f ./*.text ./*.shown
	run -1 run_examples "$PWD/page"
	has "$output" "ended with 1"
}

@test "README, the pages, --help and completion name all tools and providers" {
	local tool provider lacking=()
	for tool in $(tools); do
		grep -q "$tool" "$REPOSITORY/README.md" || lacking+=("$tool: README.md")
	done
	fxfetch --help >help
	for provider in "$REPOSITORY"/lib/rate/providers/*.json; do
		holds 'has("url") or has("based_on")' "$provider" || touch unasked # mqtt: only fxenc reads it
		provider=$(basename "$provider" .json)
		grep -qw -e "$provider" "$REPOSITORY/README.md" || lacking+=("$provider: README.md")
		grep -qw -e "$provider" "$REPOSITORY/man/fxfetch.1" || lacking+=("$provider: fxfetch.1")
		grep -qw -e "$provider" "$REPOSITORY/scripts/completion" || lacking+=("$provider: completion")
		[ -e unasked ] || grep -qw -e "$provider" help || lacking+=("$provider: fxfetch --help")
		rm -f unasked
	done
	[ ${#lacking[@]} = 0 ] || { printf '%s\n' "${lacking[@]}" && false; }
}
