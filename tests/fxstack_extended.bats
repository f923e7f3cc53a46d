# fxstack_extended: subscriptions, deliveries and alarms on AWS: created, changed in place,
# destroyed, and used: from SNS to SQS, from Firehose to S3.

load helper
load aws
load fxstack_aws

QUEUE=arn:aws:sqs:us-east-1:123456789012:alerts

setup() {
	aws_reset
	stack >first
	stack '.filter = {"rule": ["missing"]} | .filter_on = "body" | .raw = true' \
		'.prefix = "other/" | .size = 64 | .interval = 900 | .compression = "gzip"' \
		'.when = ">= 2.5" | .statistic = "p99" | .periods = 3 | .datapoints = 2 | .missing = "breaching"' >second
}

# stack [FILTER-OF-SUBSCRIPTION [OF-DELIVERY [OF-ALARM]]]: the tests' stack, changed by jq filters.
# The first three lines name resources of later lines.
stack() {
	jq -c "${1-.}" <<<'{"resource":"subscription","name":"sns:queue","topic":"sns:alerts","endpoint":"'$QUEUE'"}'
	jq -c "${2-.}" <<<'{"resource":"delivery","name":"firehose:rates","bucket":"s3://fx-archive","role":"iam:delivery"}'
	jq -c "${3-.}" <<<'{"resource":"alarm","name":"cloudwatch:throttled","table":"dynamodb:rates","metric":"WriteThrottleEvents","statistic":"sum","period":"5m","when":"> 0"}'
	jq -c . <<<'{"resource":"topic","name":"sns:alerts"}
		{"resource":"bucket","name":"s3://fx-archive"}
		{"resource":"role","name":"iam:delivery","tools":["firehose"],"trust":"firehose"}
		{"resource":"table","name":"dynamodb:rates","key":"ticker"}'
}

# there [PREFIX]: the resources that boto3 finds, as a JSON object.
there() {
	aws_py '
prefix = sys.argv[1] if len(sys.argv) > 1 else ""
found = {}
for one in sns.list_subscriptions()["Subscriptions"]:
    if one["TopicArn"].endswith(":" + prefix + "alerts"):
        its = sns.get_subscription_attributes(SubscriptionArn=one["SubscriptionArn"])["Attributes"]
        found["subscription"] = [one["Protocol"], one["Endpoint"].split(":")[-1], its.get("FilterPolicy"),
                                 its.get("FilterPolicyScope"), its["RawMessageDelivery"]]
for name in firehose.list_delivery_streams()["DeliveryStreamNames"]:
    if name == prefix + "rates":
        its = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        to = its["Destinations"][0]["ExtendedS3DestinationDescription"]
        found["delivery"] = [its["DeliveryStreamStatus"], its["DeliveryStreamType"], to["BucketARN"],
                             to["RoleARN"].split(":")[-1], to["Prefix"], to["CompressionFormat"],
                             sorted(to["BufferingHints"].values()),
                             firehose.list_tags_for_delivery_stream(DeliveryStreamName=name)["Tags"]]
for its in cloudwatch.describe_alarms(AlarmNames=[prefix + "throttled"])["MetricAlarms"]:
    found["alarm"] = [its["Namespace"], its["MetricName"], its["Dimensions"],
                      its.get("Statistic") or its["ExtendedStatistic"], its["Period"],
                      its["EvaluationPeriods"], its["DatapointsToAlarm"], its["ComparisonOperator"],
                      its["Threshold"], its["TreatMissingData"], its["AlarmActions"],
                      cloudwatch.list_tags_for_resource(ResourceARN=its["AlarmArn"])["Tags"]]
print(json.dumps(found, separators=(",", ":")))' "$@"
}

OURS='[{"Key":"made-by","Value":"fxstack"}]'
TOPIC=arn:aws:sns:us-east-1:123456789012:alerts
BUCKET='"arn:aws:s3:::fx-archive","role/delivery"'
METRIC='"AWS/DynamoDB","WriteThrottleEvents",[{"Name":"TableName","Value":"rates"}]'
FIRST='{"subscription":["sqs","alerts",null,null,"false"],"delivery":["ACTIVE","DirectPut",'$BUCKET',"","UNCOMPRESSED",[5,300],'$OURS'],"alarm":['$METRIC',"Sum",300,1,1,"GreaterThanThreshold",0.0,"missing",["'$TOPIC'"],'$OURS']}'
SECOND='{"subscription":["sqs","alerts","{\"rule\":[\"missing\"]}","MessageBody","true"],"delivery":["ACTIVE","DirectPut",'$BUCKET',"other/","GZIP",[64,900],'$OURS'],"alarm":['$METRIC',"p99",300,3,2,"GreaterThanOrEqualToThreshold",2.5,"breaching",["'$TOPIC'"],'$OURS']}'

