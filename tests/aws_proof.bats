# aws_proof: what fxpipe(7) promises, on AWS. tests/proof has the programs; each says what
# it did and with which seed. FX_SEED gives them one; FX_FULL=1 makes them as large as they
# are meant to be, which takes minutes.
# Takes minutes.

load helper
load aws

PROOF=$REPOSITORY/tests/proof

# Each proof has a cloud of its own.
setup_file() {
	:
}

setup() {
	sanitized=
	! grep -q __asan_init "$FX_BUILD/bin/kput" || sanitized=yes
}

teardown_file() {
	:
}

# size FULL SMALL SANITIZED
size() {
	if [ -n "${FX_FULL-}" ]; then
		echo "$1"
	elif [ -z "$sanitized" ]; then
		echo "$2"
	else
		echo "$3"
	fi
}

# prove FILE ARGUMENT…: what it prints is shown, of a success as well.
prove() {
	local file=$1
	shift
	[ -x "$AWS_PYTHON" ] || {
		echo "no moto: $AWS_PYTHON is not there; scripts/setup makes it" >&2
		return 1
	}
	status=0
	"$AWS_PYTHON" "$PROOF/$file.py" "$@" >said 2>err || status=$?
	sed 's/^#* */# /' said err >&3
	# check shows only the output of a test that failed.
	[ "$status" = 0 ] || cat err
	return "$status"
}

@test "kills in a chain with s3put, and faults of S3: each record is in the archive, no upload is left" {
	prove s3put_kill "$(size 200 6 3)" aws
}

@test "throttling: nothing is lost or duplicated" {
	prove aws_faults mild "$(size 50000 10000 2000)"
}

@test "faults of every kind: nothing is lost, order is kept" {
	prove aws_faults all "$(size 50000 5000 1000)"
}

@test "kput --aggregate, shards split and merged meanwhile, kills, faults: KCL and kread deliver each record" {
	prove aggregate "$(size 50000 5000 1000)"
}

@test "every tool is killed with lines in flight, nothing is lost" {
	prove aws_kill "$(size 25 5 2)"
}

@test "readers that share a group are killed, stopped and cut off: nothing is lost, checkpoints only advance" {
	prove share_kill "$(size 300 20 8)" "$(size 8 3 3)" "$(size 32 6 4)"
}

@test "a reader outlives its credentials" {
	prove aws_reader credentials
}

@test "a reader that is blocked for longer than iterators and connections live continues" {
	prove aws_reader pressure
}

@test "bytes are bytes, numbers are exact decimals" {
	prove exact "$(size 20000 3000 1000)" aws
}

@test "8 producers and 4 groups at once: order is kept, nothing is lost or duplicated" {
	prove order "$(size 2000 300 60)" aws
}
