# aws_replies: replies of services as emulators and other versions of the services may write them,
# from a server that plays them.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a shell of its own; status, stderr: run

load helper

STREAM='{"StreamDescriptionSummary":{"StreamCreationTimestamp":1700000000,"StreamStatus":"ACTIVE"}}'
TABLE='{"Table":{"KeySchema":[{"AttributeName":"k","KeyType":"HASH"}],
	"AttributeDefinitions":[{"AttributeName":"k","AttributeType":"S"}],"TableStatus":"ACTIVE"}}'
SHARD='{"Shards":[{"ShardId":"shardId-0","HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"9"},
	"SequenceNumberRange":{"StartingSequenceNumber":"1"}}]}'

# serve_actions ACTION REPLY…: plays a service; several replies to one action, as a JSON array of the
# server's answers, are given in turn.
serve_actions() {
	serve < <(jq -n '[$ARGS.positional | _nwise(2) | {match: ("\\." + .[0] + "$|Action=" + .[0] + "&"),
		answers: (.[1] | if startswith("[") then fromjson else [{body: .}] end)}]
		| {routes: .}' --args "$@")
	export AWS_ENDPOINT_URL AWS_REGION=eu-west-1 AWS_ACCESS_KEY_ID=AKIDEXAMPLE
	export AWS_SECRET_ACCESS_KEY=SECRET AWS_EC2_METADATA_DISABLED=true
	AWS_ENDPOINT_URL=http://127.0.0.1:$port
}

# calls ACTION: how many there were.
calls() {
	jq -s --arg action "$1" 'map(select(.action == $action)) | length' server/log
}

# serve_records REPLY: a stream of one shard, with this reply to GetRecords.
serve_records() {
	serve_actions DescribeStreamSummary "$STREAM" ListShards "${LIST-$SHARD}" \
		GetShardIterator '{"ShardIterator":"i"}' GetRecords "$1"
}

@test "kput: null is absent, and a number may have an exponent" {
	serve_actions DescribeStreamSummary '{"StreamDescriptionSummary":{"StreamCreationTimestamp":null,
		"StreamStatus":null,"MaxRecordSizeInKiB":null,"RetentionPeriodHours":null}}' \
		PutRecords '{"FailedRecordCount":null,"EncryptionType":null,"Records":[{"ErrorCode":null,
			"ErrorMessage":null,"SequenceNumber":"1","ShardId":"shardId-0"}]}'
	[ "$(head -c 500000 /dev/zero | tr '\0' x | { cat; echo; } | kput -s kinesis:there | wc -c)" = 500001 ]
	serve_actions DescribeStreamSummary '{"StreamDescriptionSummary":{"MaxRecordSizeInKiB":2.048E3}}' \
		PutRecords '{"Records":[{"ErrorCode":"","SequenceNumber":"1"}]}'
	[ "$(head -c 1500000 /dev/zero | tr '\0' x | { cat; echo; } | kput -s kinesis:there | wc -c)" = 1500001 ]
	run -2 --separate-stderr kput -s kinesis:there < <(head -c 2500000 /dev/zero | tr '\0' x; echo)
	has "$stderr" "takes at most 2097152"
}

@test "kread: null is absent" {
	LIST='{"NextToken":null,"Shards":[{"ShardId":"shardId-0","ParentShardId":null,
		"AdjacentParentShardId":null,"HashKeyRange":null,
		"SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":null}}]}'
	serve_records '[{"body":"{\"Records\":[{\"Data\":\"e30=\",\"SequenceNumber\":\"7\",\"PartitionKey\":null,\"ApproximateArrivalTimestamp\":null}],\"NextShardIterator\":\"i\",\"MillisBehindLatest\":5E3,\"ChildShards\":null}"},
		{"body":"{\"Records\":null,\"NextShardIterator\":\"i\",\"MillisBehindLatest\":1.2E1}"},
		{"body":"{\"NextShardIterator\":\"i\",\"MillisBehindLatest\":null}"}]'
	[ "$(kread -s kinesis:there)" = '{}' ]
	[ "$(calls GetRecords)" = 3 ]
	serve_records '{}'
	run -75 --separate-stderr kread -s kinesis:there
	has "$stderr" "holds no Records"
}