@test "deploy creates all in the right order and waits until it is ACTIVE; destroy leaves nothing" {
	aws_through '{}'
	run -1 fxstack diff first
	holds -s 'map(.action) | length == 7 and all(. == "make")' <<<"$output"
	is '{}'
	[ "$(fxstack deploy first | actions)" = "sns:alerts made; s3://fx-archive made; iam:delivery made; dynamodb:rates made; sns:queue made; firehose:rates made; cloudwatch:throttled made" ]
	is "$FIRST"
	[ -z "$(fxstack diff first)" ]
	: >"$AWS_FAULTS/log"
	[ "$(fxstack deploy first | jq -rs 'map(.action) | unique | join(" ")')" = unchanged ]
	[ -z "$(jq -r '.action | select(test("^(Describe|List|Get|GET)") | not)' "$AWS_FAULTS/log")" ]
	[ "$(fxstack destroy --yes first | actions)" = "cloudwatch:throttled deleted; firehose:rates deleted; sns:queue deleted; dynamodb:rates deleted; iam:delivery deleted; s3://fx-archive deleted; sns:alerts deleted" ]
	is '{}'
	# All of it would have to be created again.
	run -1 fxstack diff first
	holds -s 'map(.action) | length == 7 and all(. == "make")' <<<"$output"
	[ "$(fxstack destroy --yes first | jq -rs 'map(.action) | unique | join(" ")')" = absent ]
}

@test "filters, buffers, conditions and more are changed in place and back" {
	fxstack deploy first >/dev/null
	run -1 --separate-stderr fxstack diff second
	is "$FIRST"
	holds -s 'map({key: .resource, value: [.changes[] | [.setting, .from, .to]]}) | from_entries == {
		subscription: [["filter", "none", "{\"rule\":[\"missing\"]}"], ["raw", "off", "on"]],
		delivery: [["prefix", "", "other/"], ["buffer", "5 MB, 300 s", "64 MB, 900 s"], ["compression", "none", "gzip"]],
		alarm: [["statistic", "Sum", "p99"], ["periods", "1 of 1", "2 of 3"], ["when", "> 0", ">= 2.5"], ["missing", "missing", "breaching"]]}' <<<"$output"
	fxstack deploy second >changed
	[ "$(jq -rs 'map(select(.action != "unchanged") | .resource + " " + .action) | join("; ")' changed)" = \
		"subscription changed; delivery changed; alarm changed" ]
	is "$SECOND"
	[ -z "$(fxstack diff second)" ]
	fxstack deploy first >/dev/null
	[ -z "$(fxstack diff first)" ]
	there | holds '.subscription[4] == "false" and .delivery[5] == "UNCOMPRESSED" and .alarm[3] == "Sum"'
}

@test "a filter that means the same is no difference; its scope can be changed" {
	fxstack deploy second >/dev/null
	aws_py 'arn = sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"]
sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName="FilterPolicy",
                                AttributeValue=json.dumps({"rule": ["missing"]}, indent=2))'
	[ -z "$(fxstack diff second)" ]
	stack '.filter = {"rule": ["missing"]}' >other
	run -1 fxstack diff other
	[ "$(jq -c 'select(.resource == "subscription") | .changes[0]' <<<"$output")" = \
		'{"setting":"filter_on","from":"body","to":"attributes"}' ]
	fxstack deploy other >/dev/null
	there | holds '.subscription[3] == "MessageAttributes"'
	[ -z "$(fxstack diff other)" ]
}

@test "a message published by snspub reaches the queue that is subscribed; a filter drops others" {
	aws_py 'sqs.create_queue(QueueName="alerts")'
	fxstack deploy second >/dev/null
	printf '%s\n' '{"rule":"missing","value":1}' '{"rule":"above","value":2}' | snspub -q -t $TOPIC
	aws_py 'url = sqs.get_queue_url(QueueName="alerts")["QueueUrl"]
messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
assert [message["Body"] for message in messages] == ["{\"rule\":\"missing\",\"value\":1}"], messages'
}

