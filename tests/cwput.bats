# cwput: metrics into CloudWatch (moto), through the fault proxy for faults.

load helper
load aws

metric_lines() {
	awk -v count="$1" 'BEGIN { for (i = 1; i <= count; i++)
		printf "{\"metric\":\"m%d\",\"value\":%d.50,\"unit\":\"Count\"}\n", i, i }'
}

# What CloudWatch has, a line each.
in_cloudwatch() {
	aws_py 'import os, urllib.request as request
for datum in json.load(request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/moto-api/data.json"))["cloudwatch"]["MetricDatum"]:
	print(json.dumps(datum))'
}

@test "the members of a line arrive: name, value, unit, time, dimensions, namespace" {
	local now
	now=$(date -u +%Y-%m-%dT%H:%M:00Z)
	echo '{"metric":"Lines","value":12.250,"unit":"Count","timestamp":"'"$now"'","dimensions":{"Tool":"kput","Host":"a b"},"namespace":"here","resolution":1}' >in
	echo '{"value":-3e2,"metric":"Lag"}' >>in
	cwput <in | cmp in -
	aws_py '
import datetime
client = boto3.client("cloudwatch")
def statistics(namespace, name, dimensions):
	return client.get_metric_statistics(Namespace=namespace, MetricName=name, Period=60, Statistics=["Sum"],
		StartTime=datetime.datetime.utcnow() - datetime.timedelta(hours=1),
		EndTime=datetime.datetime.utcnow() + datetime.timedelta(hours=1), Dimensions=dimensions)["Datapoints"]
points = statistics("here", "Lines", [{"Name": "Tool", "Value": "kput"}, {"Name": "Host", "Value": "a b"}])
assert [(p["Sum"], p["Unit"]) for p in points] == [(12.25, "Count")], points
assert points[0]["Timestamp"].strftime("%Y-%m-%dT%H:%M:%SZ") == sys.argv[1], points
points = statistics("fxpipe", "Lag", [])
assert [p["Sum"] for p in points] == [-300], points' "$now"
}

@test "-n names the namespace of lines without one; each call has a single namespace" {
	{
		metric_lines 30
		metric_lines 30 | sed 's/^{/{"namespace":"other",/'
	} | shuf --random-source=/bin/sh >in
	cwput -n mine <in | cmp in -
	in_cloudwatch >got
	[ "$(jq -r .namespace got | sort | uniq -c | tr -s ' ')" = $' 30 mine\n 30 other' ]
}

@test "the digits of a value are sent unchanged" {
	aws_through '{"rules":[{"action":"PutMetricData","fault":"lost","times":0}]}'
	echo '{"metric":"x","value":0.1000000000000000055511151231257827021181583404541015625}' >in
	echo '{"metric":"y","value":9007199254740993}' >>in
	# What holds the text is struck; nothing else is.
	aws_script '{"rules":[{"fault":"refuse","code":"AccessDenied",
		"holds":"\"Value\":0.1000000000000000055511151231257827021181583404541015625"}]}'
	run -2 --separate-stderr cwput <in
	has "$stderr" 'a policy must allow cloudwatch:PutMetricData'
	[ "$(aws_struck refuse)" = 1 ]
	aws_script '{"rules":[{"fault":"refuse","code":"AccessDenied","holds":"\"Value\":9007199254740993}"}]}'
	run -2 cwput <in
}

@test "a flood is sent in calls of up to a thousand lines" {
	aws_through '{}'
	metric_lines 5000 >in
	cwput --stats stats <in | cmp in -
	holds '.lines == 5000 and .done == 5000 and .refused == 0' stats
	holds -s 'map(select(.action == "PutMetricData") | .records) | max <= 1000 and add == 5000' "$AWS_FAULTS/log"
}

@test "fewer long lines fit into a call" {
	aws_through '{}'
	awk 'BEGIN { long = sprintf("%01000d", 0); for (i = 1; i <= 400; i++) {
		printf "{\"metric\":\"m%d\",\"value\":1,\"dimensions\":{", i
		for (d = 0; d < 10; d++) printf "%s\"d%d\":\"%s\"", d ? "," : "", d, long
		print "}}" } }' >in
	cwput -q <in
	holds -s 'map(select(.action == "PutMetricData") | .records) | max < 100 and add == 400' "$AWS_FAULTS/log"
}

@test "lines that CloudWatch would not accept are refused, with number and reason" {
	{
		metric_lines 2
		echo '{"metric":"old","value":1,"timestamp":"2020-01-01T00:00:00Z"}'
		echo '{"metric":"no number","value":"1"}'
		metric_lines 1
	} >in
	run -1 --separate-stderr cwput -x rejects <in
	has "$stderr" 'line 3: refused: "timestamp" is more than two weeks ago'
	has "$stderr" 'line 4: refused: "value" is not a number'
	[ "$output" = "$(sed '3,4d' in)" ]
	[ "$(jq -c '[.line, .tool]' rejects)" = $'[3,"cwput"]\n[4,"cwput"]' ]
}