@test "a group knows its stream, however the service writes the time of its creation" {
	local reply='{"Records":[{"Data":"e30=","SequenceNumber":"7"}],"NextShardIterator":null}'

	serve_records "$reply"
	kread -s kinesis:there -g g | kack -s kinesis:there -g g
	for time in null 1.7E9 17000000.00e+2; do
		STREAM="{\"StreamDescriptionSummary\":{\"StreamCreationTimestamp\":$time}}"
		serve_records "$reply"
		kread -s kinesis:there -g g >/dev/null
	done
	kack -s kinesis:there -g g --to shardId-0:7+
	STREAM='{"StreamDescriptionSummary":{"StreamCreationTimestamp":1700000001}}'
	serve_records "$reply"
	run -2 --separate-stderr kread -s kinesis:there -g g
	has "$stderr" "are of another stream of this name"
}

@test "ddbput: unprocessed items that are null count as absent" {
	serve_actions DescribeTable "$TABLE" BatchWriteItem '[{"body":"{\"UnprocessedItems\":null}"},
		{"body":"{\"UnprocessedItems\":{\"there\":null}}"},{"body":"{}"}]'
	for i in 1 2 3; do
		[ "$(echo '{"k":"a"}' | timeout 20 ddbput -t dynamodb:there)" = '{"k":"a"}' ]
	done
	[ "$(calls BatchWriteItem)" = 3 ]
}

@test "ddbput: a reply that does not fit the request is not taken for throttling" {
	serve_actions DescribeTable "$TABLE" BatchWriteItem '[{"body":"{\"UnprocessedItems\":{\"there\":7}}"},
		{"body":"{\"UnprocessedItems\":{\"there\":[{\"PutRequest\":{\"Item\":{\"k\":{\"S\":\"other\"}}}}]}}"},
		{"body":"{\"Unproc"},{"body":"{}"}]'
	printf '{"k":"%s"}\n' a b >lines
	run -0 --separate-stderr timeout 60 ddbput --stats stats -t dynamodb:there <lines
	[ "$output" = "$(cat lines)" ]
	[ "$stderr" = "" ]
	holds '.done == 2 and .retries == 6 and .throttled == 0' <stats
	[ "$(calls BatchWriteItem)" = 4 ]
	serve_actions DescribeTable "$TABLE" BatchWriteItem '{"UnprocessedItems":7}'
	run -75 --separate-stderr timeout 60 faketime -f '+0 x20' ddbput -t dynamodb:there <lines
	has "$stderr" 'the reply does not fit the request; line 1 is the first that is not safe'
}

@test "ddbget: an item, a list or a key that is null or empty counts as absent" {
	serve_actions DescribeTable "$TABLE" GetItem '[{"body":"{\"Item\":null}"},{"body":"{\"Item\":{}}"},{"body":"{}"}]'
	for i in 1 2 3; do
		run -1 ddbget -t dynamodb:there a
	done
	serve_actions DescribeTable "$TABLE" Scan '[{"body":"{\"Items\":null,\"LastEvaluatedKey\":null}"},
		{"body":"{\"Items\":[{\"k\":{\"S\":\"a\"}}],\"LastEvaluatedKey\":{}}"},{"body":"{\"Item\":null}"}]'
	[ "$(timeout 20 ddbget -t dynamodb:there -n 5)" = "" ]
	[ "$(timeout 20 ddbget -t dynamodb:there -n 5)" = '{"k":"a"}' ]
}

