# filters_shared: fxroll and fxalert in the pipelines of a group that readers share (dynamodb:TABLE).
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # each test is a shell of its own; stderr: run

load helper
load aws

export GROUP=dynamodb:app FX_STREAM=kinesis:orders

setup() {
	set -o pipefail
	aws_reset
	make_stream orders 2
	cd "$BATS_TEST_TMPDIR" || return
}

# prices FROM TO: puts records of two keys, one a second.
prices() {
	awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i <= to; i++)
		printf "{\"ticker\":\"%s\",\"price\":%d,\"at\":%d}\n", i % 2 ? "A" : "B", i * i % 97, i }' | kput -q -k ticker
}

# roll ARGUMENT…, alert ARGUMENT…: the filters.
roll() {
	fxroll "$@" -k ticker -v price -T at ema=3 sum=4 min=5
}

alert() {
	fxalert "$@" -k ticker -T at 'price > 60' 'price crosses 50'
}
export -f roll alert

# pipeline FILTER KEY ARGUMENT…: what kread reads goes through the filter to the table "out"; how the tools ended is
# in the file "ended".
pipeline() {
	local filter=$1 key=$2
	shift 2
	kread -g $GROUP --worker w1 --failover 2s "$@" | $filter -g $GROUP | ddbput -t out -k "$key" | kack -g $GROUP
	echo "${PIPESTATUS[*]}" >ended
}
export -f pipeline

# run_once ARGUMENT…: a pipeline that must end well.
run_once() {
	pipeline "$@"
	[ "$(cat ended)" = "0 0 0 0" ]
	rm ended
}

# check_all FILTER: the table holds what one run of the filter over all records gives.
check_all() {
	kread | "$1" | jq -Sc . | sort >expected
	ddbget -t out | jq -Sc . | sort | cmp - expected
	[ -s expected ]
}

is_done() {
	kstat -g $GROUP 2>/dev/null | jq -se 'map(.lag_ms) | add == 0' >/dev/null
}

# continues FILTER KEY: the next run continues, also after a run that committed nothing.
continues() {
	prices 1 100
	run_once "$1" "$2"
	prices 101 200
	kread -g $GROUP --worker w1 --failover 2s --handover 1s -n 30 | "$1" -g $GROUP >uncommitted
	[ -s uncommitted ]
	run_once "$1" "$2"
	prices 201 210
	run_once "$1" "$2"
	check_all "$1"
}

# loses FILTER KEY: the leases go while lines wait for their commit: the pipeline ends, and the next one continues.
loses() {
	prices 1 50
	in_background bash -c 'pipeline "$@" -f 2>words' loses "$1" "$2"
	wait_for 60 is_done
	kack=$(pgrep -x -P "$background" kack)
	kill -STOP "$kack"
	prices 51 100
	kread | "$1" | wc -l >count
	wait_for 60 eval '[ "$(ddbget -t out | wc -l)" = "$(cat count)" ]'
	aws_py 'for item in dynamodb.scan(TableName="app")["Items"]:
	dynamodb.update_item(TableName="app", Key={"leaseKey": item["leaseKey"]},
		UpdateExpression="SET leaseOwner = :thief ADD leaseCounter :one",
		ExpressionAttributeValues={":thief": {"S": "thief"}, ":one": {"N": "1"}})'
	kill -CONT "$kack"
	wait_for 60 test -s ended
	cat words ended
	[ "$(cat ended)" = "141 141 141 75" ]
	rm ended
	has "$(cat words)" "was lost to thief, which reads again for group $GROUP what was read here since the last commit"
	prices 101 120
	run_once "$1" "$2"
	check_all "$1"
}

@test "fxroll: the next run of a shared group continues" {
	continues roll ticker,at:N
}

@test "fxalert: the next run of a shared group continues" {
	continues alert ticker,id
}

@test "fxroll: ends when its leases go, and the next run continues" {
	loses roll ticker,at:N
}

@test "fxalert: ends when its leases go, and the next run continues" {
	loses alert ticker,id
}
