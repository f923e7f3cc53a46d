# kbatch_proof: a command that fails on one record in a thousand, and kills in flight.
# Takes minutes.

load helper

# prove ARGUMENT…: shows what it prints, also if it succeeds.
prove() {
	status=0
	python3 "$REPOSITORY/tests/proof/batches.py" "$@" >said 2>err || status=$?
	sed 's/^#* */# /' said err >&3
	# check shows only the output of a test that failed.
	[ "$status" = 0 ] || cat err
	return "$status"
}

@test "only the bad records are refused; the others are done once, in order for each key" {
	prove whole "$([ -n "${FX_FULL-}" ] && echo 100000 || echo 10000)"
}

@test "killed 100 times with a batch in flight: nothing is lost" {
	prove kill 100
}
