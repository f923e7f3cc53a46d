# fxstack_group: consumers whose group is in a table of DynamoDB: the table is created, described,
# changed and destroyed with the stack; several instances share it.
# shellcheck disable=SC2016,SC2154 # $FX_GROUP is for the command; stderr: run

load helper
load aws
load cron

setup_file() {
	aws_start
}

setup() {
	aws_reset
	PIPELINE='kread -g "$FX_GROUP" | tee -a lines | kack -g "$FX_GROUP"'
	jq -nc '{resource: "stream", name: "kinesis:rates", shards: 2}' >plain
	jq -nc --arg command "$PIPELINE" '{resource: "consumer", name: "table", group: "dynamodb:app", command: $command}' |
		cat plain - >stack
}

teardown() {
	fx_end_started
	aws_no_breach
}

teardown_file() {
	aws_stop
}

# described [TABLE]: of the table, what fxstack and kread make of it.
described() {
	aws_py '
table = dynamodb.describe_table(TableName=sys.argv[1])["Table"]
index, = table["GlobalSecondaryIndexes"]
tags = dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
print(json.dumps([table["BillingModeSummary"]["BillingMode"], table["KeySchema"],
    sorted(a["AttributeName"] + a["AttributeType"] for a in table["AttributeDefinitions"]),
    index["IndexName"], index["KeySchema"], index["Projection"]["ProjectionType"], tags]))' "${1-app}"
}

# results: from receipts, TYPE NAME ACTION a line.
results() {
	jq -r '"\(.resource) \(.name) \(.action)"'
}

settled() {
	run -0 fxstack diff "$@"
	[ -z "$output" ]
}

@test "the table of a group is shown, created as kread creates it, found again, and destroyed" {
	run -1 --separate-stderr fxstack diff stack
	[ "$(results <<<"$output")" = $'stream kinesis:rates make\ngroup dynamodb:app make\nconsumer table make' ]
	holds 'select(.resource == "group") | .changes == [{"setting": "key", "to": "leaseKey:S"},
		{"setting": "billing", "to": "on-demand"}, {"setting": "index", "to": "LeaseOwnerToLeaseKeyIndex"}]' \
		<<<"$(sed -n 2p <<<"$output")"
	[ "$(fxstack deploy stack | results)" = $'stream kinesis:rates made\ngroup dynamodb:app made\nconsumer table made' ]
	described >ours
	settled stack
	[ "$(fxstack deploy stack | jq -r .action | uniq)" = unchanged ]
	# As kread makes it, but for the tag.
	seq 3 | kput -q -s kinesis:rates
	kread -s kinesis:rates -g dynamodb:other >/dev/null
	described other | jq -c '.[6] = [{Key: "made-by", Value: "fxstack"}]' | diff - <(jq -c . ours)
	[ "$(fxstack destroy --yes stack | results)" = $'consumer table deleted\ngroup dynamodb:app deleted\nstream kinesis:rates deleted' ]
	[ "$(fxstack destroy --yes stack | jq -r .action | uniq)" = absent ]
	[ "$(aws_py 'print(dynamodb.list_tables()["TableNames"])')" = "['other']" ]
}

@test "its command gets the group's name, and its leases know their parents and hash keys" {
	fxstack deploy --prefix dev stack >/dev/null
	fxcron list --json | holds '.environment.FX_GROUP == "dynamodb:dev-app" and .environment.FX_STREAM == "kinesis:dev-rates"'
	table_items dev-app >leases
	holds -s 'length == 2 and all(.checkpoint.S == "TRIM_HORIZON" and .fxStream.S and .startingHashKey.S and .endingHashKey.S)' leases
	seq 9 | kput -q -s kinesis:dev-rates
	FX_STREAM=kinesis:dev-rates FX_GROUP=dynamodb:dev-app bash -o pipefail -c "$PIPELINE"
	[ "$(jq -r 'select(._raw) | ._raw | @base64d' lines | sort -n | paste -sd' ')" = "1 2 3 4 5 6 7 8 9" ]
	kstat -s kinesis:dev-rates -g dynamodb:dev-app | holds -s 'all(.lag_ms == 0)'
	fxstack destroy --yes --prefix dev stack >/dev/null
	[ "$(aws_py 'print(dynamodb.list_tables()["TableNames"])')" = "[]" ]
}

