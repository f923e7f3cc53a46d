# policy_proof: the policies that `fxstack policy` writes. Each tool works with its own policy, and
# fails with a clear message without any one of its actions. tests/server/iam.py checks each
# request with its resource; none would have been allowed on a similar resource next to it.

load helper
load aws
load policy

STREAM=arn:aws:kinesis:us-east-1:123456789012:stream/rates
TABLE=arn:aws:dynamodb:us-east-1:123456789012:table/rates

setup_file() {
	aws_start --auth
}

setup() {
	aws_reset
	make_stream rates
	make_table rates
	make_secret Key text
	make_user
	cat >stack <<-'END'
		{"resource":"stream","name":"kinesis:rates"}
		{"resource":"table","name":"dynamodb:rates","key":"ticker,last_refreshed"}
		{"resource":"secret","name":"secretsmanager:Key"}
		{"resource":"topic","name":"sns:alerts"}
		{"resource":"bucket","name":"s3://archive"}
	END
	export FX_STREAM=kinesis:rates FX_TABLE=dynamodb:rates
}

kput_lines() {
	kput -q <lines
}

@test "kput" {
	rates 3 >lines
	optional='kinesis:ListShards kinesis:DescribeStreamSummary'
	each kput kput_lines
}

@test "kput, throttled, works without ListShards, and -v says so" {
	policy kput
	less policy kinesis:ListShards
	aws_through '{"rules":[{"action":"PutRecords","fault":"partial","times":2}]}'
	rates 1000 >lines
	run -0 --separate-stderr kput -v -q <lines
	has "$stderr" "is not authorized to perform: kinesis:ListShards on resource: $STREAM"
	become_admin
	[ "$(stream_records rates | sort -u | wc -l)" = 1000 ]
}

kput_aggregate() {
	kput -v -q --aggregate <lines
}

@test "kput --aggregate needs no further permission, and works without ListShards" {
	rates 100 >lines
	policy kput
	become policy
	run -0 --separate-stderr kput_aggregate
	not grep aggregating <<<"$stderr"
	less policy kinesis:ListShards
	run -0 --separate-stderr kput_aggregate
	has "$stderr" "is not authorized to perform: kinesis:ListShards on resource: $STREAM"
	has "$stderr" "records are sent without aggregating them"
	become_admin
	[ "$(kread | sort | uniq -c | awk '{ print $1 }' | sort -u)" = 2 ]
}

@test "kread" {
	rates 3 | kput -q
	each kread kread
}

# The changes of a table: the stack has no stream.
changing_table() {
	aws_py 'dynamodb.update_table(TableName="rates", StreamSpecification={"StreamEnabled": True,
		"StreamViewType": "NEW_IMAGE"})'
	rates 3 | ddbput -q
	echo '{"resource":"table","name":"dynamodb:rates","key":"ticker,last_refreshed","changes":"new"}
{"resource":"table","name":"dynamodb:other","key":"k"}' >stack
	FX_STREAM=dynamodbstreams:rates
}

@test "kread, kack and kstat of the changes of a table" {
	changing_table
	each kread kread
	become_admin
	kread -g table >lines
	each kack kack_lines
	become_admin
	kack -g table <lines
	each kstat kstat -g table
}

kack_lines() {
	kack -g table <lines && kack -g table --to trim-horizon
}

@test "kack" {
	rates 3 | kput -q
	kread -g table >lines
	each kack kack_lines
}

@test "kstat" {
	rates 3 | kput -q
	kread -g table | kack -g table
	each kstat kstat -g table
}

# A group in DynamoDB, whose table the stack has created.
shared_group() {
	aws_py 'dynamodb.create_table(TableName="app", BillingMode="PAY_PER_REQUEST",
		KeySchema=[{"AttributeName": "leaseKey", "KeyType": "HASH"}],
		AttributeDefinitions=[{"AttributeName": "leaseKey", "AttributeType": "S"}])'
	echo '{"resource":"group","name":"dynamodb:app"}' >>stack
	rates 3 | kput -q
}

# As the administrator.
no_leases() {
	AWS_ACCESS_KEY_ID=$admin_key AWS_SECRET_ACCESS_KEY=$admin_secret aws_py 'for item in dynamodb.scan(TableName="app")["Items"]:
		dynamodb.delete_item(TableName="app", Key={"leaseKey": item["leaseKey"]})'
}