@test "what is put into the delivery stream reaches the bucket" {
	fxstack deploy second >/dev/null
	aws_py 'firehose.put_record_batch(DeliveryStreamName="rates", Records=[{"Data": b"{\"a\":1}\n"}])
objects = s3.list_objects_v2(Bucket="fx-archive")["Contents"]
assert objects[0]["Key"].startswith("other/"), objects
s3.delete_object(Bucket="fx-archive", Key=objects[0]["Key"])'
	fxstack destroy --yes second >/dev/null
	is '{}'
}

@test "a delivery that reads a stream appends newlines; its source cannot be changed" {
	{
		stack . '.stream = "kinesis:rates"'
		echo '{"resource":"stream","name":"kinesis:rates"}'
	} >reading
	fxstack deploy reading >/dev/null
	[ -z "$(fxstack diff reading)" ]
	aws_py 'its = firehose.describe_delivery_stream(DeliveryStreamName="rates")["DeliveryStreamDescription"]
assert its["DeliveryStreamType"] == "KinesisStreamAsSource", its
source = its["Source"]["KinesisStreamSourceDescription"]
assert source["KinesisStreamARN"].endswith(":stream/rates"), source
processor = its["Destinations"][0]["ExtendedS3DestinationDescription"]["ProcessingConfiguration"]["Processors"][0]
assert processor == {"Type": "AppendDelimiterToRecord", "Parameters": [
    {"ParameterName": "Delimiter", "ParameterValue": "\\n"}]}, processor'
	run -2 --separate-stderr fxstack deploy first
	has "$stderr" "source is arn:aws:kinesis:us-east-1:123456789012:stream/rates, not direct, and cannot be changed in place"
}

@test "it waits for a role that Firehose cannot assume yet" {
	aws_through '{"rules":[{"action":"CreateDeliveryStream","fault":"refuse","times":3,
		"code":"InvalidArgumentException","message":"Firehose is unable to assume role arn:aws:iam::123456789012:role/delivery. Please check the role provided."}]}'
	run -0 --separate-stderr fxstack -v deploy first
	has "$stderr" "unable to assume role"
	[ "$(aws_struck refuse)" = 3 ]
	is "$FIRST"
	aws_script '{"rules":[{"action":"CreateDeliveryStream","fault":"refuse",
		"code":"InvalidArgumentException","message":"BucketARN is no good"}]}'
	fxstack destroy --yes first >/dev/null
	run -2 --separate-stderr fxstack deploy first
	has "$stderr" "the delivery firehose:rates: Firehose CreateDeliveryStream: InvalidArgumentException: BucketARN is no good"
}

@test "a role that Firehose can never assume: why is said at the end" {
	aws_through '{"rules":[{"action":"CreateDeliveryStream","fault":"refuse",
		"code":"InvalidArgumentException","message":"Firehose is unable to assume role arn:aws:iam::123456789012:role/delivery. Please check the role provided."}]}'
	run -75 --separate-stderr fxstack deploy --timeout 1s first
	has "$stderr" "line 2: the delivery firehose:rates: Firehose CreateDeliveryStream: InvalidArgumentException: Firehose is unable to assume role arn:aws:iam::123456789012:role/delivery"
	has "$stderr" "after 1 s: run it again to continue"
}

@test "what a delivery uses is kept as long as it could not be deleted" {
	fxstack deploy first >/dev/null
	aws_through '{"rules":[{"action":"DeleteDeliveryStream","fault":"refuse","status":403,"code":"AccessDeniedException"}]}'
	run -2 --separate-stderr fxstack destroy --yes first
	[ "$(actions <<<"$output")" = "cloudwatch:throttled deleted; firehose:rates kept; sns:queue deleted; dynamodb:rates deleted; iam:delivery kept; s3://fx-archive kept; sns:alerts deleted" ]
	has "$stderr" "line 6: the role iam:delivery: kept, because the delivery firehose:rates, which uses it, was kept"
	aws_script '{}'
	[ "$(fxstack destroy --yes first | actions)" = "cloudwatch:throttled absent; firehose:rates deleted; sns:queue absent; dynamodb:rates absent; iam:delivery deleted; s3://fx-archive deleted; sns:alerts absent" ]
}

