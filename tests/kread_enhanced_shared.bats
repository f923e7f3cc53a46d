# kread_enhanced_shared: readers that share a group, by enhanced fan-out. The stream is that of a server which plays Kinesis
# (tests/server/fanout), the leases are in moto.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper
load aws
load fanout

setup() {
	set -o pipefail
	aws_reset
	export FX_STREAM=kinesis:there AWS_ENDPOINT_URL_DYNAMODB=$AWS_MOTO
	cd "$BATS_TEST_TMPDIR" || return
}

declare -gA shell_of # bats reads this file in a function

# follow NAME: a reader that follows, as that worker; its lines are in NAME.lines.
follow() {
	in_background bash -c 'kread -f -g dynamodb:app --enhanced reader --failover 8s --handover 100s --worker "$0" 2>>"$0.kread" |
		tee -a "$0.lines" | kack -g dynamodb:app 2>>"$0.kack"' "$1"
	shell_of[$1]=$background
}

# owners: of the shards, in their order.
owners() {
	table_items app | jq -rs 'sort_by(.leaseKey.S) | map(select(.checkpointOwner | not) | .leaseOwner.S // "none") | join(" ")'
}

# owned PATTERN
owned() {
	owners | grep -Eqx "$1"
}

# have COUNT once|twice: the lines hold the records 0 to COUNT - 1, each once, or some again.
have() {
	cat w?.lines | if [ "$2" = once ]; then
		are_all "$1"
	else
		jq -se --argjson count "$1" 'map(.n // empty) | unique == [range($count)]' >/dev/null
	fi
}

# ends SHARD WHY: how many subscriptions to the shard have ended so.
ends() {
	jq -s --arg shard "shardId-00000000000$1" --arg why "$2" 'map(select(.ended == $shard and (.why | test($why)))) | length' server/log
}

has_ended() {
	[ "$(ends "$1" "$2")" -ge 1 ]
}

# begun SHARD: the starting positions of the subscriptions to the shard.
begun() {
	subscribed | jq -c --arg shard "shardId-00000000000$1" 'map(select(.ShardId == $shard) | .StartingPosition)'
}

@test "from cron: one subscription to each shard, and the next run continues" {
	fanout '{"shards":3,"records":40}'
	timeout 120 kread -g dynamodb:app --enhanced reader | tee w1.lines | kack -g dynamodb:app
	have 120 once
	subscribed | jq -e 'length == 3 and (map(.ShardId) | unique | length) == 3'
	[ "$(calls GetRecords)" = 0 ]
	control put '{"shard":1,"count":5}'
	timeout 120 kread -g dynamodb:app --enhanced reader | tee -a w1.lines | kack -g dynamodb:app
	have 125 once
	begun 1 | jq -e 'length == 2 and .[0].Type == "TRIM_HORIZON" and (.[1].Type | endswith("_SEQUENCE_NUMBER"))'
}

@test "a shard is handed over: one subscription ends, another begins after the mark, without a gap or a repeat" {
	fanout '{"shards":2,"records":20,"beat":20}'
	follow w1
	wait_for 60 have 40 once
	[ "$(owners)" = "w1 w1" ]
	follow w2
	for ((i = 0; i < 10; i++)); do
		control put "{\"shard\":$((i % 2)),\"count\":5}"
	done
	wait_for 60 owned "w1 w2|w2 w1"
	for ((i = 0; i < 10; i++)); do
		control put "{\"shard\":$((i % 2)),\"count\":5}"
	done
	wait_for 60 have 140 once
	moved=0
	[ "$(owners)" = "w2 w1" ] || moved=1
	wait_for 60 has_ended "$moved" 'closed|taken'
	begun "$moved" | jq -e 'length == 2 and .[0].Type == "TRIM_HORIZON" and (.[1].Type | endswith("_SEQUENCE_NUMBER"))'
	begun $((1 - moved)) | jq -e 'length == 1'
	[ "$(ends $((1 - moved)) .)" = 0 ]
	# Each continues the other's shard.
	jq -se --arg shard "shardId-00000000000$moved" 'map(select(.s == $shard)) | length > 0' w1.lines
	jq -se --arg shard "shardId-00000000000$moved" 'map(select(.n) | .s) | unique == [$shard]' w2.lines
	# One is killed: the other takes its shard, and continues from what was committed.
	kill -KILL "$(pgrep -x -P "${shell_of[w2]}" kread)"
	wait_for 60 owned "w1 w1"
	for ((i = 0; i < 4; i++)); do
		control put "{\"shard\":$((i % 2)),\"count\":5}"
	done
	wait_for 60 have 160 twice
	begun "$moved" | jq -e 'length == 3 and (.[2].Type | endswith("_SEQUENCE_NUMBER"))'
}

@test "a lease that is lost: its subscription ends, and nothing more of the shard is written" {
	fanout '{"shards":2,"records":10,"beat":20}'
	follow w1
	wait_for 60 have 20 once
	in_background aws_py 'import os, time
dynamodb.update_item(TableName="app", Key={"leaseKey": {"S": "shardId-000000000001"}},
	UpdateExpression="SET leaseOwner = :thief, leaseCounter = :far, fxTenure = :thief",
	ExpressionAttributeValues={":thief": {"S": "thief"}, ":far": {"N": "1000"}})
while not os.path.exists(sys.argv[1]):
	dynamodb.update_item(TableName="app", Key={"leaseKey": {"S": "shardId-000000000001"}},
		UpdateExpression="ADD leaseCounter :one", ExpressionAttributeValues={":one": {"N": "1"}})
	time.sleep(0.1)' "$PWD/over"
	wait_for 60 has_ended 1 closed
	wait_for 60 grep -q "the lease of shard shardId-000000000001 was lost" w1.kread
	control put '{"shard":1,"count":5}'
	control put '{"shard":0,"count":5}'
	wait_for 60 eval '[ "$(grep -c "\"n\"" w1.lines)" -ge 25 ]'
	jq -se 'map(.n // empty) | sort == [range(20)] + [range(25; 30)]' w1.lines
	[ "$(begun 1 | jq length) $(begun 0 | jq length) $(ends 0 .)" = "1 1 0" ]
	touch over
}
