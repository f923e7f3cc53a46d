"""aggregates: the records of a stream, with aggregates taken apart by aws_kinesis_agg."""
import base64
import hashlib
import sys

from aws_kinesis_agg.aggregator import RecordAggregator
from aws_kinesis_agg.deaggregator import deaggregate_records

from clients import kinesis, stream

MAGIC = b"\xf3\x89\x9a\xc2"
MOST_BYTES, MOST_MEMBERS = 51200, 500


def unpack(record):
    """The members of a record of Kinesis: (key, hash key or None, data); whether it is an aggregate."""
    members = deaggregate_records([{"kinesis": {
        "kinesisSchemaVersion": "1.0", "sequenceNumber": record["SequenceNumber"],
        "approximateArrivalTimestamp": 0, "partitionKey": record["PartitionKey"],
        "data": base64.b64encode(record["Data"])}}])
    found = [(member["kinesis"]["partitionKey"], member["kinesis"].get("explicitHashKey"),
              base64.b64decode(member["kinesis"]["data"])) for member in members]
    return found, "subSequenceNumber" in members[0]["kinesis"] if members else False


def pack(members):
    """What aws_kinesis_agg makes of them."""
    aggregator = RecordAggregator()
    for key, hash_key, data in members:
        assert aggregator.add_user_record(key, data, hash_key) is None
    return aggregator.clear_and_get().get_contents()[2]


def ranges(name):
    found = {}
    for shard in kinesis.list_shards(StreamName=name)["Shards"]:
        hash_keys = shard["HashKeyRange"]
        found[shard["ShardId"]] = range(int(hash_keys["StartingHashKey"]),
                                        int(hash_keys["EndingHashKey"]) + 1)
    return found


def place(key, hash_key):
    return int(hash_key) if hash_key else int.from_bytes(hashlib.md5(key.encode()).digest(), "big")


def read(name):
    """(shard, key, data) of all records that KCL delivers: none of an aggregate with a stranger."""
    shards = ranges(name)
    for shard, record in stream(name):
        members, aggregated = unpack(record)
        if aggregated and any(place(*member[:2]) not in shards[shard] for member in members):
            continue
        for key, _, data in members:
            yield shard, key, data


def check(name):
    """Prints how many records of Kinesis there are, and how many of them are aggregates."""
    shards, entries, aggregates = ranges(name), 0, 0
    for shard, record in stream(name):
        members, aggregated = unpack(record)
        entries += 1
        if not aggregated:
            assert not record["Data"].startswith(MAGIC), "an aggregate that cannot be read"
            continue
        aggregates += 1
        assert record["PartitionKey"] == "a"
        assert pack(members) == record["Data"], "not as aws_kinesis_agg writes it"
        assert 2 <= len(members) <= MOST_MEMBERS, "%d members" % len(members)
        assert len(record["Data"]) + 1 <= MOST_BYTES, "%d bytes" % len(record["Data"])
        for key, hash_key, _ in members:
            assert place(key, hash_key) in shards[shard], "a member of another shard"
    print(entries, aggregates)


def print_records(name, keys=False):
    for _, key, data in read(name):
        sys.stdout.buffer.write((key.encode() + b"\t" if keys else b"") + data + b"\n")