@test "a group starts where the consumer's line says" {
	fxstack deploy plain >/dev/null
	seq 9 | kput -q -s kinesis:rates
	sed '$s/}$/,"from":"latest"}/' stack >latest
	fxstack deploy latest >/dev/null
	seq 10 11 | kput -q -s kinesis:rates
	FX_STREAM=kinesis:rates FX_GROUP=dynamodb:app bash -o pipefail -c "$PIPELINE"
	[ "$(jq -r 'select(._raw) | ._raw | @base64d' lines | sort -n | paste -sd' ')" = "10 11" ]
}

@test "a line may describe the group, without a consumer on this machine" {
	jq -nc '{resource: "group", name: "dynamodb:app"}' | cat plain - >alone
	[ "$(fxstack deploy alone | results)" = $'stream kinesis:rates made\ngroup dynamodb:app made' ]
	settled alone
	# Nor is it another one if a consumer names it.
	tail -n 1 stack | cat alone - >both
	[ "$(fxstack deploy both | results)" = $'stream kinesis:rates unchanged\ngroup dynamodb:app unchanged\nconsumer table made' ]
	# The same file on this machine: the group is beside the stream.
	jq -c '.name |= sub("^(kinesis|dynamodb):"; "") | if .group then .group = "app" else . end' both >names
	run -0 --separate-stderr fxstack deploy names
	[ "$(results <<<"$output")" = $'stream rates made\ngroup app skipped\nconsumer table changed' ]
	fxcron list --json | holds '.environment.FX_GROUP == "app"'
	kstat -s rates -g app | holds .position
	fxstack diff --aws names >more || [ $? = 1 ]
	[ "$(results <more)" = "consumer table change" ]
}

@test "the index and the billing of a table that a KCL application made are put right" {
	fxstack deploy plain >/dev/null
	aws_py 'dynamodb.create_table(TableName="app", KeySchema=[{"AttributeName": "leaseKey", "KeyType": "HASH"}],
		AttributeDefinitions=[{"AttributeName": "leaseKey", "AttributeType": "S"}],
		ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})'
	run -1 fxstack diff stack
	holds 'select(.resource == "group") | .changes | map([.setting, .from]) == [["billing", "1/1"], ["index", "none"]]' \
		<<<"$(head -n 1 <<<"$output")"
	fxstack deploy stack >/dev/null
	settled stack
	[ "$(described | jq -c 'del(.[6])')" = '["PAY_PER_REQUEST",[{"AttributeName":"leaseKey","KeyType":"HASH"}],["leaseKeyS","leaseOwnerS"],"LeaseOwnerToLeaseKeyIndex",[{"AttributeName":"leaseOwner","KeyType":"HASH"},{"AttributeName":"leaseKey","KeyType":"RANGE"}],"KEYS_ONLY"]' ]
	# It is not ours, and stays; another key is refused.
	run -1 --separate-stderr fxstack destroy --yes stack
	has "$(results <<<"$output")" "group dynamodb:app kept"
	fxstack destroy --yes --foreign stack >/dev/null
	make_table app
	run -2 --separate-stderr fxstack deploy stack
	has "$stderr" "key is ticker:S,last_refreshed:S, not leaseKey:S, and cannot be changed in place"
	[ "$(results <<<"$output")" = $'stream kinesis:rates made\ngroup dynamodb:app refused\nconsumer table refused' ]
	aws_py 'assert not dynamodb.describe_table(TableName="app")["Table"].get("GlobalSecondaryIndexes")'
}

