# fxhealth and fxmetrics, where stream and table are on AWS.

load helper
load aws

setup() {
	aws_reset
	make_stream rates 2
	make_table rates
	export FX_STREAM=kinesis:rates FX_TABLE=dynamodb:rates
}

item() {
	printf '{"ticker":"BTC/USD","exchange_rate":1.50,"last_refreshed":"%s"}\n' "$(date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ)"
}

@test "Kinesis and DynamoDB: well, empty, stale, behind" {
	run -1 fxhealth
	has "$output" 'look: stream kinesis:rates: no record of the last 5m'
	item now | kput -q -k ticker
	fxhealth
	run -1 fxhealth --item BTC/USD
	has "$output" 'there is no item'
	kread -g table | ddbput | kack -g table
	run -0 fxhealth -v -g table --item BTC/USD
	has "$output" 'well: group kinesis:rates table: 0 s behind in shard shardId-000000000000'
	has "$output" 'well: table dynamodb:rates BTC/USD: the newest item is'
}

@test "no such stream: 2; out of reach: 75" {
	run -2 fxhealth -s kinesis:nothing
	has "$output" 'broken: stream kinesis:nothing: '
	AWS_ENDPOINT_URL=http://127.0.0.1:9 run -75 fxhealth
	has "$output" 'unknown: stream kinesis:rates: '
}

@test "from statistics to CloudWatch" {
	item now | kput -q -k ticker --stats stats
	kstat -g table | fxmetrics --cloudwatch -l Host=here stats - >lines || true
	[ -s lines ]
	cwput <lines | cmp lines -
	aws_py '
found = {(metric["MetricName"], json.dumps(sorted((d["Name"], d["Value"]) for d in metric["Dimensions"])))
	for metric in boto3.client("cloudwatch").list_metrics(Namespace="fxpipe")["Metrics"]}
assert ("Lines", json.dumps([("Host", "here"), ("Tool", "kput")])) in found, found
assert ("Throttled", json.dumps([("Host", "here"), ("Tool", "kput")])) in found, found'
}

@test "throttling is in the statistics, and raises the alarm" {
	aws_through '{"rules":[{"action":"PutRecords","fault":"throttle","times":2},{"action":"PutRecords","fault":"partial","times":1,"share":1,"code":"ProvisionedThroughputExceededException"}]}'
	rates 20 | kput -q -k ticker --stats stats
	holds '.throttled >= 3 and .exit == 0' stats
	jq -c -f "$REPOSITORY/scripts/filters/alarms.jq" stats >out
	[ "$(jq -r 'select(.state == "ALARM") | .alarm' out)" = throttled ]
	aws_script '{"rules":[{"action":"BatchWriteItem","fault":"throttle","times":1},{"action":"GetRecords","fault":"throttle","times":2}]}'
	kread -g table --stats reader | ddbput -q --stats writer
	holds '.throttled >= 1' writer
	holds '.throttled >= 2 and .lag_ms == 0' reader
}
