# scripts: setup, demo, check, completion.

load helper

@test "shellcheck has no complaint about any script" {
	cd "$REPOSITORY"
	local file scripts=()
	for file in scripts/* scripts/*/* .ci/run tests/* tests/server/* tests/bench/*; do
		[ -f "$file" ] || continue
		case $(head -n 1 "$file") in
		'#!'*sh) scripts+=("$file") ;;
		esac
	done
	shellcheck "${scripts[@]}"
	shellcheck -s bash scripts/completion
	# Tests: what a subshell changes is meant to be lost, the helper sets variables,
	# a file may be called as a command is, '%99s' stands for blanks, words are data.
	shellcheck -S warning -s bats -e SC1010,SC2030,SC2031,SC2034,SC2154,SC2183,SC2238,SC2258 tests/*.bash tests/contract/*.bash tests/*.bats
}

# --- completion ---

# What the words given complete to, the last being the one typed at.
completions() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
	_fxpipe "$1" || true
	printf '%s\n' "${COMPREPLY[@]}" | sort
}

setup_completion() {
	# shellcheck source=/dev/null
	. "$REPOSITORY/scripts/completion"
}

@test "completion knows the options of each tool" {
	setup_completion
	local tool
	for tool in fxfetch fxenc fxroll fxalert fxplot kput kread kack kstat ddbput ddbget; do
		complete -p "$tool" | grep -q _fxpipe
		completions "$tool" --stat | grep -qx -e --stats
		completions "$tool" --no | grep -qx -e --no-progress
		completions "$tool" --pro | grep -qx -e --progress
	done
	completions kread --fr | grep -qx -e --from
	completions ddbput - | grep -qx -e -x
	[ -z "$(completions kput --no-such)" ]
}

@test "completion knows streams, tables and groups" {
	setup_completion
	rates 2 | kput -q -s first
	rates 2 | kput -q -s second
	rates 2 | ddbput -q -t items -k ticker,last_refreshed
	kread -s second -g readers | kack -s second -g readers
	[ "$(completions kread -s '')" = $'first\nsecond' ]
	[ "$(completions kput -s f)" = first ]
	[ "$(completions ddbget -t '')" = items ]
	[ "$(completions kread -s second -g '')" = readers ]
	[ -z "$(completions kread -s first -g '')" ]
	cp "$FX_HOME/first.stream" ./copy.stream
	[ "$(completions kread -s ./co)" = ./copy.stream ]
	[ -z "$(FX_HOME=$PWD/none completions kread -s '')" ]
}

@test "completion knows the profiles of both AWS files" {
	setup_completion
	mkdir "$HOME/.aws"
	printf '[default]\n[profile work]\nregion = x\n[services local]\n[sso-session corp]\n' >"$HOME/.aws/config"
	printf '[work]\n[other]\n' >"$HOME/.aws/credentials"
	[ "$(completions kread --profile '')" = $'default\nother\nwork' ]
	[ "$(completions kread --profile o)" = other ]
}

@test "completion knows providers, also those of the user" {
	setup_completion
	mkdir -p "$XDG_CONFIG_HOME/fxpipe/providers"
	: >"$XDG_CONFIG_HOME/fxpipe/providers/mine.json"
	{
		basename -s .json "$REPOSITORY"/lib/rate/providers/*.json
		echo mine
	} | sort | cmp - <(completions fxfetch -p '')
}

@test "completion offers files for options that take files, also after =" {
	setup_completion
	: >rejects.ndjson
	[ "$(completions kput -x rej)" = rejects.ndjson ]
	[ "$(completions kput --stats = rej)" = rejects.ndjson ]
	[ "$(completions fxfetch -K f)" = file: ]
	[ "$(completions fxfetch -K s)" = secretsmanager: ]
	[ -z "$(completions fxfetch -K secretsmanager :)" ]
	[ "$(completions fxfetch -K file : rej)" = rejects.ndjson ]
	[ "$(completions kread --from tr)" = trim-horizon ]
}

@test "completion knows subcommands, their options and arguments, and listed values" {
	setup_completion
	: >stack.ndjson
	[ "$(completions fxstack d)" = $'deploy\ndestroy\ndiff' ]
	[ "$(completions fxstack --prefix dev p)" = policy ]
	[ "$(completions fxstack deploy sta)" = stack.ndjson ]
	[ "$(completions fxstack policy ddb)" = $'ddbget\nddbput' ]
	completions fxstack destroy --y | grep -qx -e --yes
	[ -z "$(completions fxstack deploy --y)" ]
	[ "$(completions kread --log j)" = json ]
	[ "$(completions kput --log = t)" = text ]
	[ "$(completions smget --stage AWSP)" = AWSPREVIOUS ]
	[ "$(completions kack -g g --to la)" = latest ]
	[ -z "$(completions ddbget --to la)" ]
	[ -z "$(completions kput -j '')" ]
	[ "$(completions fxfetch -p sample DO)" = DOGE/USD ]
	completions kbatch -n 10 gre | grep -qx grep
	[ "$(completions kbatch grep sta)" = stack.ndjson ]
	mkdir fake
	printf '#!/bin/sh\ncat "%s"\n' "$FIXTURES/fxcron/crontab" >fake/crontab
	chmod +x fake/crontab
	PATH=$PWD/fake:$PATH
	[ "$(completions fxcron remove c)" = consumer ]
}

@test "completion asks a tool once in a shell" {
	setup_completion
	mkdir fake
	cat >fake/kread <<-'END'
		#!/bin/bash
		echo asked >>asked
		printf 'option\t-\t--one\t\noption\t-\t--other\t\n'
	END
	chmod +x fake/kread
	PATH=$PWD/fake:$PATH
	COMP_WORDS=(kread --o) COMP_CWORD=1
	_fxpipe
	_fxpipe
	[ "${COMPREPLY[*]}" = '--one --other' ]
	[ "$(wc -l <asked)" = 1 ]
}

# --- setup ---

# A PATH with nothing but what a bare Debian has, and an apt-get that makes what it installs.
bare() {
	mkdir bare
	local command
	for command in bash cat env id mktemp rm cp chmod ls; do
		ln -s "$(command -v "$command")" "bare/$command"
	done
	cat >bare/apt-get <<-'END'
		#!/bin/bash
		echo "$@" >>apt.log
		case " $* " in
		*' install '*)
			for command in cc make pkg-config jq bats shellcheck mandoc sqlite3 zstd curl python3 \
				strace gnuplot faketime unshare ps awk crontab spin systemd-analyze chromium; do
				printf '#!/bin/bash\nexit 0\n' >"bare/$command"
				chmod +x "bare/$command"
			done
			;;
		esac
	END
	chmod +x bare/apt-get
}

@test "setup does nothing if nothing is missing" {
	mkdir fake
	printf '#!/bin/bash\necho called >>%q\nexit 1\n' "$PWD/called" >fake/apt-get
	cp fake/apt-get fake/sudo
	chmod +x fake/*
	PATH=$PWD/fake:$PATH run -0 --separate-stderr "$REPOSITORY/scripts/setup" --embedded-only
	[ -z "$output$stderr" ]
	[ ! -e called ]
}

@test "setup installs what is missing, after an update, and nothing else" {
	bare
	[ "$(id -u)" = 0 ] || cp bare/env bare/sudo
	PATH=$PWD/bare run -0 --separate-stderr bash "$REPOSITORY/scripts/setup" --embedded-only
	[ "$(wc -l <apt.log)" = 2 ]
	sed -n 1p apt.log | grep -q ' update$'
	sed -n 2p apt.log | grep -qw 'install .*gcc make pkg-config libcurl4-openssl-dev libcjson-dev libsqlite3-dev libssl-dev zlib1g-dev libzstd-dev libmicrohttpd-dev jq mawk bats'
	PATH=$PWD/bare run -0 --separate-stderr bash "$REPOSITORY/scripts/setup" --embedded-only
	[ "$(wc -l <apt.log)" = 2 ]
	# One thing is missing: only that is installed.
	rm bare/jq
	PATH=$PWD/bare run -0 --separate-stderr bash "$REPOSITORY/scripts/setup" --embedded-only
	sed -n 4p apt.log | grep -q 'install --no-install-recommends jq$'
}

@test "setup reports a failure of apt-get" {
	bare
	printf '#!/bin/bash\necho "E: no route to host" >&2\nexit 100\n' >bare/apt-get
	[ "$(id -u)" = 0 ] || cp bare/env bare/sudo
	PATH=$PWD/bare run -2 --separate-stderr bash "$REPOSITORY/scripts/setup" --embedded-only
	has "$stderr" "no route to host"
}

without_root() {
	rm -f bare/id bare/sudo
	printf '#!/bin/bash\necho 1000\n' >bare/id
	chmod +x bare/id
}

@test "setup without root and sudo prints the command for root" {
	bare
	without_root
	PATH=$PWD/bare run -2 --separate-stderr bash "$REPOSITORY/scripts/setup" --embedded-only
	has "$stderr" "apt-get install"
	has "$stderr" "the tools cannot be built without gcc "
	[ ! -e apt.log ]
}

@test "setup without root continues if only packages for tests are missing: exit status 1" {
	bare
	PATH=$PWD/bare bash bare/apt-get install
	rm bare/bats apt.log
	without_root
	PATH=$PWD/bare run -1 --separate-stderr bash "$REPOSITORY/scripts/setup" --embedded-only
	has "$stderr" "apt-get install bats"
	has "$stderr" "continuing without bats"
	PATH=$PWD/bare run -0 --separate-stderr bash "$REPOSITORY/scripts/setup" --run
	[ -z "$output$stderr" ]
	[ ! -e apt.log ]
}

@test "setup --run installs nothing that only tests need" {
	bare
	[ "$(id -u)" = 0 ] || cp bare/env bare/sudo
	PATH=$PWD/bare run -0 --separate-stderr bash "$REPOSITORY/scripts/setup" --run
	sed -n 2p apt.log | grep -qw 'install .*gcc make .*jq'
	not grep -E 'bats|shellcheck|mandoc|python3|strace|cron|systemd' apt.log
}

@test "setup: usage" {
	run -0 "$REPOSITORY/scripts/setup" --help
	has "$output" "--run"
	run -2 --separate-stderr "$REPOSITORY/scripts/setup" --no-such
	[ "$stderr" = "setup: unknown argument --no-such (try --help)" ]
	run -2 "$REPOSITORY/scripts/setup" --run --embedded-only
}

@test "setup on other systems names the packages: exit status 2" {
	bare
	rm bare/apt-get
	PATH=$PWD/bare run -2 --separate-stderr bash "$REPOSITORY/scripts/setup" --embedded-only
	local system
	for system in Fedora Alpine Arch Homebrew; do
		has "$stderr" "$system"
	done
	[ -z "$output" ]
}

# A copy of setup whose environment needs nothing from elsewhere. Nothing is installed by it.
setup_apart() {
	/usr/bin/python3 -c 'import ensurepip, venv' || skip "python3-venv is not installed"
	mkdir none
	printf '#!/bin/sh\nexit 1\n' >none/apt-get
	chmod +x none/apt-get
	PATH=$PWD/none:$PATH
	mkdir -p apart/scripts apart/tests/browser/node_modules
	cp "$REPOSITORY/scripts/setup" apart/scripts
	# What drives a browser is there.
	echo '{}' | tee apart/tests/browser/package-lock.json >apart/tests/browser/node_modules/installed.json
	echo "# nothing" >apart/tests/requirements.txt
}

@test "setup makes the tests' environment once, and again if its requirements have changed" {
	setup_apart
	run -0 --separate-stderr apart/scripts/setup
	has "$output" "making tests/.venv"
	apart/tests/.venv/bin/python -c 'import pip'
	run -0 --separate-stderr apart/scripts/setup
	[ -z "$output$stderr" ]
	echo "# nothing more" >>apart/tests/requirements.txt
	run -0 --separate-stderr apart/scripts/setup
	has "$output" "making tests/.venv"
}

@test "setup reports that the environment cannot be made, and leaves no incomplete one; --embedded-only does not need it" {
	setup_apart
	echo no-such-package-anywhere==1.0 >apart/tests/requirements.txt
	PIP_NO_INDEX=1 run -2 --separate-stderr apart/scripts/setup
	has "$stderr" "tests/.venv cannot be made"
	has "$stderr" "no-such-package-anywhere"
	[ ! -e apart/tests/.venv ]
	run -0 --separate-stderr apart/scripts/setup --embedded-only
	[ -z "$output$stderr" ]
	[ ! -e apart/tests/.venv ]
}

# --- check ---

# A tree in which check finds what it needs.
small_tree() {
	mkdir -p tree/scripts tree/tests/unit tree/tests/cases tree/build/unit
	cp "$REPOSITORY/scripts/check" tree/scripts
	cp "$REPOSITORY/tests/unsandboxed.c" tree/tests
	printf 'all units:\n\t@true\n' >tree/Makefile
	printf '@test "good" {\n\ttrue\n}\n@test "not now" {\n\tskip\n}\n' >tree/tests/good.bats
	cp "$REPOSITORY"/tests/{case,helper.bash} tree/tests
	printf 'a case\n$ tr a b\n< abc\n> bbc\n' >tree/tests/cases/one.test
	: >tree/tests/unit/unit.c
	printf '#!/bin/sh\necho "skip a rule: not here"\n' >tree/tests/architecture
	chmod +x tree/tests/architecture
	printf '#!/bin/sh\nprintf "ok 1 - a\\nok 2 - b\\n1..2\\n"\n' >tree/build/unit/unit
	chmod +x tree/build/unit/unit
}

check() {
	check_with_setup --no-setup "$@"
}

check_with_setup() {
	# bats puts its own inner programs first, and one of them is called bats.
	env -i PATH="$(tr : '\n' <<<"$PATH" | grep -v bats-core | paste -sd :)" HOME="$HOME" \
		"$(readlink -f tree)/scripts/check" "$@"
}

@test "check: the last line has the totals; exit status 0 if all passed" {
	small_tree
	run -0 check
	# The build, two compilers (or one skipped), three tests.
	[[ ${lines[-1]} =~ ^[0-9]+\ passed,\ 0\ failed,\ [12]\ skipped$ ]]
	[ "$(grep -cE '^[0-9]+ passed' <<<"$output")" = 1 ]
	has "$output" "ok   tests/good.bats"
	has "$output" "skip a rule: not here"
	printf '#!/bin/sh\necho "a fault"\nexit 1\n' >tree/tests/architecture
	run -1 check tests/good.bats
	has "$output" "a fault"
	has "$output" "FAIL the rules of the code"
}

@test "check: --embedded-only leaves out what needs AWS, by name" {
	small_tree
	printf 'load aws\n@test "never" {\n\tfalse\n}\n' >tree/tests/cloud.bats
	run -0 check --embedded-only
	has "$output" "skip tests/cloud.bats: it needs the stand-in for AWS"
	has "$output" "ok   tests/good.bats"
	run -1 check
	has "$output" "FAIL tests/cloud.bats"
}

@test "check: each line says how much is done, and what takes minutes comes last" {
	small_tree
	printf '# Takes minutes.\n@test "long" {\n\ttrue\n}\n' >tree/tests/a.bats
	yes '# long' | head -n 1000 >>tree/tests/a.bats
	run -0 check -j 1
	[[ $output =~ "ok   tests/good.bats ("[0-9]+" s, 5 of 8)" ]]
	[[ $output =~ "ok   tests/a.bats ("[0-9]+" s, 8 of 8)" ]]
}

@test "check: a process that a test leaves running is a failure, and is ended" {
	small_tree
	printf '@test "leaves one" {\n\tsetsid sleep 600 >/dev/null 2>&1 3>&- </dev/null &\n\techo $! >../../../pid\n}\n' >tree/tests/leaves.bats
	sed -i "s|../../../pid|$PWD/pid|" tree/tests/leaves.bats
	run -1 check tests/leaves.bats
	has "$output" "left running: sleep 600"
	is_ended "$(cat pid)"
}

# faketime, for one, waits for the command that it runs.
@test "a test that fails ends what its commands in the background have started" {
	small_tree
	printf '%s\n' 'load helper' '@test "fails" {' \
		"in_background sh -c 'sleep 600 & echo \$! >$PWD/pid; wait; true' >/dev/null 2>&1" \
		"wait_for 20 test -s $PWD/pid" false '}' >tree/tests/starts.bats
	run -1 check tests/starts.bats
	has "$output" "FAIL tests/starts.bats"
	not has "$output" "left running"
	is_ended "$(cat pid)"
}

@test "check: --long leaves out new systems where it cannot make them, by name" {
	small_tree
	mkdir -p tree/build/sanitize/unit none
	cp tree/build/unit/unit tree/build/sanitize/unit/unit
	printf '#!/bin/sh\necho 1000\n' >none/id
	chmod +x none/id
	PATH=$PWD/none:$PATH run -0 check --long tests/unit/unit.c
	has "$output" "skip Debian bookworm: it needs root and debootstrap"
	has "$output" "skip Debian trixie: it needs root and debootstrap"
}

@test "check: without root or sudo it continues with what is installed" {
	small_tree
	printf '#!/bin/sh\necho "setup: without bats" >&2\nexit 1\n' >tree/scripts/setup
	chmod +x tree/scripts/setup
	printf 'load aws\n' >tree/tests/cloud.bats
	run -0 check_with_setup
	has "$output" "skip tests/cloud.bats: it needs the stand-in for AWS"
	has "$output" "ok   tests/good.bats"
	sed -i 's/exit 1/exit 2/' tree/scripts/setup
	run -2 check_with_setup
}

@test "check: a path with a blank" {
	small_tree
	mv tree "a tree"
	ln -s "a tree" tree
	mkdir -p "a tree/build/sanitize/unit"
	cp "a tree/build/unit/unit" "a tree/build/sanitize/unit/unit"
	run -0 check --all
}

@test "check: what fails is shown in full and counted" {
	small_tree
	printf '@test "bad" {\n\techo the reason\n\tfalse\n}\n@test "fine" {\n\ttrue\n}\n' >tree/tests/bad.bats
	run -1 check tests/bad.bats
	has "$output" "not ok 1 bad"
	has "$output" "the reason"
	has "$output" "1 failed"
	[[ $output != *"ok 2 fine"* ]]
}

@test "check: a file that ends early, and a program that reports a wrong result, fail" {
	small_tree
	printf '@test "never ends {\n' >tree/tests/broken.bats
	run -1 check tests/broken.bats
	printf '#!/bin/sh\necho 1..3\necho ok 1\n' >tree/build/unit/unit
	run -1 check tests/unit/unit.c
	has "$output" "1 of 3"
	printf '#!/bin/sh\necho 1..1\necho ok 1\nexit 3\n' >tree/build/unit/unit
	run -1 check tests/unit/unit.c
	printf '#!/bin/sh\nkill -SEGV $$\n' >tree/build/unit/unit
	run -1 check tests/unit/unit.c
}

@test "check: a build that fails is a failure, and tests of nothing are not run" {
	small_tree
	printf 'all units:\n\t@echo some error; false\n' >tree/Makefile
	run -1 check
	has "$output" "some error"
	[ "${lines[-1]}" = "0 passed, 1 failed, 0 skipped" ]
}

@test "check: a sanitizer's report fails the run, though every test passed" {
	small_tree
	mkdir -p tree/build/sanitize/unit
	cp tree/build/unit/unit tree/build/sanitize/unit/unit
	run -0 check --sanitize
	# shellcheck disable=SC2016 # for the inner test
	printf 'REPORTS=$BATS_TEST_DIRNAME/../build/sanitize/reports\n@test "hides it" {\n\techo stack-buffer-overflow >"$REPORTS/report.7"\n}\n' \
		>tree/tests/hides.bats
	run -1 check --sanitize
	has "$output" "stack-buffer-overflow"
}

@test "check: options" {
	small_tree
	run -0 --separate-stderr check -h
	has "$output" "--sanitize"
	run -2 check --no-such
	run -2 check -j 0
	run -2 check tests/none.bats
	run -0 check -j 1 tests/good.bats
}

# --- cases ---

@test "a case that does not do what it says is found: output, messages, status" {
	run -0 "$REPOSITORY/tests/case" --help
	printf 'good\n$ printf %%s\\\\n "a*b" >&2; exit 3\n! a*b\n= 3\n$ echo any thing\n> any …\n' >good.test
	run -0 "$REPOSITORY/tests/case" good.test
	[ "$output" = $'ok 1 good\n1..1' ]
	local wrong
	for wrong in '> other' '! a message' '= 1' '> a\n> b' '' '> a…b' '< input\n> A' 'x\n> a'; do
		printf 'bad\n$ echo a\n%b\n\ngood\n$ true\n' "$wrong" >bad.test
		run -1 "$REPOSITORY/tests/case" bad.test
		has "$output" "not ok 1 bad"
		has "$output" "good"
	done
	run -2 "$REPOSITORY/tests/case" none.test
}

# --- demo ---

@test "the demo works without a network and ends with pictures" {
	local alone=()
	# Without a network if that is allowed, else with a proxy that does not exist.
	unshare -rn true 2>/dev/null && alone=(unshare -rn)
	run -0 ${alone[@]+"${alone[@]}"} "$REPOSITORY/scripts/demo" --no-setup
	has "$output" '$ fxfetch -p sample BTC/USD | fxenc | kput -q -k ticker'
	has "$output" '$ kread -g table | ddbput | kack -g table'
	has "$output" 'is there a network?'
	has "$output" '"ticker": "BTC/USD"'
	has "$output" '60 BTC/USD'
	# Rows of a line, and of candles, with the hours below.
	[ "$(grep -c '^ .*|.*[*]' <<<"$output")" -ge 6 ]
	[ "$(grep -c '^ .*|.*[O#]' <<<"$output")" -ge 6 ]
	has "$output" '7 Jan 2025'
	has "$output" '01:00'
	local line
	for line in "${lines[@]}"; do
		case $line in
		'$ '* | '{'*) ;;
		*) [ "${#line}" -le 80 ] || { echo "$line" && false; } ;;
		esac
	done
	# It leaves nothing behind.
	[ -z "$(find "$TMPDIR" -name 'fxpipe-demo.*')" ]
	[ ! -e "$FX_HOME" ]
}