@test "a group that is read, or protected, is kept" {
	jq -nc '{resource: "group", name: "dynamodb:app"}' | cat plain - >alone
	fxstack deploy alone >/dev/null
	in_background kread -f -s kinesis:rates -g dynamodb:app --worker w1 --failover 2s >/dev/null
	wait_for 60 eval 'table_items app | grep -q w1'
	run -75 --separate-stderr fxstack destroy --yes alone
	has "$stderr" 'group dynamodb:app is in use: w1 reads shard'
	[ "$(results <<<"$output")" = $'group dynamodb:app failed\nstream kinesis:rates deleted' ]
	kill "$background"
	wait_for 60 is_ended "$background"
	aws_py 'dynamodb.update_table(TableName="app", DeletionProtectionEnabled=True)'
	run -2 --separate-stderr fxstack destroy --yes alone
	has "$stderr" "--table-name app --no-deletion-protection-enabled"
	aws_py 'dynamodb.update_table(TableName="app", DeletionProtectionEnabled=False)'
	fxstack destroy --yes alone >/dev/null
}

@test "groups and instances that cannot be are refused, with what to do" {
	local changes wanted
	while IFS=% read -r changes wanted; do
		jq -c "$changes" stack >wrong
		run -2 --separate-stderr fxstack deploy wrong
		has "$stderr" "$wanted" || { echo "$changes: $stderr" && false; }
		[ -z "$output" ]
	done <<-'END'
		if .group then .group = "a/b" else . end%member "group": a/b is not a group: use letters
		if .group then .group = "dynamodb:a/b" else . end%member "group": dynamodb:a/b is not a group
		if .group then .instances = 4 | .group = "app" else . end%4 instances cannot share the group app, which is kept in a file: name a table of DynamoDB, "group":"dynamodb:NAME"
		if .group then .instances = 4 | del(.group) else . end%4 instances cannot share the group table
		if .group then .instances = 4 | .group = "app" else .name = "rates" end%4 instances read the embedded stream rates together only if each of them shares the group: add --share
		if .group then . else .name = "rates" end%the group dynamodb:app is in DynamoDB, and the stream rates is a file on this machine
		if .group then .instances = 101 else . end%member "instances" must be a whole number from 1 to 100
		if .group then .instances = 2 | .schedule = "rate(1 minute)" else . end%members "instances" and "schedule" exclude each other
		if .group then ., (.name = "other") else . end%the group dynamodb:app is that of the consumer table in line 2
	END
}

@test "instances: one entry of fxcron, changed in place and back" {
	jq -c 'if .group then .instances = 3 else . end' stack >three
	fxstack deploy three >/dev/null
	grep -q 'fxcron loop table --instances 3 ' "$HOME/crontab"
	settled three
	run -1 fxstack diff stack
	holds '.changes == [{"setting": "instances", "from": "3", "to": "1"}]' <<<"$output"
	fxstack deploy stack >/dev/null
	not grep -q -e --instances "$HOME/crontab"
	settled stack
}

@test "fxstack's own policy is sufficient for a consumer of a group" {
	fxstack policy fxstack <stack | jq -r '.Statement[].Action[]' | sort >allowed
	holds 'length == 2' < <(fxstack policy fxstack <stack | jq -c .Statement)
	aws_through '{"rules":[]}'
	fxstack deploy stack >/dev/null
	fxstack destroy --yes stack >/dev/null
	jq -r 'select(.action != null) | .action' "$AWS_FAULTS/log" | sort -u | grep -v GetCallerIdentity >called
	has "$(cat called)" DeleteItem
	sed 's/.*://' allowed | sort -u | comm -23 called - >missing
	[ ! -s missing ] || { cat missing && false; }
}

