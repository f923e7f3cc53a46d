# kread_dynamodbstreams_shared: the changes of a table, read by a group whose leases are in a table of
# DynamoDB. The changes are those of a server that stands for the service, the leases are in moto.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper
load aws
load changes

GROUP=dynamodb:app

setup() {
	set -o pipefail
	aws_reset
	export FX_STREAM=dynamodbstreams:there AWS_ENDPOINT_URL_DYNAMODB=$AWS_MOTO
}

# leased N FILTER: what a jq filter finds in the lease of shard N.
leased() {
	table_items app | jq -r --arg shard "$(shard "$1")" "select(.leaseKey.S == \$shard) | $2"
}

# pipeline FILE ARGUMENT…: one run of kread and kack, whose lines are added to FILE.
pipeline() {
	local file=$1
	shift
	timeout 120 kread -g $GROUP "$@" | tee -a "$file" | kack -g $GROUP
}

declare -gA shell_of # bats reads this file in a function

# follow NAME: a reader that follows, as that worker; its lines are in NAME.lines.
follow() {
	in_background bash -c 'kread -f -g dynamodb:app --failover 2s --worker "$0" 2>>"$0.kread" |
		tee -a "$0.lines" | kack -g dynamodb:app 2>>"$0.kack"' "$1"
	shell_of[$1]=$background
}

# all_of LAST FILE…: the files hold all lines of the server up to LAST, some twice perhaps.
all_of() {
	local last=$1
	shift
	cat "$@" | in_order 1 "$last" twice
}

ended() {
	[ "$(leased "$1" .checkpoint.S)" = SHARD_END ]
}

@test "from cron: parents first, each line once, and the next run continues" {
	state '{"page":1,"most":3,"shards":[{"id":5,"parent":2,"first":31,"count":10},
		{"id":1,"first":1,"count":10,"closed":true},
		{"id":2,"parent":1,"first":11,"count":10,"closed":true},
		{"id":3,"parent":1,"first":21,"count":10}]}'
	pipeline out
	in_order 1 40 twice <out
	[ "$(grep -c new out)" = 40 ]
	in_order 1 20 < <(jq -c 'select(.new.n <= 20)' out)
	[ "$(leased 1 .checkpoint.S) $(leased 2 .checkpoint.S)" = "SHARD_END SHARD_END" ]
	[ "$(leased 5 '.parentShardId.SS[0]')" = "$(shard 2)" ]
	[ "$(leased 5 '.checkpoint.S + " " + (.leaseOwner.S // "free")')" = "1000000000000000000040 free" ]
	pipeline again
	[ "$(grep -c new again)" = 0 ]
	kstat -g $GROUP | jq -s 'sort_by(.shard)' | jq -e --arg last "$(shard 5):1000000000000000000040.0+" \
		'map(.lease) == ["ended", "ended", "free", "free"] and .[3].position == $last and all(.lag_ms == 0)'
	# In the middle of a shard, which closes meanwhile.
	state '{"most":3,"shards":[{"id":1,"first":1,"count":10,"closed":true},{"id":2,"parent":1,"first":11,"count":10,"closed":true},
		{"id":3,"parent":1,"first":21,"count":10},{"id":5,"parent":2,"first":31,"count":15,"closed":true},
		{"id":6,"parent":5,"first":46,"count":5}]}'
	pipeline more
	jq -se 'map(.new.n | values) == [range(41; 51)]' more
	run -2 --separate-stderr kread -g $GROUP --from -15m
	has "$stderr" "the service cannot begin at a time: use trim-horizon or latest"
}

@test "a new group begins at latest" {
	state '{"shards":[{"id":1,"first":1,"count":10,"closed":true,"before":10},{"id":2,"parent":1,"first":11,"count":10,"before":10}]}'
	pipeline out --from latest
	[ "$(grep -c new out)" = 0 ]
	state '{"shards":[{"id":1,"first":1,"count":10,"closed":true,"before":10},
		{"id":2,"parent":1,"first":11,"count":15,"before":10,"closed":true},{"id":3,"parent":2,"first":26,"count":5}]}'
	pipeline more
	in_order 21 30 <more
}

