# aws_server: the stand-in for AWS that the tests rely on does what they need.

load helper
load aws

setup_file() {
	aws_start --auth
}

@test "a stream: created, written and read by boto3" {
	make_stream there 2
	aws_py '
for i in range(30):
    kinesis.put_record(StreamName="there", Data=b"record %d" % i, PartitionKey="key %d" % i)'
	[ "$(stream_records there | sort -V)" = "$(seq -f 'record %.0f' 0 29)" ]
	stream_records there --keys | grep -qx $'key 7\trecord 7'
	[ "$(stream_records there --shards | cut -f 1 | sort -u | wc -l)" = 2 ]
}

@test "a table: created, written and read by boto3" {
	make_table there pk n:N
	aws_py 'dynamodb.put_item(TableName="there", Item={"pk": {"S": "a"}, "n": {"N": "1.50"}})'
	[ "$(table_items there)" = '{"pk":{"S":"a"},"n":{"N":"1.5"}}' ] ||
		[ "$(table_items there)" = '{"pk":{"S":"a"},"n":{"N":"1.50"}}' ]
}

@test "a secret: created and read by boto3" {
	make_secret there "the 'key'"
	[ "$(aws_py 'print(secretsmanager.get_secret_value(SecretId="there")["SecretString"])')" = "the 'key'" ]
}

@test "a test starts with an empty server" {
	aws_py '
assert not kinesis.list_streams()["StreamNames"]
assert not dynamodb.list_tables()["TableNames"]'
}

@test "a wrong signature is refused" {
	AWS_SECRET_ACCESS_KEY=wrong run -1 aws_py 'kinesis.list_streams()'
	has "$output" "InvalidSignatureException"
	AWS_ACCESS_KEY_ID=AKIDNOBODY run -1 aws_py 'dynamodb.list_tables()'
	has "$output" "UnrecognizedClientException"
}

@test "it ends with the process that started it" {
	mkdir other
	bash -c '
		"$0" "$1" "$2/port" 3>&- &
		echo $! >"$2/pid"
		until [ -f "$2/port" ]; do sleep 0.02; done' \
		"$AWS_PYTHON" "$REPOSITORY/tests/server/moto" "$PWD/other"
	wait_for 20 is_ended "$(cat other/pid)"
}

@test "shards that were split or merged keep their records, and name their children" {
	make_stream there 2
	aws_py '
def shards():
    return {shard["ShardId"]: shard for shard in kinesis.list_shards(StreamName="there")["Shards"]}
def put(words):
    kinesis.put_records(StreamName="there", Records=[
        {"Data": b"%s %d" % (words, i), "PartitionKey": str(i)} for i in range(20)])
def drained(name):
    iterator = kinesis.get_shard_iterator(StreamName="there", ShardId=name,
        ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    return kinesis.get_records(ShardIterator=iterator)
put(b"first")
first = "shardId-000000000000"
middle = int(shards()[first]["HashKeyRange"]["EndingHashKey"]) // 2
held = len(drained(first)["Records"])
kinesis.split_shard(StreamName="there", ShardToSplit=first, NewStartingHashKey=str(middle))
put(b"second")
reply = drained(first)
assert held == len(reply["Records"]) > 0, (held, reply)
assert "NextShardIterator" not in reply, reply
assert [child["ParentShards"] for child in reply["ChildShards"]] == [[first], [first]]
left, right = [child["ShardId"] for child in reply["ChildShards"]]
kinesis.merge_shards(StreamName="there", ShardToMerge=left, AdjacentShardToMerge=right)
put(b"third")
reply = drained(left)
assert "NextShardIterator" not in reply
assert reply["ChildShards"][0]["ParentShards"] == [left, right], reply
parent = int(reply["Records"][-1]["SequenceNumber"])
child = drained(reply["ChildShards"][0]["ShardId"])
assert int(child["Records"][0]["SequenceNumber"]) > parent > 10 ** 55
assert "NextShardIterator" in child'
	[ "$(stream_records there | wc -l)" = 60 ]
}