@test "policies: readers of a group get its table and nothing else" {
	local app=arn:aws:dynamodb:us-east-1:123456789012:table/app
	holds "map({(.Resource[0]): .Action}) | add == {
		\"arn:aws:kinesis:us-east-1:123456789012:stream/rates\":
			[\"kinesis:DescribeStreamSummary\",\"kinesis:GetRecords\",\"kinesis:GetShardIterator\",\"kinesis:ListShards\"],
		\"$app\": [\"dynamodb:DeleteItem\",\"dynamodb:DescribeTable\",\"dynamodb:GetItem\",\"dynamodb:PutItem\",\"dynamodb:Scan\",\"dynamodb:UpdateItem\"],
		\"$app-WorkerMetricStats\": [\"dynamodb:Scan\"]}" < <(fxstack policy kread <stack | jq -c .Statement)
	holds ".[1] == {Effect: \"Allow\", Action: [\"dynamodb:DescribeTable\",\"dynamodb:GetItem\",\"dynamodb:UpdateItem\"],
		Resource: [\"$app\"]}" < <(fxstack policy kack <stack | jq -c .Statement)
	holds ".[0].Action == [\"dynamodb:DescribeTable\",\"dynamodb:Scan\"]" < <(fxstack policy fxroll fxalert <stack | jq -c .Statement)
	run -2 --separate-stderr fxstack policy fxroll <plain
	has "$stderr" "fxroll needs no policy: the stack has no group on AWS"
}

@test "a template has the same table" {
	fxstack template stack >template 2>messages
	aws_py 'cloudformation = boto3.client("cloudformation")
cloudformation.create_stack(StackName="s", TemplateBody=open(sys.argv[1]).read())' template
	wait_for 30 eval 'described >made 2>words && ! grep -q CREATING made'
	jq -c '., {resource: "group", name: "dynamodb:app"}' plain >alone
	wait_for 30 fxstack diff alone
	settled alone
	has "$(cat messages)" "the consumer table: left out of the template"
}

@test "the units of a whole machine share the group, as workers with names of their own" {
	local number command
	fxstack deploy plain >/dev/null
	make_table rates
	command=$(sed -n "s/^ExecStart=.* pipefail -c '\(.*\)'\$/\1/p" "$REPOSITORY/scripts/units/fxpipe-consumer@.service")
	has "$command" '--worker %H-%i'
	export FX_STREAM=kinesis:rates FX_TABLE=dynamodb:rates FX_GROUP=dynamodb:app
	rates 9 | kput -q -k ticker
	for number in 1 2; do
		in_background bash -o pipefail -c "$(sed "s/%H/here/;s/%i/$number/;s/kread /&--failover 2s /" <<<"$command")"
	done
	wait_for 60 eval '[ "$(table_items app | jq -r .leaseOwner.S | sort | paste -sd" ")" = "here-1 here-2" ]'
	wait_for 60 eval '[ "$(table_items rates | wc -l)" = 9 ]'
	jq -r '.containerDefinitions[0].command[-1]' "$REPOSITORY/scripts/units/ecs-consumers.json" >task
	has "$(cat task)" 'kread -f -g $FX_GROUP | '
}

# consumers [STREAM]: of enhanced fan-out, as the service lists them.
consumers() {
	aws_py 'arn = "arn:aws:kinesis:us-east-1:123456789012:stream/" + sys.argv[1]
print(" ".join(c["ConsumerName"] for c in kinesis.list_stream_consumers(StreamARN=arn)["Consumers"]))' "${1-rates}"
}

@test "a consumer of enhanced fan-out is registered, waited for, and deregistered before its stream" {
	jq -c 'if .group then .fanout = "kinesis:app" else . end' stack >fast
	run -1 --separate-stderr fxstack diff fast
	[ "$(results <<<"$output")" = $'stream kinesis:rates make\ngroup dynamodb:app make\nfanout kinesis:app make\nconsumer table make' ]
	fxstack -v deploy --prefix dev fast >done
	[ "$(results <done)" = $'stream kinesis:dev-rates made\ngroup dynamodb:dev-app made\nfanout kinesis:dev-app made\nconsumer dev-table made' ]
	[ "$(consumers dev-rates)" = dev-app ]
	fxcron list --json | holds '.environment.FX_FANOUT == "dev-app"'
	settled --prefix dev fast
	[ "$(fxstack deploy --prefix dev fast | jq -r .action | uniq)" = unchanged ]
	# A stream with another consumer cannot be destroyed.
	aws_py 'kinesis.register_stream_consumer(StreamARN="arn:aws:kinesis:us-east-1:123456789012:stream/dev-rates", ConsumerName="other")'
	wait_for 30 eval '[ "$(aws_py '\''print(kinesis.describe_stream_consumer(StreamARN="arn:aws:kinesis:us-east-1:123456789012:stream/dev-rates", ConsumerName="other")["ConsumerDescription"]["ConsumerStatus"])'\'' 2>/dev/null)" = ACTIVE ]'
	run -2 --separate-stderr fxstack destroy --prefix dev --yes fast
	[ "$(results <<<"$output")" = $'consumer dev-table deleted\nfanout kinesis:dev-app deleted\ngroup dynamodb:dev-app deleted\nstream kinesis:dev-rates kept' ]
	has "$stderr" "the stack does not describe its consumers of enhanced fan-out: deregister them"
	[ "$(consumers dev-rates)" = other ]
}

@test "a fanout by itself: of a stream of others it is kept; policies; a template" {
	jq -nc '{resource: "fanout", name: "kinesis:app", stream: "kinesis:rates"}' | cat plain - >alone
	make_stream rates 2
	[ "$(fxstack deploy alone | results)" = $'stream kinesis:rates unchanged\nfanout kinesis:app made' ]
	run -1 --separate-stderr fxstack destroy --yes alone
	[ "$(results <<<"$output")" = $'fanout kinesis:app kept\nstream kinesis:rates kept' ]
	fxstack policy fxstack <alone | holds '[.Statement[].Action[] | select(test("Consumer"))] | sort == ["kinesis:DeregisterStreamConsumer",
		"kinesis:DescribeStreamConsumer", "kinesis:RegisterStreamConsumer"]'
	fxstack policy fxstack <plain | holds '[.. | strings | select(test("Consumer"))] == []'
	fxstack policy kread <alone | holds '[.. | strings | select(test("Consumer"))] == []'
	jq -nc '{resource: "consumer", name: "c", fanout: "kinesis:app", command: "kread --enhanced $FX_FANOUT"}' | cat plain - |
		fxstack policy kread | holds '.Statement[1] == {Effect: "Allow", Action: ["kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"],
			Resource: ["arn:aws:kinesis:us-east-1:123456789012:stream/rates/consumer/*"]}'
	fxstack template alone 2>/dev/null | holds '.Resources.FanoutApp == {Type: "AWS::Kinesis::StreamConsumer",
		Properties: {ConsumerName: "app", StreamARN: {"Fn::GetAtt": ["StreamRates", "Arn"]}}}'
	jq -c 'if .resource == "stream" then .name = "rates" else .stream = "rates" end' alone >wrong
	run -2 --separate-stderr fxstack deploy wrong
	has "$stderr" "line 2: the stream rates is not on AWS"
}

