# extending: the tutorial's chapter "Extending the pipeline", snippet by snippet, and its whole
# stack in one file: embedded, and on AWS (moto).

load helper
load aws
load cron

STACK=$REPOSITORY/scripts/stacks/tutorial-extended.ndjson

# A consumer of its own, as the snippet's command: kread | COMMAND… | kack, for the group.
consume() {
	local group=$1
	shift
	kread -g "$group" | "$@" | kack -g "$group"
}

high() {
	rates 3 BTC/USD
	rates 2 DOGE/USD | sed 's/:10000[0-9][.]/:0./'
}

# --- Add Data Transformation: price_alert and timestamp_utc ---

transform() {
	jq -c 'if ._pos | endswith("+") then . else .price_alert = (.exchange_rate > 50000) | .timestamp_utc = (now | todate) end'
}

transform_and_store() {
	transform | ddbput
}

@test "transformation: price_alert and timestamp_utc reach the table, embedded and on DynamoDB" {
	high | kput -q -k ticker
	consume table transform_and_store
	[ "$(ddbget | jq -rs 'map("\(.ticker) \(.price_alert)") | unique | join("; ")')" = "BTC/USD true; DOGE/USD false" ]
	ddbget BTC/USD | holds -s 'length == 3 and all(.timestamp_utc | test("^20[0-9-]+T[0-9:]+Z$"))'
	make_table rates
	FX_TABLE=dynamodb:rates consume table-aws transform_and_store
	FX_TABLE=dynamodb:rates ddbget BTC/USD | holds -s 'length == 3 and all(.price_alert == true)'
}

# --- Add SNS Notifications: alerts when prices cross thresholds ---

alert_and_publish() {
	fxalert -g "$1" -k ticker 'exchange_rate > 50000' | snspub -t "$2"
}

@test "notifications: an alert reaches a webhook, and SNS and the queue behind it" {
	serve < <(jq -n '{answers: [range(9) | {status: 200, body: "ok"}]}')
	(umask 077 && echo "http://127.0.0.1:$port/hook" >hook)
	high | kput -q -k ticker
	consume alerts alert_and_publish alerts file:hook
	[ "$(jq -r 'select(.body) | .body | fromjson | .alert + " " + .ticker' server/log)" = "exchange_rate > 50000 BTC/USD" ]

	queue=$(aws_py 'print(sqs.create_queue(QueueName="alerts")["QueueUrl"])')
	printf '%s\n' '{"resource":"topic","name":"sns:PriceAlertTopic"}' \
		'{"resource":"subscription","name":"sns:queue","endpoint":"arn:aws:sqs:us-east-1:123456789012:alerts","raw":true}' |
		fxstack deploy >/dev/null
	kack -g again --to trim-horizon
	consume again alert_and_publish again sns:PriceAlertTopic
	aws_py 'messages = sqs.receive_message(QueueUrl=sys.argv[1], MaxNumberOfMessages=10)["Messages"]
alerts = [json.loads(message["Body"]) for message in messages]
assert [(alert["ticker"], alert["alert"]) for alert in alerts] == [("BTC/USD", "exchange_rate > 50000")], alerts' "$queue"
}

# --- Add S3 Archival: raw data to S3, by Firehose ---

@test "archival: a directory, a bucket, and a delivery stream that writes to one" {
	high | kput -q -k ticker
	kread >raw
	consume directory s3put "$PWD/archive"
	find archive -name '*.gz' -exec gzip -dc {} + | sed 's/"_pos":"[^"]*",//' | sort | cmp - <(sort raw)
	[ "$(find archive -type d -name 'ticker=BTC*' | wc -l)" = 1 ]
	printf '%s\n' '{"resource":"bucket","name":"s3://crypto-archive"}' \
		'{"resource":"role","name":"iam:delivery","tools":["firehose"],"trust":"firehose"}' \
		'{"resource":"delivery","name":"firehose:S3DeliveryStream","role":"iam:delivery","prefix":"raw/"}' |
		fxstack deploy >/dev/null
	consume bucket s3put s3://crypto-archive/rates
	consume firehose s3put firehose:S3DeliveryStream
	aws_py 'import gzip
found = {"rates": [], "raw": []}
for one in s3.list_objects_v2(Bucket="crypto-archive")["Contents"]:
    body = s3.get_object(Bucket="crypto-archive", Key=one["Key"])["Body"].read()
    found[one["Key"].split("/")[0]] += (gzip.decompress(body) if one["Key"].endswith(".gz") else body).splitlines()
want = sorted(json.dumps(json.loads(line)) for line in open("raw"))
for lines in found.values():
    records = [json.loads(line) for line in lines]
    assert all(record.pop("_pos") for record in records)
    assert sorted(map(json.dumps, records)) == want, records'
}

# --- Add API Gateway: a query of the data ---

# There is no counterpart to the API itself (fxpipe(7), COUNTERPARTS), but one to its query.
@test "query: what GET /data would answer, as an array, embedded and from DynamoDB" {
	high | ddbput -q
	[ "$(ddbget BTC/USD | jq -sc 'map(.ticker)')" = '["BTC/USD","BTC/USD","BTC/USD"]' ]
	make_table rates
	high | ddbput -q -t dynamodb:rates
	[ "$(ddbget -t dynamodb:rates -n 1 -r BTC/USD | jq -r .last_refreshed)" = 2025-01-01T00:00:02Z ]
}

# --- the whole stack ---