@test "a call refused as a whole for one line is halved until the line is found" {
	aws_through '{"rules":[{"fault":"refuse","code":"InvalidParameterValue","holds":"\"m77\"",
		"message":"The parameter MetricData.member.77.Value must be fit."}]}'
	metric_lines 200 >in
	run -1 --separate-stderr cwput -x rejects <in
	has "$stderr" 'line 77: refused: '
	has "$stderr" 'must be fit'
	[ "$output" = "$(sed 77d in)" ]
	[ "$(jq -c '[.line, .record.metric]' rejects)" = '[77,"m77"]' ]
	in_cloudwatch | jq -r .name | sort >got
	jq -r .metric in | grep -v '^m77$' | sort | cmp - got
}

@test "throttled and out of order for a while: retried, one receipt each, counted" {
	aws_through '{"rules":[{"fault":"throttle","times":3},{"fault":"error","times":2},{"fault":"reset","times":1}]}'
	metric_lines 50 >in
	cwput --stats stats <in >out 2>err
	cmp in out
	holds '.done == 50 and .retries > 0 and .throttled == 3 and .exit == 0' stats
	[ "$(in_cloudwatch | wc -l)" = 50 ]
}

@test "lines whose result is unknown have no receipt: exit status 2 if it needs attention" {
	aws_through '{"rules":[{"fault":"refuse","status":401,"code":"UnrecognizedClientException"}]}'
	metric_lines 5 >in
	run -2 --separate-stderr cwput <in
	[ -z "$output" ]
	has "$stderr" UnrecognizedClientException
}

@test "an invalid namespace: exit status 2 before anything is read" {
	run -2 cwput -n AWS/Kinesis </dev/null
	has "$output" "reserved for AWS"
	run -2 cwput -n '' </dev/null
}

@test "positions and marks are passed on, and are not part of a metric" {
	cat >in <<-'END'
		{"_pos":"0:4+"}
		{"_pos":"0:5","metric":"a","value":1}
		 { "_pos" : "0:6" , "metric":"b","value":2.0}
		{"_pos":"0:7","no":"metric"}
		{"_pos":"0:7+"}
	END
	run -1 --separate-stderr cwput -x rejects <in
	[ "$output" = "$(sed 4d in)" ] || [ "$output" = "$(sed '4s/.*/{"_pos":"0:7+"}/' in)" ]
	[ "$(in_cloudwatch | jq -r .name | sort | paste -sd,)" = a,b ]
	[ "$(jq -c .record._pos rejects)" = '"0:7"' ]
}

@test "killed at any moment: what has a receipt is stored" {
	local round
	metric_lines 20000 >in
	for round in 1 2 3; do
		: >out
		in_background cwput <in >out
		wait_for 20 test "$round" = 1 -o -s out
		kill -KILL "$background"
		status_of "$background"
		# The last line may be cut off: it is no receipt.
		jq -R -r 'fromjson? | .metric' out | sort >receipted
		in_cloudwatch | jq -r .name | sort -u >there
		[ -z "$(comm -23 receipted there)" ]
	done
}

@test "SIGTERM in the middle: receipts for what is stored, death by the signal" {
	mkfifo open_in
	exec {feeder}<>open_in
	in_background env --default-signal=TERM cwput <open_in >out {feeder}>&-
	metric_lines 30 >&"$feeder"
	wait_for 20 grep -q '"m30"' out
	kill -TERM "$background"
	status_of "$background"
	exec {feeder}>&-
	[ "$status" = 143 ]
	metric_lines 30 | cmp - out
	[ "$(in_cloudwatch | wc -l)" = 30 ]
}

@test "the ends of input and output, as for every tool that sends" {
	metric_lines 3 >in
	run -0 --separate-stderr cwput </dev/null
	[ -z "$output$stderr" ]
	local result=0
	cwput <&- >out 2>err || result=$?
	[ "$result" = 2 ]
	cwput <in >/dev/full 2>err || result=$?
	[ "$result" = 75 ]
	{
		cat in
		printf '{"metric":"last","val'
	} >cut
	run -1 --separate-stderr cwput -x rejects <cut
	[ "$output" = "$(cat in)" ]
	has "$stderr" 'line 4: refused: the input ends inside it'
	mkfifo gone
	exec {reader}<>gone {writer}>gone
	exec {reader}<&-
	env --default-signal=PIPE cwput <in >&"$writer" || result=$?
	[ "$result" = 141 ]
}