@test "the page's examples of groups and fanouts can be deployed" {
	awk '/^{"resource":"(consumer|group|fanout)"/ { within = 1 } within { print } /}$/ { within = 0 }' "$REPOSITORY/man/fxpipe-stack.5" | jq -c 'select(.group or .resource != "consumer")' >lines
	[ "$(jq -r .resource lines | paste -sd' ')" = "group fanout consumer" ]
	echo '{"resource":"stream","name":"rates","shards":4}' | cat - lines >page
	fxstack deploy --aws page | jq -r .action | uniq >done
	[ "$(cat done)" = made ]
	settled --aws page
	fxcost --aws page | holds -s 'map(.item) | index("rates-consumer: renewals") != null'
	fxstack destroy --aws --yes page >/dev/null
}

@test "several instances of a consumer share the group of an embedded stream" {
	jq -nc '{resource: "stream", name: "rates", shards: 4}, {resource: "table", name: "rates", key: "ticker,last_refreshed"},
		{resource: "consumer", name: "table", instances: 3, command: "kread -f -g table --share | ddbput | kack -g table"}' >embedded
	[ "$(fxstack deploy embedded | jq -r .action | uniq)" = made ]
	settled embedded
	rates 20 | kput -q -k ticker
	in_background as_cron table
	wait_for 60 eval '[ "$(ddbget 2>/dev/null | wc -l)" = 20 ]'
	wait_for 60 eval 'kstat -g table | holds -s "all(.lag == 0)"'
	run -0 --separate-stderr fxstack destroy --yes embedded
	[ "$(results <<<"$output")" = $'consumer table deleted\ntable rates deleted\nstream rates deleted' ]
	wait_for 60 is_ended "$background"
}
