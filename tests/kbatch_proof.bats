# kbatch_proof: a command that fails on one record in a thousand, and kills in flight.
# Takes minutes.

load helper

# prove ARGUMENT…: what it prints is shown, of a success as well.
prove() {
	status=0
	python3 "$REPOSITORY/tests/proof/batches.py" "$@" >said 2>err || status=$?
	sed 's/^#* */# /' said err >&3
	return "$status"
}

@test "exactly the bad records are set aside, the others are done once, in order per key" {
	prove whole "$([ -n "${FX_FULL-}" ] && echo 100000 || echo 10000)"
}

@test "killed 100 times with a batch under way, nothing is lost" {
	prove kill 100
}
