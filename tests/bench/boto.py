"""boto: the yardstick: boto3 doing what kput, ddbput and kread do, as its users write it.

    boto.py put|write <LINES      boto.py read
"""
import decimal
import json
import sys

import boto3

MOST = 500


def put():
    kinesis, batch = boto3.client("kinesis"), []

    def send():
        reply = kinesis.put_records(StreamName="bench", Records=batch)
        assert reply["FailedRecordCount"] == 0 and len(reply["Records"]) == len(batch)
        batch.clear()

    for line in sys.stdin.buffer:
        batch.append({"Data": line[:-1], "PartitionKey": json.loads(line)["ticker"]})
        if len(batch) == MOST:
            send()
    if batch:
        send()


def write():
    with boto3.resource("dynamodb").Table("bench").batch_writer() as batch:
        for line in sys.stdin:
            batch.put_item(Item=json.loads(line, parse_float=decimal.Decimal))


def read():
    kinesis, more = boto3.client("kinesis"), {"StreamName": "bench"}
    for shard in kinesis.list_shards(**more)["Shards"]:
        at = kinesis.get_shard_iterator(StreamName="bench", ShardId=shard["ShardId"],
                                        ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while True:
            reply = kinesis.get_records(ShardIterator=at, Limit=10000)
            sys.stdout.buffer.writelines(record["Data"] + b"\n" for record in reply["Records"])
            at = reply["NextShardIterator"]
            if not reply["Records"]:
                break


{"put": put, "write": write, "read": read}[sys.argv[1]]()
