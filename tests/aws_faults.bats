# aws_faults: the proxy in which things go wrong does what it says, seen by boto3.

load helper
load aws

faulty() {
	aws_through "{\"seed\":1,\"rules\":[$1]}"
}

# py CODE: as aws_py, through the proxy, and without retries.
py() {
	AWS_MOTO=$AWS_ENDPOINT_URL AWS_MAX_ATTEMPTS=1 aws_py "
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError
boto3.client('sts')
def fails(call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return error.response['Error']['Code'], error.response['ResponseMetadata']['HTTPStatusCode']
    except (ConnectionError, HTTPClientError) as error:
        return 'connection', 0
    return None
def put(count, name='there'):
    return kinesis.put_records(StreamName=name, Records=[
        {'Data': b'%d' % i, 'PartitionKey': str(i)} for i in range(count)])
def iterator():
    return kinesis.get_shard_iterator(StreamName='there', ShardId='shardId-000000000000',
        ShardIteratorType='TRIM_HORIZON')['ShardIterator']
$1"
}

@test "boto3's signatures are valid; one with a wrong secret is not" {
	make_stream there
	faulty ''
	py 'put(3)
assert [record["Data"] for _, record in stream("there")] == [b"0", b"1", b"2"]'
	aws_no_breach
	AWS_SECRET_ACCESS_KEY=wrong py 'assert fails(put, count=3) == ("InvalidSignatureException", 403)'
	grep -q '"breach": "the signature does not match"' "$AWS_FAULTS/log"
	: >"$AWS_FAULTS/log"
}

@test "partial: what is reported as failed is not stored, all else is" {
	make_stream there
	make_table items n
	faulty '{"fault":"partial"}'
	py '
reply = put(100)
failed = [i for i, record in enumerate(reply["Records"]) if "ErrorCode" in record]
assert len(failed) == reply["FailedRecordCount"] and 10 < len(failed) < 60
there = [int(record["Data"]) for _, record in stream("there")]
assert sorted(failed + there) == list(range(100)), (failed, there)
places = {str(record["SequenceNumber"]) for _, record in stream("there")}
assert all(record["SequenceNumber"] in places for record in reply["Records"] if "ErrorCode" not in record)
reply = dynamodb.batch_write_item(RequestItems={"items": [
    {"PutRequest": {"Item": {"n": {"S": str(i)}}}} for i in range(25)]})
left = [request["PutRequest"]["Item"]["n"]["S"] for request in reply["UnprocessedItems"]["items"]]
assert 0 < len(left) < 25
assert sorted(left + [item["n"]["S"] for item in table("items")]) == sorted(map(str, range(25)))'
	[ "$(aws_struck partial)" = 2 ]
}

@test "throttle, error, html, reset: nothing is done" {
	make_stream there
	faulty '{"fault":"throttle","times":1,"code":"LimitExceededException"},
		{"fault":"error","times":1,"status":500},{"fault":"error","times":1,"status":503},
		{"fault":"html","times":1},{"fault":"reset","times":1}'
	py '
assert fails(put, count=1) == ("LimitExceededException", 400)
assert fails(put, count=1) == ("InternalFailure", 500)
assert fails(put, count=1)[1] == 503
assert fails(put, count=1)[1] == 502
assert fails(put, count=1) == ("connection", 0)
assert put(1)["FailedRecordCount"] == 0'
	[ "$(stream_records there | wc -l)" = 1 ]
}

@test "lost and cut: the request is done, but the client cannot see it" {
	make_stream there
	faulty '{"fault":"lost","times":1},{"fault":"cut","times":1}'
	py '
assert fails(put, count=1) == ("connection", 0)
# Half a reply: boto3 takes it for one.
assert "Records" not in put(1)'
	[ "$(stream_records there | wc -l)" = 2 ]
}

@test "iterators and tokens expire, by the script and by their age" {
	make_stream there 3
	faulty '{"fault":"expired","times":1},{"fault":"token","times":1},{"action":"ListShards","fault":"few","most":1}'
	py '
assert fails(kinesis.get_records, ShardIterator=iterator()) == ("ExpiredIteratorException", 400)
token = kinesis.list_shards(StreamName="there")["NextToken"]
assert fails(kinesis.list_shards, NextToken=token) == ("ExpiredNextTokenException", 400)
more = kinesis.list_shards(NextToken=token)
assert [shard["ShardId"] for shard in more["Shards"]] == ["shardId-000000000001"], more'
	aws_script '{"iterators":0}'
	py 'assert fails(kinesis.get_records, ShardIterator=iterator()) == ("ExpiredIteratorException", 400)'
	aws_script '{"paced":true}'
	py '
mark = iterator()
said = [fails(kinesis.get_records, ShardIterator=mark) for _ in range(50)]
assert None in said[:5], said
assert set(said) == {None, ("ProvisionedThroughputExceededException", 400)}, said'
}

@test "few and empty: pages are small, and an empty one is not the end" {
	make_stream there
	make_table items n
	faulty '{"fault":"empty","times":1},{"fault":"few","most":2}'
	py '
put(10)
first = kinesis.get_records(ShardIterator=iterator(), Limit=1000)
assert first["Records"] == [] and first["MillisBehindLatest"] > 0
second = kinesis.get_records(ShardIterator=first["NextShardIterator"], Limit=1000)
assert 1 <= len(second["Records"]) <= 2 and second["MillisBehindLatest"] >= 0
assert [record["Data"] for _, record in stream("there")] == [b"%d" % i for i in range(10)]
for i in range(5):
    dynamodb.put_item(TableName="items", Item={"n": {"S": str(i)}})
assert len(dynamodb.scan(TableName="items")["Items"]) <= 2
assert len(list(table("items"))) == 5'
}

@test "a clock an hour off: requests with the local time are refused" {
	make_stream there
	aws_through '{"clock":3600}'
	py 'assert fails(put, count=1) == ("InvalidSignatureException", 400)'
	[ "$(aws_struck clock)" = 1 ]
	aws_script '{"clock":200}'
	py 'put(1)'
}

@test "a wrong checksum, and a byte changed on the way" {
	make_table items n
	faulty '{"fault":"crc","times":1},{"fault":"corrupt","times":1}'
	py '
import urllib3, zlib
seen = []
dynamodb.describe_table # made
dynamodb.client.meta.events.register("before-parse.dynamodb.*",
    lambda response_dict, **_: seen.append(
        int(response_dict["headers"]["x-amz-crc32"]) == zlib.crc32(response_dict["body"])))
for _ in range(3):
    fails(dynamodb.list_tables)
assert seen == [False, False, True], seen'
}

@test "a request that the service would not accept is recorded as a breach" {
	make_stream there
	make_table items n
	faulty ''
	py '
from botocore.config import Config
lax = Config(parameter_validation=False, retries={"total_max_attempts": 1})
kinesis = boto3.client("kinesis", config=lax)
dynamodb = boto3.client("dynamodb", config=lax)
def put(count):
    return kinesis.put_records(StreamName="there", Records=[
        {"Data": b"x", "PartitionKey": "k"}] * count)
assert fails(put, count=501) == ("ValidationException", 400)
token = kinesis.list_shards(StreamName="there").get("NextToken", "x")
assert fails(kinesis.list_shards, StreamName="there", NextToken=token)[0] == "InvalidArgumentException"
same = [{"PutRequest": {"Item": {"n": {"S": "a"}}}}] * 2
assert fails(dynamodb.batch_write_item, RequestItems={"items": same})[0] == "ValidationException"'
	[ "$(grep -c '"breach": "' "$AWS_FAULTS/log")" = 3 ]
	: >"$AWS_FAULTS/log"
}

@test "credentials from its endpoint expire" {
	make_stream there
	aws_through '{"credentials":3600}'
	AWS_CONTAINER_CREDENTIALS_FULL_URI=$AWS_ENDPOINT_URL/credentials \
		env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY "$AWS_PYTHON" -c '
import boto3
boto3.client("kinesis").put_record(StreamName="there", Data=b"x", PartitionKey="k")'
	aws_script '{"credentials":-1}'
	py '
import os, urllib.request
given = json.load(urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/credentials"))
kinesis = boto3.client("kinesis", aws_access_key_id=given["AccessKeyId"],
    aws_secret_access_key=given["SecretAccessKey"], aws_session_token=given["Token"])
assert fails(put, count=1) == ("ExpiredTokenException", 400)'
}

@test "the same seed produces the same faults" {
	local run
	for run in 1 2; do
		aws_reset
		make_stream there
		aws_through '{"seed":7,"rules":[{"fault":"any","chance":0.5}]}'
		py '
for _ in range(20):
    fails(put, count=5)'
		jq -c '[.action, .fault, .status]' "$AWS_FAULTS/log" >"log$run"
	done
	cmp log1 log2
	[ "$(sort -u log1 | wc -l)" -gt 4 ]
}
