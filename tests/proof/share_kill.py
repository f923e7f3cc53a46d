#!/usr/bin/env python3
"""share_kill: pipelines that share a group in DynamoDB are killed, stopped and cut off.

    share_kill.py [KILLS [READERS [SHARDS]]]

READERS (8) pipelines kread | tee | kack read a stream of SHARDS (32) shards, which are split and
merged, while records arrive. KILLS (300) times kread or kack is killed, or stopped for
longer than a lease, or the worker's calls to DynamoDB fail for that long; a pipeline that has ended
is started again. Calls to DynamoDB fail at random. shared.py says what must hold.
"""
import os
import signal
import subprocess
import sys
import threading
import time

import proof
import shared
from aggregate import STREAM, Resharding
from cloud import Cloud
from proof import must

TABLE = "app"
KEYS = 40
FAILOVER = 1 # seconds
TABLE_CALLS = "UpdateItem|Scan|GetItem|PutItem|DescribeTable"
RULES = [{"action": TABLE_CALLS, "fault": "reset", "chance": .02},
         {"action": TABLE_CALLS, "fault": "lost", "chance": .02},
         {"action": TABLE_CALLS, "fault": "cut", "chance": .01},
         {"action": "UpdateItem|Scan", "fault": "throttle", "chance": .02}]
KREAD = (0, 75, -signal.SIGKILL, -signal.SIGPIPE)
KACK = (0, 75, -signal.SIGKILL)
CUT = 2 # of kack: the line that a killed kread did not finish


class Pipeline:
    """One reader, in many lives. Each life notes its lines in a file of its own."""

    def __init__(self, place, number):
        self.place, self.worker = place, "w%d" % number
        self.lives = 0
        self.start()

    def note(self, life):
        return self.place.file("%s.%d" % (self.worker, life))

    def start(self):
        group = "dynamodb:" + TABLE
        self.errors = open(self.place.file(self.worker + ".errors"), "ab")

        def stage(command, source, sink):
            return subprocess.Popen(command, stdin=source, stdout=sink, stderr=self.errors,
                                    env=self.place.environment, cwd=self.place.path)

        kread = stage([proof.tool("kread"), "-f", "-s", "kinesis:" + STREAM, "-g", group,
                       "--failover", "%ds" % FAILOVER, "--handover", "%ds" % (2 * FAILOVER),
                       "--worker", self.worker], subprocess.DEVNULL, subprocess.PIPE)
        tee = stage(proof.noting(self.note(self.lives)), kread.stdout, subprocess.PIPE)
        kack = stage([proof.tool("kack"), "-s", "kinesis:" + STREAM, "-g", group],
                     tee.stdout, subprocess.DEVNULL)
        kread.stdout.close()
        tee.stdout.close()
        self.errors.close()
        self.lives += 1
        self.processes = kread, tee, kack
        self.stopped, self.resumes = (), None # what is stopped, and when it continues

    def send(self, which, number):
        """False: that process has ended."""
        alive = self.processes[which].poll() is None
        if alive:
            self.processes[which].send_signal(number)
        return alive

    def stop(self, some, until):
        """False: nothing lives, or something is stopped."""
        if self.resumes is not None or not any([self.send(one, signal.SIGSTOP) for one in some]):
            return False
        self.stopped, self.resumes = some, until
        return True

    def step(self):
        """Continues what is stopped when it is time; starts what has ended again."""
        if self.resumes is not None and time.monotonic() >= self.resumes:
            for which in self.stopped:
                self.send(which, signal.SIGCONT)
            self.resumes = None
        if all(process.poll() is not None for process in self.processes):
            self.check_status()
            self.start()

    def check_status(self):
        kread, _, kack = (process.returncode for process in self.processes)
        must(kread in KREAD, "%s: kread ended with %d: %s", self.worker, kread, self.words())
        cut = kack == CUT and kread == -signal.SIGKILL
        must(kack in KACK or cut, "%s: kack ended with %d: %s", self.worker, kack, self.words())

    def words(self):
        with open(self.place.file(self.worker + ".errors"), encoding="utf-8") as file:
            return file.read()[-2000:]

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()

    def lines(self):
        """The lines of each life."""
        for life in range(self.lives):
            if os.path.exists(self.note(life)):
                with open(self.note(life), "rb") as file:
                    yield proof.lines_of(file.read())


class Producer(threading.Thread):
    """Puts records, numbered for each partition key, until it is ended."""

    def __init__(self, cloud, random):
        super().__init__(daemon=True)
        self.cloud, self.random = cloud, random
        self.ended = threading.Event()
        self.count = 0
        self.failed = None

    def run(self):
        try:
            while not self.ended.wait(.1):
                self.put()
        except Exception as error: # pylint: disable=broad-exception-caught
            self.failed = error

    def put(self):
        records = []
        for key in self.random.sample(range(KEYS), self.random.randrange(1, KEYS)):
            self.count += 1
            records.append({"PartitionKey": "key%d" % key,
                            "Data": b'{"key":%d,"n":%d}' % (key, self.count)})
        reply = self.cloud.kinesis.put_records(StreamName=STREAM, Records=records)
        must(reply["FailedRecordCount"] == 0, "records were refused")

    def end(self):
        self.ended.set()
        self.join()
        must(self.failed is None, "no record can be put: %r", self.failed)


