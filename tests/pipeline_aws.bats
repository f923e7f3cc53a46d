# pipeline_aws: the tutorial's own stream and table, on AWS; but for the names the commands
# are those of pipeline.bats.

load helper
load aws
load pipeline

STREAM=intraday-analytics-stream TABLE=DataConsumerTable

# Every request is looked at by moto's own IAM as well, which knows one user and his keys.
setup_file() {
	aws_start --auth
}

setup() {
	set -o pipefail
	aws_reset
	make_stream $STREAM
	make_table $TABLE
	export FX_STREAM=kinesis:$STREAM FX_TABLE=dynamodb:$TABLE
}

@test "a provider's rates go through a stream into a table, digit for digit" {
	digits
	# As boto3 sees it: the records of the stream are what the table was given.
	[ "$(stream_records $STREAM | wc -l)" = 60 ]
	table_items $TABLE | jq -r '[.last_refreshed.S, .exchange_rate.N] | @tsv' | sort >there
	stream_records $STREAM | sed -E \
		's/.*"exchange_rate":([0-9.]+).*"last_refreshed":"([^"]+)".*/\2\t\1/' | sort >sent
	cmp sent there
}

@test "the same records a second time change nothing in the table, and move the group on" {
	again
}

@test "what a filter drops is committed too, as marks pass it" {
	filter_drops
}

@test "a filter may write several lines for one" {
	filter_multiplies
}

@test "a filter that loses positions is reported, and nothing is committed" {
	filter_loses_positions
}

@test "a filter that loses marks: all records but the last are committed" {
	filter_loses_marks
}

@test "a consumer that stops at a refused line leaves it, and those after it, for the next run" {
	stops_at_refused
}

@test "groups read the same stream independently" {
	groups
}

@test "one reader of a group at a time: exit status 75 for the second" {
	one_reader
}

@test "as a service (-f): a record is in the table soon after kput stored it" {
	# A shard is asked once a second, and moto takes its time.
	service_prompt 10000000
}

@test "a service uses no processor time while idle, and ends cleanly on SIGTERM" {
	service_waits
}

@test "an input that ends with an error makes the pipeline fail; what arrived is kept" {
	ends_badly
}

@test "kread and ddbget write what boto3 stored, unchanged" {
	aws_py '
kinesis.put_records(StreamName=sys.argv[1], Records=[
    {"Data": data, "PartitionKey": "one"} for data in (
        b"{\"n\": 1.50}", b"not JSON \xff\x00", "é😀".encode(), b"{}", b"12345678901234567890.10")])
dynamodb.put_item(TableName=sys.argv[2], Item={
    "ticker": {"S": "BTC/USD"}, "last_refreshed": {"S": "a"}, "rate": {"N": "0.10000000000000000000555"},
    "list": {"L": [{"BOOL": True}, {"NULL": True}, {"M": {"deep": {"S": "\u00e9"}}}]}})' $STREAM $TABLE
	kread >out
	printf '{"n": 1.50}\nnot JSON \xff\x00\né😀\n{}\n12345678901234567890.10\n' | cmp - out
	ddbget BTC/USD a >item
	grep -q '"rate":0.10000000000000000000555' item
	holds '.list == [true, null, {deep: "é"}]' item
}

@test "ARNs name the same stream and table" {
	local stream=arn:aws:kinesis:us-east-1:123456789012:stream/$STREAM
	local table=arn:aws:dynamodb:us-east-1:123456789012:table/$TABLE
	rates 5 | kput -q -s "$stream"
	kread -s "$stream" -g g | ddbput -t "$table" | kack -s "$stream" -g g
	[ "$(ddbget -t "$table" BTC/USD | wc -l)" = 5 ]
	[ "$(stream_records $STREAM | wc -l)" = 5 ]
}

@test "from an embedded stream into DynamoDB, and from Kinesis into an embedded table" {
	rates 30 | FX_STREAM=local kput -q -k ticker
	FX_STREAM=local kread -g g | ddbput | kack -s local -g g
	[ "$(table_items $TABLE | wc -l)" = 30 ]
	rates 30 ETH/USD | kput -q -k ticker
	kread -g g | ddbput -t local -k ticker,last_refreshed | kack -g g
	[ "$(ddbget -t local ETH/USD | wc -l)" = 30 ]
}

# refused_by WHOM COMMAND…: 2, and the service's own word for it.
refused_by() {
	local code=$1 tool=$2
	shift
	run -2 --separate-stderr "$@" <line
	has "$stderr" "$code"
	has "$stderr" "$tool: "
	[ -z "$output" ]
}

@test "credentials that IAM does not know, and a signature with another secret: exit status 2" {
	rates 1 >line
	make_secret Key text
	local tool
	for tool in kput kread ddbput ddbget "smget secretsmanager:Key"; do
		# shellcheck disable=SC2086 # words
		AWS_SECRET_ACCESS_KEY=wrong refused_by InvalidSignatureException $tool
		# shellcheck disable=SC2086 # words
		AWS_ACCESS_KEY_ID=AKIDNOBODY refused_by UnrecognizedClientException $tool
	done
	smget secretsmanager:Key | cmp - <(printf text)
}