kread_app() {
	no_leases
	kread -g dynamodb:app --handover 1s >/dev/null
}

kack_app() {
	no_leases
	set -o pipefail
	AWS_ACCESS_KEY_ID=$admin_key AWS_SECRET_ACCESS_KEY=$admin_secret kread -g dynamodb:app | kack -g dynamodb:app
}

@test "kread of a shared group" {
	shared_group
	# For leases of shards that have expired, and of those that are handed over in a group of many.
	optional='dynamodb:DeleteItem dynamodb:GetItem'
	each kread kread_app
}

@test "kread of a shared group works without a look at the workers of a KCL application" {
	shared_group
	policy kread
	jq '.Statement |= map(select(.Resource | tostring | test("WorkerMetricStats") | not))' policy >none
	[ "$(jq '.Statement | length' policy)" = $(($(jq '.Statement | length' none) + 1)) ]
	become none
	kread_app
}

@test "kack of a shared group" {
	shared_group
	optional=kinesis:ListShards # for --to
	each kack kack_app
}

# It writes problems to standard output.
health() {
	fxhealth -g dynamodb:app --max-age 500w --item BTC/USD >&2
}

@test "kstat and fxhealth of a shared group" {
	shared_group
	kread -g dynamodb:app | kack -g dynamodb:app
	each kstat kstat -g dynamodb:app
	become_admin
	rates 3 | ddbput -q
	each fxhealth health
}

roll() {
	fxroll -g dynamodb:app --state state -k ticker -v exchange_rate sma=3 <lines
}

alert() {
	fxalert -g dynamodb:app --state other -k ticker 'exchange_rate > 1' <lines
}

# The filters read no stream.
@test "fxroll and fxalert of a shared group" {
	shared_group
	kread -g table >lines
	kread -g dynamodb:app | kack -g dynamodb:app
	roll
	each fxroll roll
	become_admin
	alert
	each fxalert alert
}

# Many items at once; one; with a check of the table's TTL.
ddbput_lines() {
	ddbput -q <lines && ddbput -q --if-absent <lines && ddbput -q --ttl expires <lines &&
		ddbput -q --delete <<<'{"ticker":"none","last_refreshed":"x"}'
}

@test "ddbput" {
	expiring 3 >lines
	optional=dynamodb:DescribeTimeToLive
	each ddbput ddbput_lines
}

expiring() {
	rates "$1" | jq -c '.expires = (now + 1000000 | floor)'
}

@test "ddbput works without DescribeTimeToLive, and says so" {
	policy ddbput
	less policy dynamodb:DescribeTimeToLive
	expiring 3 >lines
	run -0 --separate-stderr ddbput -q --ttl expires <lines
	has "$stderr" "is not authorized to perform: dynamodb:DescribeTimeToLive on resource: $TABLE"
	become_admin
	[ "$(table_items rates | wc -l)" = 3 ]
}

# One item, the items of a partition, all items, items by keys.
ddbget_items() {
	ddbget BTC/USD "$1" && ddbget BTC/USD && ddbget && ddbget - < <(rates 1)
}

@test "ddbget" {
	rates 3 | ddbput -q
	each ddbget ddbget_items "$(rates 3 | jq -r .last_refreshed | head -n 1)"
}

@test "smget" {
	each smget smget --no-cache secretsmanager:Key
}

# A provider like alphavantage, played by this machine.
serve_alphavantage() {
	serve < <(jq -n '{answers: [range(9) | {body: {"Realtime Currency Exchange Rate": {"5. Exchange Rate": "1.5"}} | tojson}]}')
	use_provider alphavantage 'del(.limits)'
}

# First clears the copy of the secret in the kernel's keyring.
fxfetch_anew() {
	smget --no-cache secretsmanager:Key >/dev/null 2>&1 || true
	fxfetch -p alphavantage -K secretsmanager:Key BTC/USD
}

@test "fxfetch" {
	serve_alphavantage
	each fxfetch fxfetch_anew
}

