# policy_stack: fxstack with the policy that it writes for itself, type by type: creates, changes,
# restores and destroys resources. Without any one action it fails with a clear message.
# shellcheck disable=SC2154 # admin_key: policy

load helper
load aws
load policy

setup_file() {
	aws_start --auth
}

setup() {
	start_over
	echo one >key
	echo two >other
	chmod 600 key other
}

# Creates, changes, restores, destroys and re-creates them; each state is as wanted.
rounds() {
	local file
	for file in stack changed stack; do
		fxstack deploy --timeout 20s "$file" >/dev/null && fxstack diff "$file" || return
	done
	fxstack destroy --timeout 20s --yes stack >/dev/null && fxstack deploy --timeout 20s stack >/dev/null
}

start_over() {
	become_admin
	aws_reset
	make_user
}

try() {
	afterwards=start_over
	policy fxstack
	become policy
	: >"$AWS_PLACE/judged"
	rounds
	not_next_door policy
	start_over
	less_each policy rounds
}

@test "streams" {
	echo '{"resource":"stream","name":"kinesis:s"}' >stack
	echo '{"resource":"stream","name":"kinesis:s","on_demand":true,"retention":"48h","encryption":"alias/aws/kinesis"}' >changed
	optional=kinesis:UpdateShardCount
	try
}

@test "shards" {
	echo '{"resource":"stream","name":"kinesis:s"}' >stack
	echo '{"resource":"stream","name":"kinesis:s","shards":2}' >changed
	policy fxstack
	less policy kinesis:UpdateShardCount
	run -2 --separate-stderr rounds
	has "$stderr" "is not authorized to perform: kinesis:UpdateShardCount on resource: arn:aws:kinesis:us-east-1:123456789012:stream/s"
	become policy
	rounds
}

@test "tables" {
	echo '{"resource":"table","name":"dynamodb:t","key":"a,b"}' >stack
	echo '{"resource":"table","name":"dynamodb:t","key":"a,b","billing":{"read":2,"write":2},"ttl":"ends","point_in_time_recovery":true}' >changed
	try
}

@test "secrets" {
	echo '{"resource":"secret","name":"secretsmanager:k","from":"key"}' >stack
	echo '{"resource":"secret","name":"secretsmanager:k","from":"other"}' >changed
	try
}

@test "topics" {
	echo '{"resource":"topic","name":"sns:t"}' >stack
	echo '{"resource":"topic","name":"sns:t","encryption":"alias/mine"}' >changed
	try
}

@test "buckets" {
	echo '{"resource":"bucket","name":"s3://bucket"}' >stack
	echo '{"resource":"bucket","name":"s3://bucket","expire_days":9}' >changed
	try
}

# A policy whose tools need no other resource.
@test "roles" {
	echo '{"resource":"role","name":"iam:r","tools":["cwput"]}' >stack
	echo '{"resource":"role","name":"iam:r","tools":["cwput","fxstack"],"trust":"lambda"}' >changed
	try
}

@test "policies" {
	echo '{"resource":"policy","name":"iam:p","tools":["cwput"]}' >stack
	echo '{"resource":"policy","name":"iam:p","tools":["cwput","fxstack"]}' >changed
	try
}

@test "subscriptions" {
	printf '%s\n' '{"resource":"topic","name":"sns:t"}' '{"resource":"subscription","name":"sns:u","endpoint":"https://h.example/"}' >stack
	sed '1s/}/,"encryption":"alias\/mine"}/;2s/}/,"raw":true}/' stack >changed
	try
}

@test "deliveries" {
	printf '%s\n' '{"resource":"bucket","name":"s3://bucket"}' \
		'{"resource":"role","name":"iam:r","tools":["firehose"],"trust":"firehose"}' \
		'{"resource":"delivery","name":"firehose:d","role":"iam:r"}' >stack
	sed '3s/}/,"size":9}/' stack >changed
	optional='s3:PutLifecycleConfiguration iam:UpdateAssumeRolePolicy'
	try
}

@test "alarms" {
	echo '{"resource":"alarm","name":"cloudwatch:a","metric":"Lag","when":"> 1"}' >stack
	sed 's/> 1/> 2/' stack >changed
	try
}

@test "groups" {
	printf '%s\n' '{"resource":"group","name":"dynamodb:g"}' >stack
	cp stack changed
	optional=dynamodb:UpdateTable # for a table that an application made otherwise
	try
}

@test "consumers of enhanced fan-out" {
	printf '%s\n' '{"resource":"stream","name":"kinesis:s"}' '{"resource":"fanout","name":"kinesis:f"}' >stack
	cp stack changed
	# The stream itself is not changed.
	optional='kinesis:UpdateShardCount kinesis:UpdateStreamMode kinesis:IncreaseStreamRetentionPeriod'
	optional+=' kinesis:DecreaseStreamRetentionPeriod kinesis:StartStreamEncryption kinesis:StopStreamEncryption'
	try
}
