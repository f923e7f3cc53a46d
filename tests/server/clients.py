"""clients: boto3's clients, by name and when needed, and what tests ask of them."""
import base64
import json
import sys

import boto3

__all__ = ["base64", "json", "sys", "boto3", "kinesis", "dynamodb", "secretsmanager", "sts",
           "sns", "sqs", "s3", "iam", "firehose", "cloudwatch", "stream", "table", "print_stream", "print_table"]


class Client:
    """A client that is made when something is asked of it."""

    def __init__(self, service):
        self.service = service
        self.client = None

    def __getattr__(self, name):
        if self.client is None:
            self.client = boto3.client(self.service)
        return getattr(self.client, name)


kinesis = Client("kinesis")
dynamodb = Client("dynamodb")
secretsmanager = Client("secretsmanager")
sts = Client("sts")
sns = Client("sns")
sqs = Client("sqs")
s3 = Client("s3")
firehose = Client("firehose")
cloudwatch = Client("cloudwatch")
iam = Client("iam")


def shards(name):
    found, more = [], {"StreamName": name}
    while True:
        reply = kinesis.list_shards(**more)
        found += [shard["ShardId"] for shard in reply["Shards"]]
        if "NextToken" not in reply:
            return found
        more = {"NextToken": reply["NextToken"]}


def stream(name):
    """All records of a stream, shard after shard: (shard, record)."""
    for shard in shards(name):
        iterator = kinesis.get_shard_iterator(
            StreamName=name, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while iterator:
            reply = kinesis.get_records(ShardIterator=iterator, Limit=10000)
            for record in reply["Records"]:
                yield shard, record
            iterator = reply.get("NextShardIterator")
            if not reply["Records"] and reply["MillisBehindLatest"] == 0:
                break


def table(name):
    """All items of a table, as DynamoDB has them."""
    more = {"TableName": name, "ConsistentRead": True}
    while True:
        reply = dynamodb.scan(**more)
        yield from reply["Items"]
        if "LastEvaluatedKey" not in reply:
            return
        more["ExclusiveStartKey"] = reply["LastEvaluatedKey"]


def print_stream(*arguments):
    (name,) = [argument for argument in arguments if not argument.startswith("--")]
    for shard, record in stream(name):
        fields = [record["Data"]]
        if "--keys" in arguments:
            fields.insert(0, record["PartitionKey"].encode())
        if "--shards" in arguments:
            fields.insert(0, shard.encode())
        sys.stdout.buffer.write(b"\t".join(fields) + b"\n")


def print_table(name):
    for item in table(name):
        print(json.dumps(item, ensure_ascii=False, separators=(",", ":"), default=lambda data: (
            sorted(data) if isinstance(data, set) else base64.b64encode(bytes(data)).decode())))
