#!/usr/bin/env python3
"""aggregate: kput --aggregate while shards are split and merged, calls fail, and kput is killed.

    aggregate.py [RECORDS]

RECORDS (50,000) go through the fault proxy into a stream whose shards change all the time.
KCL, by its rule for aggregates with a record that belongs to another shard, delivers each record
that has a receipt, and the records of a key in their order, repeats aside (with --strict-order, as
else the order may change in a request that failed in part). kread delivers the same records; an
aggregate that KCL leaves out it may deliver before earlier records of its keys.
"""
import sys
import threading

import proof
from aws_faults import by_key, record
from cloud import Cloud, SERVER
from feeder import Feeder
from proof import must

sys.path.append(SERVER)
from aggregates import place as place_of, unpack # pylint: disable=wrong-import-position

STREAM, LIVES, MOST_SHARDS = "rates", 1000, 6
RULES = [{"action": "PutRecords", "fault": "partial", "chance": .1},
         {"action": "PutRecords", "fault": "elsewhere", "chance": .02},
         {"action": "ListShards", "fault": "few", "most": 2, "chance": .5},
         {"action": "ListShards", "fault": "error", "chance": .2},
         {"action": "PutRecords", "fault": "any", "chance": .08}]


class Resharding(threading.Thread):
    """Splits and merges shards, until it is ended."""

    def __init__(self, cloud, random, most=MOST_SHARDS, pause=.2):
        super().__init__(daemon=True)
        self.cloud, self.random = cloud, random
        self.most, self.pause = most, pause
        self.ended = threading.Event()
        self.changes = 0
        self.failed = None

    def run(self):
        try:
            while not self.ended.wait(self.random.random() * self.pause):
                self.change()
        except Exception as error: # pylint: disable=broad-exception-caught
            self.failed = error

    def change(self):
        kinesis = self.cloud.kinesis
        shards = [shard for shard in kinesis.list_shards(StreamName=STREAM)["Shards"]
                  if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]
        shards.sort(key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))
        if len(shards) < self.most and (len(shards) == 1 or self.random.random() < .5):
            shard = self.random.choice(shards)
            least, most = (int(shard["HashKeyRange"][name])
                           for name in ("StartingHashKey", "EndingHashKey"))
            if most - least < 1 << 100:
                return
            kinesis.split_shard(StreamName=STREAM, ShardToSplit=shard["ShardId"],
                                NewStartingHashKey=str(self.random.randrange(least + 2, most - 1)))
        else:
            at = self.random.randrange(len(shards) - 1)
            kinesis.merge_shards(StreamName=STREAM, ShardToMerge=shards[at]["ShardId"],
                                 AdjacentShardToMerge=shards[at + 1]["ShardId"])
        self.changes += 1

    def end(self):
        self.ended.set()
        self.join()
        must(self.failed is None, "a shard could not be changed: %r", self.failed)


def put(place, random, records):
    """kput until all lines have receipts; some lives end by SIGKILL."""
    feeder = Feeder(["kput", "-s", "kinesis:" + STREAM, "-k", "ticker", "--strict-order",
                     "--aggregate"], place, random)
    lives = killed = 0
    while records or feeder.owed:
        most = random.choice((10, 300, 2000))
        feeder.add(records[:most])
        records = records[most:]
        feeder.life(random.random() < .4, (0, 75, -13))
        killed += feeder.killed_in_flight is True
        lives += 1
        must(lives < LIVES, "kput does not come to an end: %s", feeder.words)
    return lives, killed


def deliver(cloud):
    """What KCL delivers, parents before their children; how many aggregates there are, how many are
    left out."""
    ranges, delivered, aggregates, left_out = cloud.hash_ranges(STREAM), [], 0, 0
    for shard, raw in sorted(cloud.raw_records(STREAM).items()):
        for one in raw:
            members, aggregated = unpack(one)
            aggregates += aggregated
            if aggregated and any(place_of(*member[:2]) not in ranges[shard]
                                  for member in members):
                left_out += 1
                continue
            delivered += [data for _, _, data in members]
    return delivered, aggregates, left_out


def check(what, lines, records):
    missing = set(records) - set(lines)
    must(not missing, "%s: %d records with a receipt are missing: %s", what, len(missing),
         next(iter(missing), None))
    must(set(lines) == set(records), "%s delivers what nobody put in", what)


def prove(random):
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50000
    records = [record(random, number) for number in range(count)]
    with proof.Place() as place, Cloud(place) as cloud:
        cloud.make_stream(STREAM, 2)
        cloud.through({"seed": random.randrange(1 << 30), "rules": RULES})
        resharding = Resharding(cloud, random.__class__(random.random()))
        resharding.change()
        resharding.start()
        lives, killed = put(place, random, records)
        resharding.end()
        delivered, aggregates, left_out = deliver(cloud)
        check("KCL", delivered, records)
        must(by_key(delivered) == by_key(records), "KCL: the order of a key is not kept")
        cloud.through({})
        read = place.run(["kread", "-s", "kinesis:" + STREAM]).splitlines()
        check("kread", read, records)
        must(len(read) >= len(delivered), "kread delivers less than KCL")
        must(aggregates > 0 and resharding.changes > 0, "%d aggregates, %d changes of shards",
             aggregates, resharding.changes)
        cloud.must_be_sound()
    print("# %d records, %d delivered by KCL, %d by kread; %d aggregates, of which KCL leaves out "
          "%d; shards changed %d times; kput ran %d times, killed in flight %d times" % (
              count, len(delivered), len(read), aggregates, left_out, resharding.changes, lives,
              killed))


if __name__ == "__main__":
    proof.main(prove)