@test "the extended stack, on AWS: deployed, run as cron does, destroyed, and nothing is left" {
	cp "$STACK" stack.ndjson
	(umask 077 && echo SECRET0123456789 >AlphaVantageApiKey.txt && echo https://hooks.example/s3cret >PriceAlertTopic.txt)
	run -1 --separate-stderr fxstack diff --aws --prefix dev stack.ndjson
	count=$(wc -l <stack.ndjson)
	holds -s --argjson count "$count" 'length == $count and all(.action == "make")' <<<"$output"
	fxstack deploy --aws --prefix dev stack.ndjson >done
	holds -s 'all(.action == "made")' done
	[ -z "$(fxstack diff --aws --prefix dev stack.ndjson)" ]
	mkdir -p "$HOME/.aws"
	printf '[default]\naws_access_key_id=%s\naws_secret_access_key=%s\n' \
		"$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >"$HOME/.aws/credentials"
	queue=$(aws_py 'url = sqs.create_queue(QueueName="alerts")["QueueUrl"]
sns.subscribe(TopicArn="arn:aws:sns:us-east-1:123456789012:dev-PriceAlertTopic", Protocol="sqs",
              Endpoint="arn:aws:sqs:us-east-1:123456789012:alerts", Attributes={"RawMessageDelivery": "true"})
sns.unsubscribe(SubscriptionArn=[one["SubscriptionArn"] for one in sns.list_subscriptions()["Subscriptions"]
                                 if one["Protocol"] == "https"][0]) # nobody is there
print(url)')
	high | kput -q -s kinesis:dev-intraday-analytics-stream -k ticker
	as_cron dev-table
	[ "$(table_items dev-DataConsumerTable | jq -s 'map(select(.price_alert.BOOL)) | length')" = 3 ]
	as_cron dev-alerts
	aws_py 'messages = sqs.receive_message(QueueUrl=sys.argv[1], MaxNumberOfMessages=10)["Messages"]
assert len(messages) == 1 and "BTC/USD" in messages[0]["Body"], messages' "$queue"
	as_cron dev-archive
	aws_py 'objects = s3.list_objects_v2(Bucket="dev-crypto-data-archive")["Contents"]
assert len(objects) == 1 and objects[0]["Key"].startswith("rates/"), objects
body = s3.get_object(Bucket="dev-crypto-data-archive", Key=objects[0]["Key"])["Body"].read()
assert len(body.splitlines()) == 5, body'
	run -2 --separate-stderr fxstack destroy --yes --aws --prefix dev stack.ndjson
	has "$stderr" "fxstack does not delete objects: empty the bucket"
	aws_py 's3.delete_object(Bucket="dev-crypto-data-archive",
    Key=s3.list_objects_v2(Bucket="dev-crypto-data-archive")["Contents"][0]["Key"])'
	fxstack destroy --yes --aws --prefix dev stack.ndjson >done
	holds -s 'map(.action) | unique == ["absent", "deleted"]' done
	run -1 --separate-stderr fxstack diff --aws --prefix dev stack.ndjson
	holds -s --argjson count "$count" 'length == $count and all(.action == "make")' <<<"$output"
	[ ! -s "$HOME/crontab" ]
	not grep -r -e SECRET0123456789 -e s3cret done fx "$HOME"
	aws_py 'assert not sns.list_topics()["Topics"] and not s3.list_buckets()["Buckets"]
assert not firehose.list_delivery_streams()["DeliveryStreamNames"] and not kinesis.list_streams()["StreamNames"]
assert not cloudwatch.describe_alarms()["MetricAlarms"] and not iam.list_roles()["Roles"]
assert not dynamodb.list_tables()["TableNames"] and not sns.list_subscriptions()["Subscriptions"]'
}

@test "the extended stack, embedded: what has no counterpart is skipped, and with a webhook alerts are sent" {
	cp "$STACK" stack.ndjson
	fxstack -v deploy stack.ndjson >done 2>messages
	[ "$(jq -rs 'map(select(.action == "skipped") | .name) | join(" ")' done)" = \
		"AlphaVantageApiKey PriceAlertTopic delivery producer consumer PriceAlertTopic S3DeliveryStream IncomingRecords WriteThrottleEvents alerts" ]
	grep -q 'the consumer alerts: skipped, since its topic is not on AWS, and there is no webhook in its place' messages
	serve < <(jq -n '{answers: [range(9) | {status: 200, body: "ok"}]}')
	mkdir -p "$XDG_CONFIG_HOME/fxpipe"
	(umask 077 && echo "http://127.0.0.1:$port/hook" >"$XDG_CONFIG_HOME/fxpipe/PriceAlertTopic.key")
	fxstack deploy stack.ndjson | holds -s 'map(select(.action == "made") | .name) == ["alerts"]'
	[ -z "$(fxstack diff stack.ndjson)" ]
	high | kput -q -s intraday-analytics-stream -k ticker
	as_cron table
	as_cron alerts
	as_cron archive
	[ "$(find "$FX_HOME/crypto-data-archive.bucket" -name '*.gz' -exec gzip -dc {} + | wc -l)" = 5 ]
	[ "$(ddbget -t DataConsumerTable | jq -s 'map(select(.price_alert)) | length')" = 3 ]
	[ "$(jq -r 'select(.body) | .body | fromjson | .ticker' server/log)" = BTC/USD ]
	rm -r "$FX_HOME"/crypto-data-archive.bucket/ticker=*
	fxstack destroy --yes stack.ndjson | holds -s 'map(.action) | unique == ["absent", "deleted", "skipped"]'
}

@test "what the extended stack costs" {
	fxcost --aws "$STACK" >out
	holds -s 'map({key: .item, value: .cost}) | from_entries | ."WriteThrottleEvents: alarm" == 0.1 and
		."PriceAlertTopic: published" == 0.0219 and (."S3DeliveryStream: delivered" | . > 0 and . < 0.1) and
		."crypto-data-archive: objects written" == 0 and ."S3DeliveryStream: objects written" > 0' out
}