@test "kstat, fxhealth: a closed shard that is read to its end has no lag" {
	LIST='{"Shards":[{"ShardId":"shardId-0","SequenceNumberRange":{"EndingSequenceNumber":"9"}}]}'
	serve_records '{"Records":[{"Data":"e30=","SequenceNumber":"7"}],"NextShardIterator":null}'
	kread -s kinesis:there -g g | kack -s kinesis:there -g g
	# Several replies may be empty before the one that ends the shard.
	serve_records '[{"body":"{\"Records\":[],\"NextShardIterator\":\"i\",\"MillisBehindLatest\":7200000}"},
		{"body":"{\"Records\":[],\"NextShardIterator\":null,\"MillisBehindLatest\":7200000}"}]'
	kstat -s kinesis:there -g g | holds '.lag_ms == 0'
	[ "$(calls GetRecords)" = 3 ]
	fxhealth -s kinesis:there -g g --max-lag 1m | not grep behind.*allowed
	serve_records '{"Records":[{"Data":"e30=","SequenceNumber":"8"}],"NextShardIterator":null,"MillisBehindLatest":7200000}'
	kstat -s kinesis:there -g g | holds '.lag_ms == 7200000'
	# A group without a checkpoint begins at the oldest record.
	kstat -s kinesis:there -g g -g h >/dev/null || [ $? = 1 ]
	jq -s 'map(select(.action == "GetShardIterator").body | fromjson.ShardIteratorType)' server/log |
		holds '.[-2:] == ["AFTER_SEQUENCE_NUMBER", "TRIM_HORIZON"]'
}

@test "a time before now is before the service's now" {
	local skewed='{"status":400,"date":3600,"body":"{\"__type\":\"InvalidSignatureException\"}"}'

	serve_actions DescribeStreamSummary "[$skewed,{\"date\":3600,\"body\":$(jq -Rs . <<<"$STREAM")}]" \
		ListShards "$SHARD" GetShardIterator '{"ShardIterator":"i"}' \
		GetRecords '{"Records":[],"NextShardIterator":null}'
	kread -s kinesis:there --from -10m
	kread -s kinesis:there -g g --from 10m
	jq -s 'map(select(.action == "GetShardIterator").body | fromjson.Timestamp - now)' server/log |
		holds 'length == 2 and (.[0] | . > 2900 and . < 3001)'
}

throttled() {
	jq -nc --argjson times "$1" --arg body "$2" '[range($times) | {status: 400, body: "{\"__type\":\"LimitExceededException\"}"}] + [{body: $body}]'
}

@test "kread -f waits out throttling at its start; without -f it ends with 75" {
	local reply='{"Records":[{"Data":"e30=","SequenceNumber":"7"}],"NextShardIterator":"i"}'
	export AWS_MAX_ATTEMPTS=1
	serve_actions DescribeStreamSummary "$(throttled 2 "$STREAM")" ListShards "$(throttled 1 "$SHARD")" \
		GetShardIterator '{"ShardIterator":"i"}' GetRecords "$reply"
	run -75 --separate-stderr kread -s kinesis:there
	has "$stderr" LimitExceededException
	run -0 --separate-stderr timeout 30 kread -f -n 1 -s kinesis:there
	[ "$output" = '{}' ]
	has "$stderr" "LimitExceededException; retrying until it succeeds"
	[ "$(calls ListShards)" = 2 ]
}

@test "kread: records whose reply is too large are requested in smaller pages" {
	serve_records '[{"headers":{"Content-Length":"20000000"},"body":"{"},
		{"headers":{"Content-Length":"20000000"},"body":"{"},
		{"body":"{\"Records\":[{\"Data\":\"e30=\",\"SequenceNumber\":\"7\"}],\"NextShardIterator\":null}"}]'
	[ "$(timeout 30 kread -s kinesis:there)" = '{}' ]
	jq -s 'map(select(.action == "GetRecords").body | fromjson.Limit)' server/log | holds '. == [1000, 500, 250]'
}

@test "kput needs no permission but that for PutRecords" {
	serve_actions DescribeStreamSummary '[{"status":400,"body":"{\"__type\":\"AccessDeniedException\"}"}]' \
		PutRecords '{"Records":[{"SequenceNumber":"1","ShardId":"s"}]}'
	run -0 --separate-stderr kput -s kinesis:there <<<a
	[ "$output" = a ]
	has "$stderr" "kinesis:DescribeStreamSummary; assuming that the stream takes records of up to 1048576 bytes"
	run -2 --separate-stderr kread -s kinesis:there
	has "$stderr" "a policy must allow kinesis:DescribeStreamSummary"
}

