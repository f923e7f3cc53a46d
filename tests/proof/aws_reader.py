#!/usr/bin/env python3
"""aws_reader: a reader goes on for days.

    aws_reader.py credentials|pressure

credentials   `kread -f` by keys of a container's endpoint that live for seconds, by keys
              that are told to live longer than they do, and again by ones that live: all
              is read, by more than one set of keys, and no call is signed by keys that the
              reader could know to be dead.
pressure      the pipe behind `kread -f` is blocked until every iterator has ended and every
              connection has been closed, several times: all is read, once and in order,
              and a blocked reader costs nothing.
"""
import os
import signal
import subprocess
import sys
import time

import proof
from cloud import Cloud
from proof import must

SHARDS, STREAM = 2, "intraday-analytics-stream"
DEADLINE = 120


class Reader:
    """kread -f, from the beginning; its lines as they come."""

    def __init__(self, place):
        self.errors = open(place.file("words"), "w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen(
            [proof.tool("kread"), "-f", "-s", "kinesis:" + STREAM, "-v"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=self.errors, env=place.environment)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.data = bytearray()

    def words(self):
        self.errors.flush()
        self.errors.seek(0)
        return self.errors.read()

    def lines(self):
        return proof.whole_lines(self.data)

    def read(self, count):
        """Until so many lines are there."""
        deadline = time.monotonic() + DEADLINE
        while len(self.lines()) < count:
            must(self.process.poll() is None, "kread ended with %s: %s", self.process.returncode,
                 self.words())
            must(time.monotonic() < deadline, "kread gave %d of %d lines: %s", len(self.lines()),
                 count, self.words())
            piece = self.process.stdout.read(1 << 20)
            if piece:
                self.data += piece
            else:
                time.sleep(0.01)

    def ticks(self):
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii") as file:
            return sum(map(int, file.read().rpartition(") ")[2].split()[11:13]))

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.errors.close()
        self.process.stdout.close()


def put(cloud, first, count):
    lines = [b'{"ticker":"k%d","n":%d,"text":"%s"}' % (n % 7, n, b"x" * 150)
             for n in range(first, first + count)]
    for at in range(0, count, 500):
        reply = cloud.kinesis.put_records(StreamName=STREAM, Records=[
            {"Data": line, "PartitionKey": "k%d" % ((first + at + i) % 7)}
            for i, line in enumerate(lines[at:at + 500])])
        must(reply["FailedRecordCount"] == 0, "moto failed")
    return lines


def check(reader, lines):
    must(sorted(reader.lines()) == sorted(lines), "kread gave %d lines, %d of %d different",
         len(reader.lines()), len(set(reader.lines())), len(lines))
    last = {}
    for line in reader.lines():
        item = proof.exactly(line)
        must(item["n"] > last.get(item["ticker"], -1), "%s is out of order", item)
        last[item["ticker"]] = item["n"]


def credentials(place, cloud):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del place.environment[name]
    cloud.through({"credentials": 2})
    place.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = cloud.proxy + "/credentials"
    reader, lines, sets = Reader(place), [], []
    for script in ({"credentials": 2}, {"credentials": 2, "lie": 3600}, {"credentials": 3600}):
        cloud.through(script)
        # The keys of the script before live on for as long as they were given.
        end = time.monotonic() + 5
        while time.monotonic() < end:
            lines += put(cloud, len(lines), 10)
            reader.read(len(lines))
            time.sleep(0.05)
        sets.append(cloud.counts()["credentials"])
    reader.end()
    check(reader, lines)
    must(sets[0] >= 3 and sets[1] > sets[0], "sets of keys handed out: %s", sets)
    expired = cloud.counts().get("ExpiredTokenException", 0)
    must(expired >= 1, "the keys that were lied about were never refused")
    for secret in ("SecretAccessKey", "ASIA"):
        with open(place.file("words"), encoding="utf-8", errors="replace") as file:
            must(secret not in file.read(), "-v tells %s", secret)
    return "%d records, %d sets of keys, %d calls refused for keys that had ended" % (
        len(lines), sets[-1], expired)


def pressure(place, cloud):
    cloud.through({"iterators": 1, "idle": 1})
    reader, lines = Reader(place), []
    for _ in range(3):
        lines += put(cloud, len(lines), 3000)
        time.sleep(2) # blocked: iterators and connections end meanwhile
        before = reader.ticks()
        time.sleep(2)
        used = reader.ticks() - before
        must(used <= 20, "a blocked reader used %d ticks of 200", used)
        reader.read(len(lines))
    expired = cloud.counts().get("ExpiredIteratorException", 0)
    reader.end()
    check(reader, lines)
    return "%d records, %d iterators had ended" % (len(lines), expired)


def prove(_):
    with proof.Place() as place, Cloud(place) as cloud:
        cloud.make_stream(STREAM, SHARDS)
        what = {"credentials": credentials, "pressure": pressure}[sys.argv[1]](place, cloud)
        cloud.must_be_sound()
    print("# %s: %s" % (sys.argv[1], what))


if __name__ == "__main__":
    proof.main(prove)