@test "a child that is listed late is read, by a run and by a reader that follows" {
	state '{"shards":[{"id":1,"first":1,"count":5,"closed":true}]}'
	pipeline out
	in_order 1 5 <out
	[ "$(leased 1 '.checkpoint.S + " " + (.leaseOwner.S // "free")')" = "1000000000000000000005 free" ]
	follow w1
	wait_for 60 eval '[ "$(leased 1 .leaseOwner.S)" = w1 ]'
	asked=$(asked DescribeStream)
	wait_for 60 eval '[ "$(asked DescribeStream)" -ge $((asked + 2)) ]'
	[ "$(leased 1 .leaseOwner.S)" = w1 ]
	state '{"shards":[{"id":1,"first":1,"count":5,"closed":true},{"id":2,"parent":1,"first":6,"count":5}]}'
	wait_for 60 all_of 10 out w1.lines
	wait_for 60 ended 1
	[ "$(grep -hc new out w1.lines | paste -sd +)" = 5+5 ]
}

@test "a stream that was switched off is read to its end" {
	state '{"status":"DISABLED","shards":[{"id":1,"first":1,"count":5,"closed":true},{"id":2,"parent":1,"first":6,"count":5,"closed":true}]}'
	pipeline out
	in_order 1 10 <out
	ended 1
	ended 2
	pipeline out
	in_order 1 10 <out
}

@test "shards that have expired unread: that is reported, and the others are read" {
	state '{"shards":[{"id":1,"first":1,"count":10,"closed":true},{"id":2,"parent":1,"first":11,"count":5}]}'
	pipeline out
	state '{"shards":[{"id":8,"parent":7,"first":101,"count":5,"closed":true},{"id":9,"parent":8,"first":106,"count":5}]}'
	run -1 --separate-stderr pipeline more
	has "$stderr" "shard $(shard 2)"
	has "$stderr" "may have lost records"
	in_order 101 110 <more
	pipeline more
	in_order 101 110 <more
}

@test "leases of shards that have expired are removed once their children have been read in part" {
	state '{"shards":[{"id":1,"first":1,"count":5,"closed":true},{"id":2,"parent":1,"first":6,"count":5,"closed":true},
		{"id":3,"parent":2,"first":11,"count":0}]}'
	pipeline out
	in_order 1 10 <out
	[ "$(table_items app | wc -l)" = 3 ]
	state '{"shards":[{"id":3,"parent":2,"first":11,"count":0}]}'
	pipeline out
	# The child of 2 has no records yet; that of 1 is done.
	[ "$(table_items app | jq -r .leaseKey.S | sort)" = "$(shard 2; echo; shard 3)" ]
	state '{"shards":[{"id":3,"parent":2,"first":11,"count":2}]}'
	pipeline out
	pipeline out
	[ "$(table_items app | jq -r .leaseKey.S)" = "$(shard 3)" ]
	in_order 1 12 <out
}

@test "two readers share the shards while they close; one that is killed is succeeded, nothing is lost" {
	state '{"most":3,"shards":[{"id":1,"first":1,"count":20},{"id":2,"first":21,"count":20,"keys":"other"}]}'
	follow w1
	wait_for 60 all_of 40 w1.lines
	follow w2
	wait_for 60 eval '[ "$(table_items app | jq -r ".leaseOwner.S // empty" | sort -u | xargs)" = "w1 w2" ]'
	state '{"most":3,"shards":[{"id":1,"first":1,"count":20,"closed":true},{"id":2,"first":21,"count":20,"closed":true,"keys":"other"},
		{"id":3,"parent":1,"first":41,"count":20},{"id":4,"parent":2,"first":61,"count":20,"keys":"other"}]}'
	wait_for 60 all_of 80 w1.lines w2.lines
	kill -KILL "$(pgrep -x -P "${shell_of[w1]}" kread)"
	state '{"most":3,"shards":[{"id":1,"first":1,"count":20,"closed":true},{"id":2,"first":21,"count":20,"closed":true,"keys":"other"},
		{"id":3,"parent":1,"first":41,"count":20,"closed":true},{"id":4,"parent":2,"first":61,"count":20,"closed":true,"keys":"other"},
		{"id":5,"parent":3,"first":81,"count":20},{"id":6,"parent":3,"first":101,"count":20}]}'
	wait_for 60 all_of 120 w1.lines w2.lines
	for id in 1 2 3; do
		wait_for 60 ended $id
	done
	kill "$(pgrep -x -P "${shell_of[w2]}" kread)"
	status_of "${shell_of[w2]}"
}