@test "ddbput: a conflict with a transaction is retried" {
	serve_actions DescribeTable "$TABLE" PutItem '[{"status":400,"body":"{\"__type\":\"TransactionConflictException\"}"},{"body":"{}"}]'
	[ "$(echo '{"k":"a"}' | timeout 20 ddbput --if-absent -t dynamodb:there)" = '{"k":"a"}' ]
	[ "$(calls PutItem)" = 2 ]
}

# Twenty tries take half a minute; this clock runs faster.
@test "kput: a record that is never stored does not keep others back, and is named" {
	serve_actions DescribeStreamSummary "$STREAM" ListShards "$SHARD" PutRecords \
		'[{"body":"{\"Records\":[{\"SequenceNumber\":\"1\"},{\"ErrorCode\":\"InternalFailure\",\"ErrorMessage\":\"no\"},{\"SequenceNumber\":\"2\"}]}"},
		{"body":"{\"Records\":[{\"ErrorCode\":\"InternalFailure\",\"ErrorMessage\":\"no\"}]}"}]'
	printf '{"k":"%s"}\n' a b c >lines
	run -75 --separate-stderr timeout 60 faketime -f '+0 x20' kput -k k -s kinesis:there <lines
	[ "$output" = '{"k":"a"}' ]
	has "$stderr" 'could not store the record with the partition key b in there: InternalFailure: no; line 2 is the first that is not safe'
}

@test "ddbput: an item that stays unprocessed does not keep others back, and is named" {
	local left='{"UnprocessedItems":{"there":[{"PutRequest":{"Item":{"k":{"S":"b"}}}}]}}'
	serve_actions DescribeTable "$TABLE" BatchWriteItem "$left"
	printf '{"k":"%s"}\n' a b c >lines
	run -75 --separate-stderr timeout 60 faketime -f '+0 x20' ddbput -t dynamodb:there <lines
	[ "$output" = '{"k":"a"}' ]
	has "$stderr" 'leaves the item with the key b of the table there unprocessed; line 2 is the first that is not safe'
}

@test "ddbput --delete: a key that stays unprocessed does not keep others back, and is named" {
	local left='{"UnprocessedItems":{"there":[{"DeleteRequest":{"Key":{"k":{"S":"b"}}}}]}}'
	serve_actions DescribeTable "$TABLE" BatchWriteItem "$left"
	printf '{"k":"%s","x":1}\n' a b c >lines
	run -75 --separate-stderr timeout 60 faketime -f '+0 x20' ddbput --delete -t dynamodb:there <lines
	[ "$output" = '{"k":"a","x":1}' ]
	has "$stderr" 'leaves the item with the key b of the table there unprocessed; line 2 is the first that is not safe'
	jq -s 'map(select(.action == "BatchWriteItem"))[0].body | fromjson.RequestItems.there' server/log |
		holds '. == [{"DeleteRequest":{"Key":{"k":{"S":"a"}}}}, {"DeleteRequest":{"Key":{"k":{"S":"b"}}}},
			{"DeleteRequest":{"Key":{"k":{"S":"c"}}}}]'
}

