"""s3put_kill: every record is in the archive, whatever is killed.

usage: s3put_kill.py KILLS [embedded | aws]

A producer puts records; kread -g | s3put | kack -g runs again and again, and one of these tools is
killed after a random time; with aws the archive is a bucket behind a server that throttles and cuts
connections. In the end each record is in the archive exactly once by distinct _pos, its bytes as they
were put in; what is in the archive are whole objects with the digest that their name says; and no
upload and no file in the spool is left.
"""
import collections
import gzip
import hashlib
import itertools
import json
import os
import re
import sys

import proof
from chain import Chain

GROUP = "archive"
KEYS = 5
SHARDS = 3
PER_KILL = 60
VICTIMS = ("s3put", "kread", "kack", "s3put")
AFTER = {"embedded": 0.05, "aws": 0.4} # seconds
LARGE = 9 # MiB: a line of which two make an upload in parts
FAULTS = {"rules": [
    {"action": "(PUT|POST).*", "fault": "error", "status": 503, "code": "SlowDown", "chance": 0.1},
    {"action": "(PUT|POST).*", "fault": "reset", "chance": 0.05},
    {"action": "(PUT|POST).*", "fault": "lost", "chance": 0.05}]}
NAME = re.compile(r"(?:[^/]+=[^/]+/)*([^/_]+)_([0-9.]+)_([0-9.]+)_([0-9a-f]{16})\.ndjson(\.gz|)\Z")


class Directory:
    """An archive on this machine."""

    def __init__(self, place):
        self.path = self.name = place.file("archive")

    def objects(self):
        for directory, _, names in os.walk(self.path):
            for name in names:
                path = os.path.join(directory, name)
                with open(path, "rb") as file:
                    yield os.path.relpath(path, self.path), file.read()

    def uploads(self):
        return 0


class Bucket:
    """An archive in S3."""

    name = "s3://archive/of/rates"

    def __init__(self, place):
        import boto3 # pylint: disable=import-outside-toplevel

        settings = place.cloud.settings
        self.s3 = boto3.client("s3", endpoint_url=place.cloud.moto, region_name="us-east-1",
                               aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
                               aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"])
        self.s3.create_bucket(Bucket="archive")

    def objects(self):
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket="archive"):
            for item in page.get("Contents", []):
                body = self.s3.get_object(Bucket="archive", Key=item["Key"])["Body"].read()
                proof.must(item["Key"].startswith("of/rates/"), "a key %s", item["Key"])
                yield item["Key"][len("of/rates/"):], body

    def uploads(self):
        return len(self.s3.list_multipart_uploads(Bucket="archive").get("Uploads", []))


def make(random, number, large):
    """A record, some of them long: objects of these are uploaded in parts."""
    text, key, hour = "x" * random.choice((0, 10, 200)), random.randrange(KEYS), random.randrange(24)
    if large:
        text, key, hour = random.randbytes(LARGE << 19).hex(), 0, 12
    return '{"ticker":"K/%d","n":%d,"text":"%s","last_refreshed":"2025-10-21T%02d:30:00Z"}' % (
        key, number, text, hour)


def position(text):
    shard, _, sequence = text.partition(":")
    return shard, [int(part) for part in sequence.split(".")]


def check_object(name, data):
    """The lines of an object, which must be what its name says."""
    found = NAME.match(name)
    proof.must(found, "an object is called %s", name)
    if found.group(5):
        data = gzip.decompress(data)
    proof.must(hashlib.sha256(data).hexdigest()[:16] == found.group(4), "%s: wrong digest", name)
    lines = data.split(b"\n")
    proof.must(lines.pop() == b"" and lines, "%s: its last line is not whole", name)
    places = [json.loads(line)["_pos"] for line in lines]
    proof.must(places[0] == "%s:%s" % found.group(1, 2), "%s begins with %s", name, places[0])
    proof.must(places[-1] == "%s:%s" % found.group(1, 3), "%s ends with %s", name, places[-1])
    order = [position(place) for place in places]
    proof.must(order == sorted(order) and len({shard for shard, _ in order}) == 1,
               "%s: its lines are not in order", name)
    return zip(places, lines)


def check(place, archive, wanted):
    """Every record once by distinct position; how many objects, and how many lines twice."""
    stored, objects, lines = {}, 0, 0
    for name, data in archive.objects():
        objects += 1
        for where, line in check_object(name, data):
            lines += 1
            proof.must(stored.setdefault(where, line) == line, "two different lines at %s", where)
    got = collections.Counter(
        re.sub(rb'^\{"_pos":"[^"]*",', b"{", line) for line in stored.values())
    lost = wanted - got
    proof.must(not lost, "%d records are not in the archive: %s", len(lost),
               [line[:80] for line in lost][:3])
    proof.must(got == wanted, "%d records too many", sum((got - wanted).values()))
    read = place.run(["s3get", archive.name]).split(b"\n")
    proof.must(read.pop() == b"" and collections.Counter(read) == wanted,
               "s3get writes other lines than were put: %d instead of %d", len(read), sum(wanted.values()))
    left = os.listdir(place.file("spool"))
    proof.must(not left, "left in the spool: %s", left)
    proof.must(archive.uploads() == 0, "%d uploads in parts are left", archive.uploads())
    return objects, lines - len(stored)


def prove(random):
    kills = int(sys.argv[1])
    kind = sys.argv[2] if len(sys.argv) > 2 else "embedded"
    counts, wanted, numbers = collections.Counter(), collections.Counter(), itertools.count()

    with proof.place_for(kind) if kind == "aws" else proof.Place() as place:
        archive = Bucket(place) if kind == "aws" else Directory(place)
        if kind == "aws":
            place.cloud.through(FAULTS)

        def put(large=False):
            lines = [make(random, next(numbers), large and turn < 2)
                     for turn in range(random.randrange(1, PER_KILL))]
            wanted.update(line.encode() for line in lines)
            place.run(["kput", "-q", "-s", "rates", "-k", "ticker", "--shards", str(SHARDS)],
                      "".join(line + "\n" for line in lines).encode())

        def chain():
            compress = random.choice(("none", "gzip"))
            return Chain(place, [
                ["kread", "-s", "rates", "-g", GROUP],
                ["s3put", "--spool", "spool", "--compress", compress, "--partition",
                 random.choice(("ticker", "ticker,hour=%H", "")), "--count",
                 str(random.choice((3, 20, 100))), archive.name],
                ["kack", "-s", "rates", "-g", GROUP]])

        for victim in itertools.cycle(VICTIMS):
            if sum(counts.values()) >= kills:
                break
            put(kind == "aws" and next(numbers) % 4 == 0)
            counts[victim] += chain().end(victim, random.uniform(0, AFTER[kind]))
        put()
        chain().end(None, 0)
        chain().end(None, 0)
        objects, doubled = check(place, archive, wanted)
        if kind == "aws":
            place.cloud.must_be_sound()
            print("# faults: %s" % place.cloud.counts())
    print("# kills: %s; %d records in %d objects, %d lines were stored twice"
          % (dict(counts), sum(wanted.values()), objects, doubled))


if __name__ == "__main__":
    proof.main(prove)
