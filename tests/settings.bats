# settings: credentials, regions and endpoints are found as botocore finds them.
# shellcheck disable=SC2154 # FX_BUILD, fx_started: helper

load helper

@test "random files and variables: the same keys, calls and endpoints as botocore" {
	local python=$REPOSITORY/tests/.venv/bin/python place=$BATS_TEST_TMPDIR/metadata count=120
	[ -z "${FX_FULL-}" ] || count=2000
	[ -x "$python" ] || skip "no botocore: scripts/setup makes $python"
	metadata_start "$place"
	FX_OURS=$(jq -n 'env | {LD_PRELOAD, ASAN_OPTIONS, UBSAN_OPTIONS} | with_entries(select(.value))') \
		env -u LD_PRELOAD -u ASAN_OPTIONS -u UBSAN_OPTIONS "$python" "$REPOSITORY/tests/settings" \
		"$place" "$FX_BUILD/unit/credentials" "${FX_SEED:-3}" "$count"
}