class Attack:
    """Kills, stops and cuts off."""

    def __init__(self, cloud, random, pipelines):
        self.cloud, self.random, self.pipelines = cloud, random, pipelines
        self.counts = {"kread": 0, "kack": 0, "stopped": 0, "cut off": 0}
        self.healed = None # when the worker that is cut off is heard again

    def heal(self):
        self.cloud.through({"seed": self.random.randrange(1 << 30), "rules": RULES})
        self.healed = None

    def strike(self):
        pipeline, how = self.random.choice(self.pipelines), self.random.choice(list(self.counts))
        later = time.monotonic() + FAILOVER * (1 + 2 * self.random.random())
        if how == "kread":
            struck = pipeline.send(0, signal.SIGKILL)
        elif how == "kack":
            struck = pipeline.send(2, signal.SIGKILL)
        elif how == "stopped":
            # A kack that is stopped as well has lines to commit when it continues.
            struck = pipeline.stop(self.random.choice(((0,), (2,), (0, 2), (2, 0))), later)
        else:
            struck = self.healed is None
            if struck:
                rule = {"action": "UpdateItem", "fault": "reset", "holds": '"%s"' % pipeline.worker}
                self.cloud.through({"rules": [rule] + RULES})
                self.healed = later
        self.counts[how] += struck

    def step(self):
        if self.healed is not None and time.monotonic() >= self.healed:
            self.heal()
        for pipeline in self.pipelines:
            pipeline.step()

    def run(self, kills):
        while sum(self.counts.values()) < kills:
            end = time.monotonic() + self.random.random()
            while time.monotonic() < end:
                self.step()
                time.sleep(.02)
            self.strike()
        while self.healed is not None or any(one.resumes is not None for one in self.pipelines):
            self.step()
            time.sleep(.02)


def is_done(cloud):
    """Is each shard read, and all of it committed? What is missing, if not."""
    leases = {item["leaseKey"]["S"]: item for item in cloud.items(TABLE)}
    records = cloud.raw_records(STREAM)
    for shard in cloud.kinesis.list_shards(StreamName=STREAM)["Shards"]:
        name, lease = shard["ShardId"], leases.get(shard["ShardId"])
        closed = "EndingSequenceNumber" in shard["SequenceNumberRange"]
        if lease is None:
            return "%s has no lease" % name
        if closed != (lease["checkpoint"]["S"] == "SHARD_END"):
            return "%s is closed, its checkpoint is %s" % (name, lease["checkpoint"]["S"])
        if not closed and shared.done(lease, records[name]) < len(records[name]):
            return "%s is not done: %s" % (name, lease)
    return None


def recover(cloud, attack, producer):
    """Nothing is killed any more: all is read to the end."""
    # A tee notices that its kack has ended when it writes.
    broken = {id(one): one.lives for one in attack.pipelines if one.processes[2].poll() is not None}
    while any(one.lives == broken.get(id(one)) for one in attack.pipelines):
        attack.step()
        time.sleep(.02)
    producer.end()
    end, missing = time.monotonic() + proof.LONGEST / 2, ""
    while missing is not None:
        must(time.monotonic() < end, "not all is read: %s", missing)
        attack.step()
        time.sleep(.2)
        missing = is_done(cloud)


def prove(random):
    sizes = sys.argv[1:] + ["300", "8", "32"][len(sys.argv) - 1:]
    kills, readers, shards = map(int, sizes)
    with proof.Place() as place, Cloud(place) as cloud:
        cloud.make_stream(STREAM, shards)
        shared.make_table(cloud, TABLE)
        cloud.through({"seed": random.randrange(1 << 30), "rules": RULES})
        pipelines = [Pipeline(place, number) for number in range(readers)]
        producer = Producer(cloud, random.__class__(random.random()))
        resharding = Resharding(cloud, random.__class__(random.random()), 2 * shards, 8)
        attack = Attack(cloud, random, pipelines)
        try:
            producer.start()
            resharding.start()
            attack.run(kills)
            resharding.end()
            recover(cloud, attack, producer)
        finally:
            for pipeline in pipelines:
                pipeline.end()
        cloud.must_be_sound()
        lines = {one.worker: list(one.lines()) for one in pipelines}
        changes = shared.changes(cloud, TABLE)
        said = shared.check(changes, lines, cloud.raw_records(STREAM))
    print("# %s; %d lives, shards changed %d times; %d records, %s" % (
        attack.counts, sum(one.lives for one in pipelines), resharding.changes, producer.count,
        said))


if __name__ == "__main__":
    proof.main(prove)
