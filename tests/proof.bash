# proof: runs the programs of tests/proof.

PROOF=$REPOSITORY/tests/proof

# prove FILE ARGUMENT…: what it prints is shown, of a success as well.
prove() {
	local file=$1
	shift
	status=0
	python3 "$PROOF/$file.py" "$@" >said 2>err || status=$?
	sed 's/^#* */# /' said err >&3
	# check shows only the output of a test that failed.
	[ "$status" = 0 ] || cat err
	return "$status"
}

# size FULL SMALL: FULL if FX_FULL is set.
size() {
	[ -n "${FX_FULL-}" ] && echo "$1" || echo "$2"
}