@test "ddbget -: null is absent, but a reply without Responses says nothing" {
	serve_actions DescribeTable "$TABLE" BatchGetItem '[{"body":"{\"Responses\":{\"there\":null},\"UnprocessedKeys\":null}"},
		{"body":"{\"Responses\":null,\"UnprocessedKeys\":{\"there\":{\"Keys\":[{\"k\":{\"S\":\"a\"}}]}}}"},
		{"body":"{\"Responses\":{\"there\":[{\"k\":{\"S\":\"a\"}}]},\"UnprocessedKeys\":{\"there\":{\"Keys\":null}}}"},
		{"body":"{\"Responses\":null,\"UnprocessedKeys\":{}}"},
		{"body":"{\"Responses\":{\"there\":[{\"k\":{\"S\":\"other\"}}]}}"},
		{"body":"{\"Responses\":{\"there\":[]},\"UnprocessedKeys\":{\"there\":{\"Keys\":[{\"k\":{\"S\":\"other\"}}]}}}"}]'
	run -1 --separate-stderr ddbget -t dynamodb:there - <<<'{"k":"a"}'
	has "$stderr" "line 1: no such item"
	[ "$(timeout 20 ddbget -t dynamodb:there - <<<'{"k":"a"}')" = '{"k":"a"}' ]
	for i in 1 2 3; do
		run -75 --separate-stderr ddbget -t dynamodb:there - <<<'{"k":"a"}'
		has "$stderr" "reply to BatchGetItem is invalid; line 1 is the first that was not looked up"
	done
	[ "$(calls BatchGetItem)" = 6 ]
}

@test "ddbget -: a key that stays unprocessed is named; those before it are written" {
	local left='"UnprocessedKeys":{"there":{"Keys":[{"k":{"S":"b"}}]}}}'
	serve_actions DescribeTable "$TABLE" BatchGetItem "$(jq -nc '[{body: $ARGS.positional[]}]' --args \
		'{"Responses":{"there":[{"k":{"S":"a"}},{"k":{"S":"c"}}]},'"$left" '{"Responses":{"there":[]},'"$left")"
	printf '{"k":"%s"}\n' a b c >lines
	run -75 --separate-stderr timeout 60 faketime -f '+0 x20' ddbget -t dynamodb:there - <lines
	[ "$output" = '{"k":"a"}' ]
	has "$stderr" 'leaves the item with the key b of the table there unprocessed; line 2 is the first that was not looked up'
}

@test "ddbget -: throttling is waited out, a reply that is cut is requested again" {
	local good='{"Responses":{"there":[{"k":{"S":"a"},"n":{"N":"1.50"}}]},"UnprocessedKeys":{}}'
	serve_actions DescribeTable "$TABLE" BatchGetItem "$(jq -nc --arg good "$good" '[
		({status: 400, body: "{\"__type\":\"ProvisionedThroughputExceededException\"}"} | ., ., ., .),
		{body: $good, cut: 30}, {body: $good}]')"
	run -0 --separate-stderr timeout 60 ddbget -t dynamodb:there - <<<'{"k":"a"}'
	[ "$output" = '{"k":"a","n":1.50}' ]
	[ "$(calls BatchGetItem)" = 6 ]
}

@test "ddbget -: keys whose reply is too large are requested in smaller parts" {
	serve_actions DescribeTable "$TABLE" BatchGetItem '[{"headers":{"Content-Length":"40000000"},"body":"{"},
		{"body":"{\"Responses\":{\"there\":[{\"k\":{\"S\":\"b\"}},{\"k\":{\"S\":\"a\"}}]}}"},
		{"body":"{\"Responses\":{\"there\":[{\"k\":{\"S\":\"d\"}}]}}"}]'
	printf '{"k":"%s"}\n' a b c a d >lines
	run -1 --separate-stderr timeout 30 ddbget -t dynamodb:there - <lines
	[ "$output" = "$(printf '{"k":"%s"}\n' a b a d)" ]
	jq -s 'map(select(.action == "BatchGetItem").body | fromjson.RequestItems.there.Keys | length)' server/log |
		holds '. == [4, 2, 2]'
	has "$stderr" "line 3: no such item"
}

# paced COMMAND…: with a clock that runs ten times as fast; started is when it began.
paced() {
	date +%s.%N >started
	faketime -f '+0 x10' timeout 60 "$@"
}

# arrivals ACTION: by that clock, the seconds from the start to each of its requests. What the server
# notes late is no less than the tool waited, which the time between two requests might be.
arrivals() {
	jq -s --arg action "$1" --slurpfile started started \
		'map(select(.action == $action and .at > $started[0]) | (.at - $started[0]) * 10)' server/log
}

