# changes: a server that stands for DynamoDB Streams, whose state a test replaces.
# shellcheck shell=bash

# state JSON: the state of the server of changes, which is started if it does not run.
state() {
	printf '%s\n' "$1" >state.new
	mv state.new state
	[ ! -f changes/port ] || return 0
	mkdir changes
	env -u LD_PRELOAD -u ASAN_OPTIONS -u UBSAN_OPTIONS "$REPOSITORY/tests/server/changes" state changes \
		</dev/null >changes/err 2>&1 3>&- &
	fx_started+=($!)
	wait_for 60 test -f changes/port || {
		cat changes/err >&2
		return 1
	}
	AWS_ENDPOINT_URL=http://127.0.0.1:$(cat changes/port)
}

# shard N: its name at that server. asked ACTION [JQ]: how many calls there were, of whose requests JQ is true.
shard() {
	printf 'shardId-%020d-%08x' "$1" "$1"
}

asked() {
	jq -s --arg action "$1" "map(select(.action == \$action) | select(${2-true})) | length" changes/log
}

# Lines of the server's records: FIRST to LAST are all there, each key's in order; "twice" lets some come again.
in_order() {
	jq -se --argjson first "$1" --argjson last "$2" --arg mode "${3-once}" '
		map(select(.new) | .new) as $records |
		($records | map(.n) | unique) == [range($first; $last + 1)] and
		($mode == "twice" or ($records | length) == $last - $first + 1 and
			($records | group_by(.k) | all(map(.n) | . == sort)))' >/dev/null
}
