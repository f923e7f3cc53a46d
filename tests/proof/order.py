#!/usr/bin/env python3
"""order: many at once.

    order.py [RECORDS [embedded|aws]]

8 producers and 4 groups work at once on a stream of 4 shards; each producer puts
in 5,000 records, the keys of all of them interleaved. Two groups follow, two are run
again and again, as by cron. Every group must get every record once, those of a
partition key and a producer in the order in which they were put in, a partition
key's all from one shard, and all groups the same records in the same order.
"""
import os
import random as random_module
import subprocess
import sys
import threading
import time

import proof
from feeder import Feeder
from proof import must

PRODUCERS, GROUPS, SHARDS, KEYS = 8, 4, 4, 40
DEADLINE = 180


class Threads:
    """Threads whose faults are those of the proof."""

    def __init__(self):
        self.threads = []
        self.fault = None

    def start(self, run):
        def guarded():
            try:
                run()
            except BaseException as fault: # raised in join
                self.fault = self.fault or fault
        thread = threading.Thread(target=guarded, daemon=True)
        self.threads.append(thread)
        thread.start()

    def join(self):
        deadline = time.monotonic() + DEADLINE
        while any(thread.is_alive() for thread in self.threads):
            if self.fault is not None:
                break
            must(time.monotonic() < deadline, "no end after %d seconds", DEADLINE)
            time.sleep(0.02)
        if self.fault is not None:
            raise self.fault


def produce(place, number, count, random):
    """Batches of all sizes; kput is started anew for some of them."""
    feeder = Feeder(["kput", "-k", "key"] + place.making, place, random)
    at = 0
    while at < count:
        more = min(count - at, random.choice((1, 3, 50, 200, 400)))
        feeder.add(b'{"key":"k%d","producer":%d,"n":%d}' % (random.randrange(KEYS), number, i)
                   for i in range(at, at + more))
        at += more
        feeder.life(False)


class Group:
    """One reader of the stream: kread -g | this program | kack -g."""

    def __init__(self, place, name, total):
        self.place = place
        self.name = name
        self.total = total
        self.lines = []
        self.runs = 0

    def once(self, follow):
        kread = subprocess.Popen([proof.tool("kread"), "-g", self.name] + ["-f"] * follow,
                                 stdout=subprocess.PIPE, env=self.place.environment)
        kack = subprocess.Popen([proof.tool("kack"), "-g", self.name], stdin=subprocess.PIPE,
                                env=self.place.environment)
        for line in kread.stdout:
            if b'+"}' not in line:
                self.lines.append(line)
            kack.stdin.write(line)
            if len(self.lines) == self.total and follow:
                kread.terminate()
        kack.stdin.close()
        status = kread.wait(), kack.wait()
        must(status in ((0, 0), (-15, 0)), "group %s: statuses %s", self.name, status)
        kread.stdout.close()
        self.runs += 1

    def follow(self):
        self.once(True)

    def repeat(self):
        while self.place.in_order and not os.path.exists(
                os.path.join(self.place.home, "rates.stream")):
            time.sleep(0.002)
        while len(self.lines) < self.total:
            self.once(False)

    def check(self):
        """The records per shard."""
        shards, last, home, reached = {}, {}, {}, {}
        for line in self.lines:
            record = proof.exactly(line)
            shard, sequence = record["_pos"].split(":")
            given = shards.setdefault(shard, [])
            # Without gaps in the embedded stream.
            gap = int(sequence) - reached.get(shard, 0)
            must(gap == 1 if self.place.in_order else gap > 0, "group %s: %s after %d records of its shard",
                 self.name, record["_pos"], len(given))
            reached[shard] = int(sequence)
            given.append((record["key"], record["producer"], record["n"]))
            must(home.setdefault(record["key"], shard) == shard, "key %s is in two shards",
                 record["key"])
            key = record["key"], record["producer"]
            must(record["n"] > last.get(key, -1), "group %s: out of order: %s", self.name, record)
            last[key] = record["n"]
        must(len(shards) == SHARDS, "group %s: records of %d shards", self.name, len(shards))
        records = {entry for given in shards.values() for entry in given}
        must(len(records) == len(self.lines) == self.total, "group %s: %d records, %d of %d",
             self.name, len(self.lines), len(records), self.total)
        return shards


def prove(random):
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    kind = sys.argv[2] if len(sys.argv) > 2 else "embedded"
    with proof.place_for(kind) as place:
        place.environment["FX_STREAM"] = place.stream("rates")
        place.making = place.make_stream("rates", SHARDS)
        groups = [Group(place, "g%d" % i, PRODUCERS * count) for i in range(GROUPS)]
        threads = Threads()
        for group in groups[:2]:
            threads.start(group.follow)
        for group in groups[2:]:
            threads.start(group.repeat)
        for number in range(PRODUCERS):
            seeded = random_module.Random(random.random())
            threads.start(lambda number=number, seeded=seeded: produce(place, number, count, seeded))
        threads.join()
        first = groups[0].check()
        for group in groups[1:]:
            must(group.check() == first, "two groups got different records or another order")
        for group in groups:
            must(place.run(["kread", "-g", group.name]).count(b"producer") <= SHARDS,
                 "group %s would get records again", group.name)
        print("# %d records from %d producers to %d groups, two of which ran %d and %d times" % (
            PRODUCERS * count, PRODUCERS, GROUPS, groups[2].runs, groups[3].runs))


if __name__ == "__main__":
    proof.main(prove)