# Items and a record that comes; else what is said of why there are none.
serve_both() {
	local status=2 server follower
	rm -f socket said
	fxserve -l unix:socket --no-token --key BTC/USD >said 2>words 3>&- &
	server=$!
	fx_started+=("$server")
	wait_for 60 eval "test -s said || is_ended $server"
	: >answer
	[ ! -s said ] || { asked_for_items && asked_for_records && status=0; }
	kill "$server" || true
	wait_for 60 is_ended "$server"
	[ "$status" = 0 ] || cat words answer >&2
	return "$status"
}

asked_for_items() {
	curl -s --unix-socket socket 'http://localhost/v1/items?key=BTC/USD' >answer && grep -q '"items":' answer
}

asked_for_records() {
	curl -sN --unix-socket socket http://localhost/v1/stream >answer 3>&- &
	follower=$!
	fx_started+=("$follower")
	wait_for 60 test -s answer
	AWS_ACCESS_KEY_ID=$admin_key AWS_SECRET_ACCESS_KEY=$admin_secret kput -q <lines
	wait_for 60 eval "grep -q '^data: ' answer || is_ended $follower"
	grep -q '^data: ' answer
}

@test "fxserve" {
	rates 3 >lines
	ddbput -q <lines
	each fxserve serve_both
}

cwput_lines() {
	cwput -q <lines
}

@test "cwput, only in its own namespace" {
	echo '{"metric":"Lag","value":1}' >lines
	each cwput cwput_lines
	become policy
	run -2 --separate-stderr cwput -q -n other <lines
	has "$stderr" "is not authorized to perform: cloudwatch:PutMetricData on resource: *"
}

snspub_lines() {
	snspub -q -t arn:aws:sns:us-east-1:123456789012:alerts <lines
}

@test "snspub" {
	aws_py 'boto3.client("sns").create_topic(Name="alerts")'
	echo text >lines
	each snspub snspub_lines
}

# An upload in parts that an earlier run left is aborted.
s3put_line() {
	aws_py 'boto3.client("s3").create_multipart_upload(Bucket="archive", Key="x/left")'
	mkdir -p "$FX_HOME/spool"
	echo 'archive /x/left' >"$FX_HOME/spool/uploads-before"
	s3put -q s3://archive/x <line
}

# Without the others there is a warning, and lines are stored.
@test "s3put" {
	optional='s3:ListBucketMultipartUploads s3:AbortMultipartUpload'
	aws_py 'boto3.client("s3").create_bucket(Bucket="archive")'
	echo '{"a":1}' >line
	each s3put s3put_line
}

s3put_firehose() {
	s3put -q firehose:rates <line
}

@test "s3put to Firehose" {
	aws_py 's3.create_bucket(Bucket="archive")
firehose.create_delivery_stream(DeliveryStreamName="rates", S3DestinationConfiguration={
    "BucketARN": "arn:aws:s3:::archive", "RoleARN": "arn:aws:iam::123456789012:role/r"})'
	echo '{"resource":"delivery","name":"firehose:rates","bucket":"archive","role":"arn:aws:iam::123456789012:role/r"}
{"resource":"bucket","name":"archive"}' >stack
	echo '{"a":1}' >line
	each s3put s3put_firehose
}

@test "s3get" {
	aws_py '
import hashlib
s3 = boto3.client("s3")
s3.create_bucket(Bucket="archive")
line = b"{\"_pos\":\"0:1\",\"a\":1}\n"
s3.put_object(Bucket="archive", Key="x/a=1/0_1_1_%s.ndjson" % hashlib.sha256(line).hexdigest()[:16], Body=line)'
	each s3get s3get s3://archive/x
}

@test "the test finds permissions that are too wide or missing" {
	policy kput
	echo '{"allowed":true,"context":{},"pairs":[["kinesis:PutRecords","'$STREAM'"]]}' >"$AWS_PLACE/judged"
	not_next_door policy
	jq '.Statement[].Resource = ["*"]' policy >wide
	run -1 not_next_door wide
	has "$output" "allowed: kinesis:PutRecords on ${STREAM}2"
	run -1 not_next_door <(jq '.Statement[].Action = ["kinesis:GetRecords"]' policy)
	has "$output" "not allowed: kinesis:PutRecords"
	: >"$AWS_PLACE/judged"
	run -1 not_next_door policy
	has "$output" "nothing was asked"
}