@test "a topic's key is set, changed and removed" {
	echo '{"resource":"topic","name":"sns:alerts","encryption":"alias/mine"}' >keyed
	echo '{"resource":"topic","name":"sns:alerts"}' >plain
	key() {
		aws_py 'print(sns.get_topic_attributes(TopicArn=sys.argv[1])["Attributes"].get("KmsMasterKeyId"))' $TOPIC
	}
	fxstack deploy keyed >/dev/null
	[ "$(key)" = alias/mine ]
	[ -z "$(fxstack diff keyed)" ]
	run -1 fxstack diff plain
	[ "$(jq -c .changes <<<"$output")" = '[{"setting":"encryption","from":"alias/mine","to":"none"}]' ]
	fxstack deploy plain >/dev/null
	[ -z "$(fxstack diff plain)" ]
	fxstack deploy keyed | holds '.action == "changed"'
}

@test "an endpoint in a file is not shown; an optional one is skipped" {
	(umask 077 && echo https://hooks.example/s3cret >endpoint)
	stack 'del(.endpoint) | .from = "endpoint" | .optional = true' | grep -v firehose >filed
	fxstack -v deploy filed >out 2>&1
	there | holds '.subscription[1] == "//hooks.example/s3cret"'
	[ -z "$(fxstack diff filed)" ]
	fxstack template filed >>out 2>&1
	not grep s3cret out
	grep -q 'left out of the template: its endpoint is in a file' out
	fxstack destroy --yes filed | holds -s 'map(select(.resource == "subscription"))[0].action == "deleted"'
	rm endpoint
	fxstack -v deploy filed >out 2>&1
	grep -q 'the subscription sns:queue: skipped, since its file does not exist' out
	fxstack destroy --yes filed | holds -s 'map(select(.resource == "subscription"))[0].action == "skipped"'
	stack 'del(.endpoint) | .from = "endpoint"' >filed
	run -2 --separate-stderr fxstack diff filed
	has "$stderr" "line 1: "
}

# serve_sns ARN: an SNS whose topic is ours, and whose second page of subscriptions has ours, with this ARN.
serve_sns() {
	serve < <(jq -n --arg arn "$1" 'def xml($text): {headers: {"Content-Type": "text/xml"}, body: $text};
		def member($protocol; $to; $arn): "<member><Protocol>\($protocol)</Protocol><Endpoint>\($to)</Endpoint><SubscriptionArn>\($arn)</SubscriptionArn></member>";
		{routes: [
			{match: "=GetCallerIdentity", answers: [xml("<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/u</Arn>")]},
			{match: "=ListTagsForResource", answers: [xml("<Tags><member><Key>made-by</Key><Value>fxstack</Value></member></Tags>")]},
			{match: "=GetTopicAttributes", answers: [xml("<Attributes></Attributes>")]},
			{match: "NextToken=more", answers: [xml(member("email"; "you@example.com"; $arn))]},
			{match: "=ListSubscriptions", answers: [xml(member("email"; "others@example.com"; "PendingConfirmation") + member("email"; "you@example.com"; "Deleted") + "<NextToken>more</NextToken>")]},
			{match: "", answers: [xml("<Error><Code>AuthorizationError</Code></Error>") + {status: 403}]}]}')
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
	printf '%s\n' '{"resource":"topic","name":"sns:alerts"}' \
		'{"resource":"subscription","name":"sns:mail","endpoint":"you@example.com","raw":true}' >stack.ndjson
}

@test "a subscription that waits for its confirmation is reported, not compared, and only SNS can delete it" {
	serve_sns PendingConfirmation
	run -0 --separate-stderr fxstack diff stack.ndjson
	[ -z "$output" ]
	has "$stderr" "line 2: the subscription sns:mail: it waits for its confirmation"
	tail -n 1 stack.ndjson | sed 's/"endpoint"/"topic":"sns:alerts","endpoint"/' >>stack.ndjson
	run -2 fxstack diff stack.ndjson
	head -n 2 stack.ndjson >two
	run -2 --separate-stderr fxstack destroy --yes two
	has "$stderr" "the subscription sns:mail: kept, since it was not confirmed yet: SNS deletes it with its topic, or after two days"
	[ "$(jq -r .action <<<"$output" | head -n 1)" = kept ]
}

@test "a subscription is found on a later page of the topic's" {
	serve_sns arn:aws:sns:us-east-1:123456789012:alerts:1234
	run -2 --separate-stderr fxstack diff stack.ndjson
	has "$stderr" "the subscription sns:mail: SNS GetSubscriptionAttributes: AuthorizationError"
	grep -q 'NextToken=more' server/log
}

@test "lines that name nothing, or too much, are refused before anything is changed" {
	local filter
	while IFS='#' read -r filter words; do
		jq -c "$filter" first >wrong
		run -2 --separate-stderr fxstack deploy wrong
		has "$stderr" "$words" || { echo "$filter: $stderr" && false; }
	done <<-'END'
		select(.resource != "topic")#line 1: member "topic": the stack has no topic "sns:alerts"
		if .bucket then .bucket = "none" else . end#line 2: member "bucket": the stack has no bucket "none"
		if .role then .role = "none" else . end#line 2: member "role": the stack has no role "none"
		if .role then .role = "arn:aws:iam::1:user/x" else . end#line 2: name "arn:aws:iam::1:user/x" is not the ARN of a role
		if .endpoint then .endpoint = "arn:aws:sqs:us-east-1::alerts" else . end#line 1: refused: the endpoint must be the ARN of a queue
		if .key then .name = "rates" else . end | if .table then .table = "rates" else . end#line 3: the table rates is not on AWS
		if .table then .delivery = "firehose:rates" else . end#line 3: members "table" and "delivery" exclude each other
		if .table then .namespace = "x" else . end#line 3: members "table" and "namespace" exclude each other
		if .metric then ., .name = "cloudwatch:b" else . end | if .resource == "topic" then ., .name = "sns:b" else . end#member "topic" is missing
		if .endpoint then ., .name = "sns:b" else . end#line 2: its endpoint is already subscribed to the topic in line 1
	END
	is '{}'
}

@test "with a role that was refused, a delivery is not created" {
	aws_through '{"rules":[{"action":"CreateRole","fault":"refuse","status":403,"code":"AccessDenied"}]}'
	run -2 --separate-stderr fxstack deploy first
	has "$stderr" "the delivery firehose:rates: not created, because the role iam:delivery was refused"
	there | holds 'keys == ["alarm", "subscription"]'
}

@test "--prefix: dev and prod are separate; subscriptions of others' topics are kept" {
	fxstack deploy --prefix dev first >/dev/null
	fxstack deploy --prefix prod first >/dev/null
	fxstack destroy --yes --prefix dev first >/dev/null
	is '{}' dev-
	there prod- | holds '.alarm[2] == [{Name: "TableName", Value: "prod-rates"}] and has("delivery")'
	aws_py 'sns.create_topic(Name="alerts")'
	grep sns: first >theirs
	fxstack deploy theirs >/dev/null
	run -1 --separate-stderr fxstack destroy --yes theirs
	[ "$(actions <<<"$output")" = "sns:queue kept; sns:alerts kept" ]
	fxstack destroy --yes --foreign theirs >/dev/null
	is '{}'
}

@test "on this machine they are skipped" {
	sed 's/sns:\([aq]\)/\1/g;s/firehose:\(r\)/\1/;s/cloudwatch:\(t\)/\1/;s|s3://||g;s/iam:\(d\)/\1/g;s/dynamodb:\(r\)/\1/g' first >here
	fxstack -v deploy here >out 2>messages
	[ "$(jq -rs 'map(select(.action == "skipped") | .resource) | join(" ")' out)" = "topic role subscription delivery alarm" ]
	grep -q 'the alarm throttled: skipped, since it cannot be embedded' messages
	[ -z "$(fxstack diff here)" ]
}

@test "throttled, cut off, internal errors: retried; if they last, 75, and running it again works" {
	local chaos='{"seed":3,"rules":[{"fault":"any","chance":0.15}]}'
	aws_through "$chaos"
	until fxstack deploy first >/dev/null 2>err; do
		[ $? = 75 ] || { cat err >&2 && false; }
	done
	aws_script '{}'
	is "$FIRST"
	aws_script "$chaos"
	until fxstack destroy --yes first >/dev/null 2>err; do :; done
	aws_script '{}'
	is '{}'
}
