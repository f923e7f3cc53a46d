"""faithful: where moto does otherwise than the service, it is made to do as that.

One call at a time, for moto's shards lose records to two at once; sequence numbers as
long as the service's, and never the same in two shards; a shard that was split or merged
keeps its records, gets no more, ends with no next iterator, and names its children;
ListShards goes on by its token alone.
Where a stream is tagged forget=SHARD that shard is gone, as after its retention;
age=SECONDS makes all its records so much older.

The stream of a table's changes that was switched off can be switched on again, as another one.

A bucket is made with the tags that the call which makes it holds. What allows to look at
who may see it, and to change that, is what it is called in policies.
"""
import base64
import datetime
import hashlib
import json
import re
import threading

from moto.core.responses import ActionResult
from moto.dynamodb.models import DynamoDBBackend
from moto.kinesis import models, responses, utils
from moto.s3.responses import ACTION_MAP, S3Response

FIRST = 49590338271490256608559692538361571095921575989136588898
STEP = 65536 # the service's numbers have gaps as well

lock = threading.Lock() # held around every call


def put_record(shard, partition_key, data, explicit_hash_key):
    last = shard.get_max_sequence_number() or shard.first
    number = last + STEP
    shard.records[number] = models.Record(partition_key, data, number, explicit_hash_key)
    return str(number)


def init_shard(shard, *arguments, **named):
    made(shard, *arguments, **named)
    shard.first = FIRST + shard._shard_id * 16 ** 5 * 16


def get_max_sequence_number(shard):
    return next(reversed(shard.records), 0)


def get_shard_for_key(stream, partition_key, explicit_hash_key):
    """Among the open ones, their last hash key included."""
    key = int(explicit_hash_key) if explicit_hash_key else int.from_bytes(
        hashlib.md5(partition_key.encode()).digest(), "big")
    return next(shard for shard in stream.shards.values()
                if shard.is_open and shard.starting_hash <= key <= shard.ending_hash)


def keeping_records(change):
    """A split or merge that leaves the records where they are, and the children empty."""
    def changed(stream, *names):
        parents = [stream.shards[name] for name in names if name in stream.shards]
        records = [parent.records for parent in parents]
        before = set(stream.shards)
        for parent in parents:
            parent.records = type(parent.records)()
        try:
            change(stream, *names)
        finally:
            for parent, kept in zip(parents, records):
                parent.records = kept
        for name in set(stream.shards) - before:
            # Children come after all that their parents hold.
            stream.shards[name].first = max(
                [stream.shards[name].first] +
                [parent.get_max_sequence_number() for parent in parents])
    return changed


def children(stream, shard):
    return [{
        "ShardId": child.shard_id,
        "ParentShards": [parent for parent in (child.parent, child.adjacent_parent) if parent],
        "HashKeyRange": {"StartingHashKey": str(child.starting_hash),
                         "EndingHashKey": str(child.ending_hash)},
    } for child in stream.shards.values() if shard.shard_id in (child.parent, child.adjacent_parent)]


def get_records(response):
    reply = read(response).result
    name, shard_id = utils.decompose_shard_iterator(response._get_param("ShardIterator"))[:2]
    arn = response._get_param("StreamARN")
    stream = response.kinesis_backend.describe_stream(arn, None if arn else name)
    shard = stream.get_shard(shard_id)
    last = int(utils.decompose_shard_iterator(reply["NextShardIterator"])[2])
    if not shard.is_open and last >= shard.get_max_sequence_number():
        del reply["NextShardIterator"]
        reply["ChildShards"] = children(stream, shard)
    return ActionResult(reply)


def list_shards(response):
    """Paged, with a token that stands alone."""
    asked = json.loads(response.body)
    backend = response.kinesis_backend
    name, after, most = None, asked.get("ExclusiveStartShardId", ""), asked.get("MaxResults", 1000)
    arn = asked.get("StreamARN")
    if "NextToken" in asked:
        name, after, most = json.loads(base64.b64decode(asked["NextToken"]))
        most = asked.get("MaxResults", most)
    stream = backend.describe_stream(arn, name or asked.get("StreamName"))
    found = [shard for _, shard in sorted(stream.shards.items()) if shard.shard_id > after]
    if asked.get("ShardFilter", {}).get("Type") == "AT_LATEST":
        found = [shard for shard in found if shard.is_open]
    reply = {"Shards": [shard.to_json() for shard in found[:most]]}
    if len(found) > most:
        token = json.dumps((stream.stream_name, found[most - 1].shard_id, most))
        reply["NextToken"] = base64.b64encode(token.encode()).decode()
    return ActionResult(reply)


def tag(backend, stream_arn, stream_name, tags):
    stream = backend.describe_stream(stream_arn, stream_name)
    stream.shards.pop(tags.get("forget"), None)
    for shard in stream.shards.values():
        for record in shard.records.values():
            age = datetime.timedelta(seconds=float(tags.get("age", 0)))
            record.created_at_datetime -= age
            record.created_at -= age.total_seconds()
    tagged(backend, stream_arn, stream_name, tags)


def update_table_streams(backend, table, specification):
    updated(backend, table, specification)
    if not table.stream_specification["StreamEnabled"]:
        table.latest_stream_label = table.stream_shard = None


def put_bucket(response, request, bucket_name, querystring):
    plain = not querystring and bucket_name not in response.backend.buckets
    answer = put(response, request, bucket_name, querystring)
    tags = re.findall(rb"<Tag><Key>(.*?)</Key><Value>(.*?)</Value></Tag>", response.body)
    if plain and tags and bucket_name in response.backend.buckets:
        response.backend.put_bucket_tagging(
            bucket_name, {key.decode(): value.decode() for key, value in tags})
    return answer


updated = DynamoDBBackend.update_table_streams
DynamoDBBackend.update_table_streams = update_table_streams
put = S3Response._bucket_response_put
S3Response._bucket_response_put = put_bucket
for verb in "GET", "PUT":
    ACTION_MAP["BUCKET"][verb] = {
        "publicAccessBlock": verb.capitalize() + "BucketPublicAccessBlock",
        **ACTION_MAP["BUCKET"][verb]}
made = models.Shard.__init__
tagged = models.KinesisBackend.add_tags_to_stream
models.KinesisBackend.add_tags_to_stream = tag
read = responses.KinesisResponse.get_records
models.Shard.__init__ = init_shard
models.Shard.put_record = put_record
models.Shard.get_max_sequence_number = get_max_sequence_number
models.Stream.get_shard_for_key = get_shard_for_key
models.Stream.split_shard = keeping_records(models.Stream.split_shard)
models.Stream.merge_shards = keeping_records(models.Stream.merge_shards)
responses.KinesisResponse.get_records = get_records
responses.KinesisResponse.list_shards = list_shards
