# model: the protocols of this project, as models that Spin checks in every state.

load helper

# check NAME DEFINITION…: checks a model; fails if there is a fault.
check() {
	local name=$1
	shift
	cp "$REPOSITORY/tests/model/$name.pml" .
	spin "$@" -a "$name.pml" >/dev/null
	"${CC:-gcc}" -O2 -w -DSAFETY -DNOFAIR -DCOLLAPSE -o pan pan.c
	./pan -E -m1000000 >found
	cat found
	not grep -q 'assertion violated' found
	grep -q 'errors: 0' found
}

setup() {
	command -v spin >/dev/null || skip "spin is not installed"
	cd "$BATS_TEST_TMPDIR" || return
}

@test "the leases of readers that share a group: nothing is lost, and only one reader commits" {
	if [ -n "${FX_FULL-}" ]; then
		check lease -DTAKES=3
	else
		check lease
	fi
	# The search was complete.
	not grep -i 'max search depth too small\|out of memory' found
}

@test "the leases of readers that share a group: each rule is needed" {
	for rule in 1 2 3; do
		run check lease "-DBROKEN=$rule"
		[ "$status" != 0 ]
		has "$output" "assertion violated"
	done
}

@test "a group of many readers, simulated as for the table of fxpipe-aws(7)" {
	run -0 "$FX_BUILD/sizing/sizing" -s 60 200 20
	# Shards, readers, ten times in seconds, calls, units, dollars.
	[ "$(tr '\t' '\n' <<<"$output" | grep -c '^[0-9.]*$')" = 16 ]
	run -2 "$FX_BUILD/sizing/sizing" 10
	has "$output" usage
}
