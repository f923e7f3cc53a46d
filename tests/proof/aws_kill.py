#!/usr/bin/env python3
"""aws_kill: kill.py on AWS: the tools of the pipeline between Kinesis and DynamoDB are
killed while lines are in flight.

    aws_kill.py [KILLS]

Each of kput, kread, ddbput and kack is killed until KILLS (25) of its kills came with
something in flight. As there: every record that kput gave a receipt for is in the stream
and, through the filters, in the table, and there is nothing else. boto3 sees the same.
"""
import sys

import kill
import proof
from cloud import Cloud, plain
from proof import must

SHARDS = 2
STREAM, TABLE = "intraday-analytics-stream", "DataConsumerTable"


class Run(kill.Run):
    def __init__(self, place, random, kills):
        super().__init__(place, random, SHARDS, kills)
        for producer in self.producers:
            producer.command = [proof.tool("kput"), "-k", "ticker"]
        self.read = set()

    def measure(self, chain=None):
        """How many records no chain has acknowledged."""
        if chain is not None:
            self.read.update(proof.whole_lines(chain.relays["end"].data))
        records = {line.partition(b",")[2] for line in self.read}
        put = [line for producer in self.producers for line, _ in producer.safe]
        self.backlog = sum(line[1:] not in records for line in put if b'"drop' not in line)


def check(cloud, run):
    safe = {line for producer in run.producers for line, _ in producer.safe}
    there = {line for shard in cloud.records(STREAM).values() for line in shard}
    must(safe == there, "boto3 sees %d records in the stream, not %d", len(there), len(safe))
    expected = {}
    for line in safe:
        item = proof.exactly(line)
        if not item["ticker"].startswith("drop"):
            expected[item["ticker"], item["last_refreshed"]] = item
    for item in map(plain, cloud.items(TABLE)):
        key = item["ticker"], item["last_refreshed"]
        must(key[1].endswith("-copy") or expected.pop(key, None) == item,
             "boto3 sees in the table %s", item)
    must(not expected, "boto3 misses %d items in the table", len(expected))


def prove(random):
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    sys.setswitchinterval(0.0005)
    with proof.Place() as place, Cloud(place) as cloud:
        cloud.make_stream(STREAM, SHARDS)
        cloud.make_table(TABLE, "ticker", "last_refreshed")
        place.environment.update(FX_STREAM="kinesis:" + STREAM, FX_TABLE="dynamodb:" + TABLE)
        run = Run(place, random, kills)
        run.run()
        safe, stream, items = run.check()
        check(cloud, run)
    print("# AWS, %s kills in flight (%s at rest): %d receipts, %d records with repeats, %d items" % (
        dict(run.counts.counted), dict(run.counts.at_rest), safe, stream, items))
    must(not run.counts.left("kput", "kread", "ddbput", "kack"), "too few kills")


if __name__ == "__main__":
    proof.main(prove)
