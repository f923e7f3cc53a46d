"""shared: what must hold of readers that share a group in DynamoDB, whatever happened to them.

Each change of the lease table is taken from its stream, in order, and compared with the records of
the stream that is read and with the lines that each worker's pipelines noted.
"""
import bisect
import collections
import json

import boto3

from proof import must

KEY = "leaseKey"


def make_table(cloud, name):
    cloud.dynamodb.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": KEY, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": KEY, "AttributeType": "S"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})


def changes(cloud, table):
    """The items before and after each change of the table."""
    streams = boto3.client(
        "dynamodbstreams", endpoint_url=cloud.moto, region_name="us-east-1",
        aws_access_key_id=cloud.settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=cloud.settings["AWS_SECRET_ACCESS_KEY"])
    arn = cloud.dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        at = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"],
                                        ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while at:
            reply = streams.get_records(ShardIterator=at, Limit=1000)
            for record in reply["Records"]:
                yield record["dynamodb"].get("OldImage"), record["dynamodb"].get("NewImage")
            at = reply.get("NextShardIterator") if reply["Records"] else None


def text(item, name):
    return item.get(name, {}).get("S", "")


def done(lease, records):
    """How many of the shard's records the checkpoint says are done."""
    at = text(lease, "checkpoint")
    if at in ("TRIM_HORIZON", "SHARD_END"):
        return 0 if at == "TRIM_HORIZON" else len(records)
    numbers = [int(record["SequenceNumber"]) for record in records]
    through = int(lease["checkpointSubSequenceNumber"]["N"]) >= 0
    return (bisect.bisect_right if through else bisect.bisect_left)(numbers, int(at))


class Notes:
    """What each worker has read: numbers of records, per shard."""

    def __init__(self, lines, records):
        numbers = {(shard, record["SequenceNumber"]): number
                   for shard, some in records.items() for number, record in enumerate(some)}
        self.read = collections.defaultdict(set)
        self.runs = collections.defaultdict(list) # where each began
        for worker, lives in lines.items():
            for life in lives:
                self.add_life(worker, life, numbers, records)

    def add_life(self, worker, lines, numbers, records):
        expected = {}
        for line in lines:
            record = json.loads(line)
            shard, _, sequence = record.pop("_pos").partition(":")
            if sequence.endswith("+"):
                continue
            number = numbers[shard, sequence]
            must(json.loads(records[shard][number]["Data"]) == record, "another record: %s", line)
            self.read[worker, shard].add(number)
            if expected.get(shard) != number:
                self.runs[worker, shard].append(number)
            expected[shard] = number + 1


class Checker:
    def __init__(self, notes, records):
        self.notes, self.records = notes, records
        self.leases = {}
        self.begun = collections.defaultdict(list) # where the tenures of a worker began, per shard
        self.commits = 0

    def change(self, old, new):
        shard = new[KEY]["S"]
        must(self.leases.get(shard) == old, "%s: the table's stream is not whole", shard)
        self.leases[shard] = new
        if old is None:
            must(text(new, "checkpoint") == "TRIM_HORIZON", "%s begins at %s", shard,
                 text(new, "checkpoint"))
            return
        moved = [(text(item, "checkpoint"), item["checkpointSubSequenceNumber"])
                 for item in (old, new)]
        if text(old, "fxTenure") != text(new, "fxTenure"):
            must(moved[0] == moved[1], "%s: a take moves the checkpoint", shard)
            self.begin(shard, new)
        elif moved[0] != moved[1]:
            self.commit(shard, old, new)

    def begin(self, shard, lease):
        must(text(lease, "checkpoint") != "SHARD_END", "%s is read after its end", shard)
        for parent in lease.get("parentShardId", {}).get("SS", ()):
            must(text(self.leases.get(parent, {}), "checkpoint") == "SHARD_END",
                 "%s is read before its parent %s is done", shard, parent)
        self.begun[text(lease, "leaseOwner"), shard].append(done(lease, self.records[shard]))

    def commit(self, shard, old, new):
        """All that was committed was read, by one worker that holds the lease or has held it.

        kack takes the tenure that is noted when its first line of the shard comes by; by then
        another reader on this machine may have noted its own.
        """
        records = self.records[shard]
        first, end = done(old, records), done(new, records)
        ended = text(new, "checkpoint") == "SHARD_END"
        must(text(old, "checkpoint") != "SHARD_END" and first <= end,
             "%s: the checkpoint goes back from %s to %s", shard, old, new)
        must(not ended or first == end, "%s ends with %d of %d records done", shard, first, end)
        workers = {worker for worker, begun in self.begun if begun == shard}
        must(any(self.notes.read[worker, shard].issuperset(range(first, end))
                 for worker in workers),
             "%s: %s have not read all from %d to %d", shard, workers, first, end)
        self.commits += 1

    def check_runs(self):
        """What a worker reads of a shard in a tenure is in order and without a gap."""
        for (worker, shard), runs in self.notes.runs.items():
            left = collections.Counter(self.begun[worker, shard])
            for first in runs:
                must(left[first] > 0, "%s reads %s from record %d on, where no tenure begins: %s",
                     worker, shard, first, dict(left))
                left[first] -= 1


def check(table_changes, lines, records):
    """What was found, in words."""
    notes = Notes(lines, records)
    checker = Checker(notes, records)
    for old, new in table_changes:
        must(new is not None, "a lease was deleted: %s", old)
        checker.change(old, new)
    checker.check_runs()
    for shard, some in records.items():
        seen = set().union(*(notes.read[worker, shard] for worker in lines))
        must(len(seen) == len(some), "%s: %d of %d records were read", shard, len(seen), len(some))
    noted = sum(len(life) for lives in lines.values() for life in lives)
    return "%d commits in %d tenures, %d lines" % (
        checker.commits, sum(map(len, checker.begun.values())), noted)
