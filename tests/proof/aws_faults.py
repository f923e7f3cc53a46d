#!/usr/bin/env python3
"""aws_faults: AWS at its worst, and nothing is lost.

    aws_faults.py mild|all [RECORDS]

50,000 records go by way of the fault proxy from kput into Kinesis, and from kread
through ddbput into DynamoDB, until all is done.
mild    calls are throttled, records and items are put off: no tool minds, every record
        is in the stream once, given out once, and in the table.
all     replies are lost, cut, damaged, in HTML, late; iterators and tokens end; the
        service's clock is an hour ahead: tools may end with 75 and are run again.
        Nothing is lost, and the records of a partition key keep their order, repeats
        aside.
"""
import collections
import subprocess
import sys

import proof
from cloud import Cloud, plain
from feeder import Feeder
from proof import must

SHARDS, KEYS, LIVES = 3, 300, 200
STREAM, TABLE, GROUP = "kinesis:intraday-analytics-stream", "dynamodb:DataConsumerTable", "table"
MILD = [{"action": "PutRecords|BatchWriteItem", "fault": "partial", "chance": .3, "share": .3},
        {"action": "PutRecords|BatchWriteItem|GetRecords|ListShards|GetShardIterator",
         "fault": "throttle", "chance": .05}]
ALL = [{"action": "PutRecords|BatchWriteItem|GetRecords", "fault": "stall", "skip": 5, "times": 1,
        "seconds": 2},
       {"action": "PutRecords|BatchWriteItem|GetRecords", "fault": "hang", "skip": 9, "times": 1,
        "seconds": 2},
       {"action": "PutRecords|BatchWriteItem", "fault": "partial", "chance": .1},
       {"action": "GetRecords|ListShards|GetShardIterator", "fault": "any", "chance": .2},
       {"action": "GetRecords", "fault": "few", "most": 2000, "chance": .9},
       {"fault": "any", "chance": .08}]


def name(text):
    """What the service calls what the tools call by its kind."""
    return text.partition(":")[2]


def record(random, number):
    return b'{"ticker":"k%d","last_refreshed":"%09d","rate":%d.%05d,"text":"%s"}' % (
        random.randrange(KEYS), number, random.randrange(100000), random.randrange(1, 100000),
        random.choice((b"", b"plain", "é😀".encode(), b"\\u00e9\\n", b"x" * random.randrange(200))))


def by_key(lines):
    """The numbers of each partition key, in order, repeats left out."""
    seen, keys = set(), collections.defaultdict(list)
    for line in lines:
        if line not in seen:
            seen.add(line)
            item = proof.exactly(line)
            keys[item["ticker"]].append(int(item["last_refreshed"]))
    return keys


def put(place, random, records, statuses):
    """kput, as often as it takes; what has a receipt is not put in again."""
    feeder = Feeder(["kput", "-s", STREAM, "-k", "ticker", "--strict-order"], place, random)
    feeder.add(records)
    lives = 0
    while feeder.owed:
        feeder.life(False, statuses)
        lives += 1
        must(lives < LIVES, "kput does not come to an end: %s", feeder.words)
    return lives


def consume(place, statuses):
    """kread | ddbput | kack once. Their statuses; what kread gave."""
    environment = place.environment
    pipeline = [["kread", "-s", STREAM, "-g", GROUP], proof.noting(place.file("given")),
                ["ddbput", "-t", TABLE], ["kack", "-s", STREAM, "-g", GROUP]]
    processes, source = [], subprocess.DEVNULL
    errors = open(place.file("words"), "w+", encoding="utf-8", errors="replace")
    for command in pipeline:
        process = subprocess.Popen([proof.tool(command[0])] + command[1:], stdin=source,
                                   stdout=subprocess.PIPE, stderr=errors, env=environment)
        if source != subprocess.DEVNULL:
            source.close()
        source = process.stdout
        processes.append(process)
    source.read()
    ends = [process.wait() for process in processes]
    errors.seek(0)
    must(all(end in statuses for end in ends), "kread, tee, ddbput, kack ended with %s: %s", ends,
         errors.read())
    errors.close()
    return ends


def given(place):
    """The records that kread gave out, without their positions, marks left out."""
    lines = []
    with open(place.file("given"), "rb") as file:
        for line in file:
            position, _, rest = line.partition(b'",')
            if not position.endswith(b"+") and rest and line.endswith(b"\n"):
                lines.append(b"{" + rest.rstrip(b"\n"))
    return lines


def check_stream(stream, records, mild):
    lines = [line for shard in stream.values() for line in shard]
    if mild:
        must(sorted(lines) == sorted(records), "%d records in the stream, %d were put in, "
             "%d of them missing", len(lines), len(records), len(set(records) - set(lines)))
    missing = set(records) - set(lines)
    must(not missing, "%d records with a receipt are not in the stream: %s", len(missing),
         next(iter(missing), None))
    must(set(lines) == set(records), "the stream holds what nobody put in")
    must(by_key(lines) == by_key(records), "the order of a partition key is not kept")
    return len(lines)


def check_given(lines, stream, records, mild):
    there = collections.Counter(line for shard in stream.values() for line in shard)
    if mild:
        must(collections.Counter(lines) == there, "kread gave %d records out of %d, %d of them new",
             len(lines), sum(there.values()), len(set(lines)))
    must(set(lines) == set(there), "kread gave %d of %d records", len(set(lines)), len(there))
    must(by_key(lines) == by_key(records), "kread: the order of a partition key is not kept")


def check_table(cloud, records):
    expected = {}
    for line in records:
        item = proof.exactly(line)
        expected[item["ticker"], item["last_refreshed"]] = item
    for item in cloud.items(name(TABLE)):
        key = item["ticker"]["S"], item["last_refreshed"]["S"]
        want = expected.pop(key, None)
        must(want is not None, "the table has %s, which nobody put in", item)
        # The service drops trailing zeros, moto keeps them: as decimals they are the same.
        must(plain(item) == want, "the table has %s for %s", item, want)
    must(not expected, "%d items are not in the table, one of them %s", len(expected),
         next(iter(expected), None))


def prove(random):
    mild = sys.argv[1] == "mild"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 50000
    records = [record(random, number) for number in range(count)]
    script = {"seed": random.randrange(1 << 30), "rules": MILD if mild else ALL}
    if not mild:
        script.update(clock=3600, iterators=3)
    statuses = (0,) if mild else (0, 75, -13)
    with proof.Place() as place, Cloud(place) as cloud:
        cloud.make_stream(name(STREAM), SHARDS)
        cloud.make_table(name(TABLE), "ticker", "last_refreshed")
        cloud.through(script)
        lives = put(place, random, records, statuses)
        stream = cloud.records(name(STREAM))
        held = check_stream(stream, records, mild)
        runs = 1
        while any(consume(place, statuses)):
            must(runs < LIVES, "the consumers do not come to an end")
            runs += 1
        check_given(given(place), stream, records, mild)
        check_table(cloud, records)
        cloud.must_be_sound()
        counts = cloud.counts()
    print("# %s: %d records, %d in the stream; kput ran %d times, the consumers %d; %s" % (
        sys.argv[1], count, held, lives, runs,
        ", ".join("%s %d" % pair for pair in sorted(counts.items()) if pair[1])))


if __name__ == "__main__":
    proof.main(prove)