@test "ddbput --rate: batches that the rate allows, and a second between them" {
	serve_actions DescribeTable "$TABLE" BatchWriteItem \
		'[{"body":"{\"UnprocessedItems\":{},\"ConsumedCapacity\":[{\"TableName\":\"there\",\"CapacityUnits\":20.0}]}"},
		{"body":"{\"UnprocessedItems\":{},\"ConsumedCapacity\":[{\"TableName\":\"there\",\"CapacityUnits\":40}]}"}]'
	printf '{"k":"%d"}\n' {1..50} >lines
	paced ddbput --rate 20 -t dynamodb:there <lines | cmp lines -
	jq -s 'map(select(.action == "BatchWriteItem").body | fromjson)' server/log >bodies
	holds 'all(.ReturnConsumedCapacity == "TOTAL")' bodies
	# The second consumes twice what was expected, so that the third waits longer.
	holds 'map(.RequestItems.there | length) == [20, 20, 10]' bodies
	arrivals BatchWriteItem | holds '.[1] > 0.9 and .[2] > 2.9'
}

@test "ddbget --rate: pages that the rate allows, and the time that they cost between them" {
	serve_actions DescribeTable "$TABLE" Scan '[{"body":"{\"Items\":[{\"k\":{\"S\":\"a\"}}],\"LastEvaluatedKey\":{\"k\":{\"S\":\"a\"}},\"ConsumedCapacity\":{\"CapacityUnits\":40}}"},
		{"body":"{\"Items\":[{\"k\":{\"S\":\"b\"}}]}"}]' \
		BatchGetItem '{"Responses":{"there":[]},"ConsumedCapacity":[{"CapacityUnits":10}]}'
	[ "$(paced ddbget --rate 20 -j 1 -t dynamodb:there)" = "$(printf '{"k":"%s"}\n' a b)" ]
	jq -s 'map(select(.action == "Scan").body | fromjson | [.ReturnConsumedCapacity, .Limit])' server/log |
		holds '. == [["TOTAL", 20], ["TOTAL", 1]]'
	arrivals Scan | holds '.[1] > 1.9'
	run -1 --separate-stderr paced ddbget --rate 10 -t dynamodb:there - < <(printf '{"k":"%d"}\n' {1..30})
	[ "$(grep -c "no such item" <<<"$stderr")" = 30 ]
	jq -s 'map(select(.action == "BatchGetItem").body | fromjson.RequestItems.there.Keys | length)' server/log |
		holds '. == [10, 10, 10]'
	arrivals BatchGetItem | holds '.[1] > 0.9 and .[2] > 1.9'
	run -2 --separate-stderr ddbget --rate 0
	has "$stderr" "--rate"
}

@test "ddbget --index: only a local index is read consistently" {
	TABLE=$(jq -c '.Table += {GlobalSecondaryIndexes: [{IndexName: "g", KeySchema: [{AttributeName: "s", KeyType: "HASH"}]}],
		LocalSecondaryIndexes: [{IndexName: "l", KeySchema: [{AttributeName: "k", KeyType: "HASH"}, {AttributeName: "s", KeyType: "RANGE"}]}]}
		| .Table.AttributeDefinitions += [{AttributeName: "s", AttributeType: "S"}]' <<<"$TABLE")
	serve_actions DescribeTable "$TABLE" Query '{"Items":[{"k":{"S":"a"},"s":{"S":"b"}}]}'
	ddbget -t dynamodb:there --index g b
	ddbget -t dynamodb:there --index l a b
	ddbget -t dynamodb:there --index l --eventual a
	jq -s 'map(select(.action == "Query").body | fromjson | [.IndexName, .ConsistentRead, .KeyConditionExpression])' server/log |
		holds '. == [["g", false, "#p = :p"], ["l", true, "#p = :p AND #s BETWEEN :f AND :t"], ["l", false, "#p = :p"]]'
	serve_actions DescribeTable "$(jq -c '.Table.GlobalSecondaryIndexes = null | .Table.LocalSecondaryIndexes = null' <<<"$TABLE")"
	run -2 --separate-stderr ddbget -t dynamodb:there --index g b
	has "$stderr" 'the table there has no secondary index "g"'
}
