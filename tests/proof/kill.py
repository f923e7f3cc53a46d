#!/usr/bin/env python3
"""kill: the tools of a pipeline are killed while lines are in flight, again and again.

    kill.py SHARDS [KILLS]

Three producers (feeder | kput) and one chain

    kread -g | filter that drops | filter that multiplies | ddbput | kack -g

work on one stream. This program sits between the pipes. Each of kput, kread,
ddbput and kack is killed with SIGKILL until KILLS (200) of its kills came while
something was in flight; then what has no receipt is sent again. Only such kills
count, and whether one was is found out when the tool is dead: lines that it had
taken out of its input pipe and given no receipt for (kread: records given that
nobody has committed, with more to give). At the end every record that kput gave
a receipt for is in the stream byte for byte and, through the filters, in the
table, unchanged, and there is nothing else.
"""
import collections
import os
import select
import subprocess
import sys
import tempfile
import threading
import time

import proof
from feeder import Feeder
from proof import must

PRODUCERS = 3
KEYS = 8
BACKLOG = 4000
DEADLINE = 120
GROUP = "table"

TICKERS = " ".join("p%d-k%d" % (p, k) for p in range(PRODUCERS) for k in range(KEYS))
MULTIPLY_JQ = 'if .copies == 2 then ., (.last_refreshed += "-copy") else . end'
MULTIPLY_AWK = '{ print } /"copies":2/ { sub(/","rate"/, "-copy&"); print }'
FILTERS = {
    "jq": (["jq", "-c", "--unbuffered", "--arg", "tickers", TICKERS, "-f",
            os.path.join(proof.REPOSITORY, "scripts/filters/only.jq")],
           ["jq", "-c", "--unbuffered", MULTIPLY_JQ]),
    "awk": (["grep", "-v", '"ticker":"drop'], ["awk", MULTIPLY_AWK]),
}


def record(random, producer, number):
    """One line. jq 1.6 reads numbers as doubles: these have no more digits than it keeps."""
    drop = "drop-" if random.random() < 0.2 else ""
    return ('{"ticker":"%sp%d-k%d","last_refreshed":"%09d","rate":%d.%05d,"copies":%d,'
            '"text":"%s"}' % (
                drop, producer, random.randrange(KEYS), number, random.randrange(100000),
                random.randrange(100000), random.choice((1, 1, 2)),
                random.choice(("", "plain", "é😀", "\\u00e9\\n\\\"", "x" * random.randrange(400))))
            ).encode()


class Counts:
    """Kills in flight, of each tool, and those that were not."""

    def __init__(self, wanted):
        self.wanted = wanted
        self.lock = threading.Lock()
        self.counted = collections.Counter()
        self.at_rest = collections.Counter()

    def note(self, name, in_flight):
        with self.lock:
            (self.counted if in_flight else self.at_rest)[name] += 1

    def left(self, *names):
        return [name for name in names if self.counted[name] < self.wanted]


class Producer(Feeder):
    """feeder | kput"""

    def __init__(self, number, place, random, shards, counts):
        super().__init__(["kput", "-k", "ticker", "--shards", str(shards)], place, random)
        self.number = number
        self.counts = counts
        self.next = 0

    def more(self, count):
        self.add(record(self.random, self.number, self.next + i) for i in range(count))
        self.next += count

    def round(self, kill):
        self.life(kill)
        if self.killed_in_flight is not None:
            self.counts.note("kput", self.killed_in_flight)


class Relay(threading.Thread):
    """Moves bytes from one pipe to the next, and knows which."""

    def __init__(self, source, sink):
        super().__init__()
        self.source = source
        self.sink = sink
        self.data = bytearray()
        self.given = 0
        self.lock = threading.RLock()
        self.halted = False
        self.limit = None
        self.then = None
        if sink is not None:
            os.set_blocking(sink, False)

    def at(self, limit, then):
        """Calls then, once so many bytes have gone by."""
        self.limit, self.then = limit, then

    def run(self):
        while piece := os.read(self.source, 65536):
            self.data += piece
            if self.sink is None:
                self.given += len(piece)
                self.look()
            elif not self.give(piece):
                break
        os.close(self.source)
        if self.sink is not None:
            os.close(self.sink)

    def give(self, piece):
        rest = memoryview(piece)
        while rest:
            with self.lock:
                if self.halted:
                    return False
                try:
                    count = os.write(self.sink, rest)
                except BlockingIOError:
                    count = 0
                except BrokenPipeError:
                    return False
                self.given += count
            rest = rest[count:]
            self.look()
            if not count:
                select.select([], [self.sink], [], 0.05)
        return True

    def look(self):
        if self.limit is not None and self.given >= self.limit:
            self.limit = None
            self.then()

    def lines(self, end=None):
        return self.data.count(b"\n", 0, len(self.data) if end is None else end)


def furthest(data):
    """Per shard, how far the lines of data say that their reader may go on."""
    reached = {}
    for line in proof.whole_lines(data):
        shard, _, sequence = line.split(b'"', 4)[3].partition(b":")
        number = 2 * int(sequence.rstrip(b"+")) + sequence.endswith(b"+")
        reached[shard] = max(number, reached.get(shard, 0))
    return reached


class Chain:
    """One life of the consumers."""

    def __init__(self, place, random, filters, follow, rejects):
        self.place = place
        self.random = random
        self.follow = follow
        self.rejects = rejects
        self.processes = {}
        self.errors = {}
        self.killed = None
        self.taken = 0
        self.committed = b""
        kread, kread_out = self.start("kread", ["-g", GROUP] + (["-f"] if follow else []), None)
        drop_in, drop_out = os.pipe()
        first = self.start_filter("drop", FILTERS[filters][0], drop_in)
        second = self.start_filter("multiply", FILTERS[filters][1], first)
        self.kept = {}
        ddbput_in, ddbput_feed = os.pipe()
        kack_in, kack_feed = os.pipe()
        self.kept["ddbput"], self.kept["kack"] = os.dup(ddbput_in), os.dup(kack_in)
        ddbput, ddbput_out = self.start(
            "ddbput", ["-x", place.file("rejects")] if rejects else [], ddbput_in)
        kack, kack_out = self.start("kack", ["-g", GROUP, "--receipts"], kack_in)
        self.relays = {
            "kread": Relay(kread_out, drop_out), "ddbput": Relay(second, ddbput_feed),
            "kack": Relay(ddbput_out, kack_feed), "end": Relay(kack_out, None)}

    def start(self, name, arguments, stdin):
        out_read, out_write = os.pipe()
        self.errors[name] = tempfile.TemporaryFile()
        self.processes[name] = subprocess.Popen(
            [proof.tool(name)] + arguments, stdin=subprocess.DEVNULL if stdin is None else stdin,
            stdout=out_write, stderr=self.errors[name], env=self.place.environment)
        os.close(out_write)
        if stdin is not None:
            os.close(stdin)
        return self.processes[name], out_read

    def start_filter(self, name, command, stdin):
        out_read, out_write = os.pipe()
        self.processes[name] = subprocess.Popen(
            command, stdin=stdin, stdout=out_write, stderr=subprocess.DEVNULL,
            env=self.place.environment)
        os.close(out_write)
        os.close(stdin)
        return out_read

    def kill(self, name):
        """Kills the tool and finds what it had taken; nothing is handed to it meanwhile."""
        relay = self.relays[name]
        time.sleep(self.random.random() * self.random.choice((0, 0.0002, 0.002)))
        with relay.lock:
            process = self.processes[name]
            process.kill()
            relay.halted = True
            if process.wait() != -9: # it had come to its end
                return
            self.killed = name
            if name == "kread":
                relay.halted = False # what it has written goes its way
                self.committed = bytes(self.relays["end"].data)
            else:
                self.taken = relay.given - len(proof.drain(self.kept[name]))

    def run(self, victim):
        """Runs to the end, or until the victim is killed; True: killed in flight."""
        for name, fd in self.kept.items():
            if name != victim:
                os.close(fd)
        if victim is not None:
            limit = self.random.choice((1, self.random.randrange(20000),
                                        self.random.randrange(120000)))
            self.relays[victim].at(limit, lambda: self.kill(victim))
        for relay in self.relays.values():
            relay.start()
        if victim is not None:
            self.relays[victim].join(0.5)
            # A following kread gets a signal: with nothing to write, the filters
            # between it and a dead tool would not notice.
            if self.follow:
                self.processes["kread"].terminate()
        for relay in self.relays.values():
            relay.join(DEADLINE)
            must(not relay.is_alive(), "the chain hangs; still there: %s", " ".join(
                name for name, process in self.processes.items() if process.poll() is None))
        statuses = {name: process.wait(DEADLINE) for name, process in self.processes.items()}
        if victim in self.kept:
            os.close(self.kept[victim])
        self.check(statuses)
        return self.in_flight()

    def in_flight(self):
        if self.killed is None:
            return None
        if self.killed == "kread":
            given = bytes(self.relays["kread"].data)
            last = given.rpartition(b"\n")[0].rpartition(b"\n")[2]
            if given.endswith(b"\n") and b"+" in last.split(b'"', 4)[3]:
                return False
            there = furthest(self.committed)
            return any(at > there.get(shard, 0) for shard, at in furthest(given).items())
        after = {"ddbput": "kack", "kack": "end"}[self.killed]
        return self.relays[self.killed].lines(self.taken) > self.relays[after].lines()

    def check(self, statuses):
        allowed = {"kread": (0, -13, -15), "ddbput": (0, -13), "kack": (0,)}
        cut = 1 if self.rejects else 2
        if self.killed == "kread":
            allowed["ddbput"] = (0, cut)
        if self.killed == "ddbput":
            allowed["kack"] = (0, 2)
        if self.killed is not None:
            allowed[self.killed] = (-9,)
        for name, expected in allowed.items():
            self.errors[name].seek(0)
            words = self.errors[name].read().decode(errors="replace")
            self.errors[name].close()
            must(statuses[name] in expected, "%s (%s was killed): status %d: %s", name,
                 self.killed, statuses[name], words)
        receipts = bytes(self.relays["kack"].data)
        # A killed ddbput may have written all of a line but its newline, which kack adds.
        whole = receipts + b"\n" if receipts.endswith(b"}") else receipts
        given = bytes(self.relays["end"].data)
        must(whole.startswith(given), "kack: receipts are not its input lines: %s of %s",
             given[-300:], whole[-300:])
        if statuses["ddbput"] == 1: # the line that was cut off may have left its mark
            receipts = receipts.rpartition(b"\n")[0].rpartition(b"\n")[0]
        must(self.relays["ddbput"].data.startswith(receipts),
             "ddbput: receipts are not its input lines")


class Run:
    def __init__(self, place, random, shards, kills):
        self.place = place
        self.random = random
        self.counts = Counts(kills)
        self.backlog = 0
        self.over = threading.Event()
        self.fault = None
        self.producers = [
            Producer(i, place, type(random)(random.random()), shards, self.counts)
            for i in range(PRODUCERS)]

    def produce(self, producer):
        try:
            while not self.over.is_set() or self.counts.left("kput"):
                if self.backlog > BACKLOG and not self.over.is_set():
                    time.sleep(0.002)
                    continue
                producer.more(producer.random.choice((1, 20, 300, 1000)))
                before = len(producer.safe)
                producer.round(producer.random.random() < 0.85)
                self.backlog += len(producer.safe) - before
            producer.more(1)
            producer.round(False)
        except BaseException as fault: # handed to the main thread
            self.fault = fault

    def kill_chains(self):
        random = self.random
        while names := self.counts.left("kread", "ddbput", "kack"):
            if self.fault is not None:
                raise self.fault
            if self.backlog < 300:
                self.measure()
                time.sleep(0.002)
                continue
            follow = random.random() < 0.15
            filters = "jq" if follow or random.random() < 0.1 else "awk"
            victim = random.choice(names)
            chain = Chain(self.place, random, filters, follow, random.random() < 0.5)
            in_flight = chain.run(victim)
            if in_flight is not None:
                self.counts.note(victim, in_flight)
            self.measure(chain)

    def measure(self, _=None):
        """How many records the group has still to read; none where there is no stream yet."""
        done = self.place.run(["kstat", "-g", GROUP], status=None)
        shards = [proof.exactly(line) for line in done.stdout.splitlines()]
        self.backlog = int(sum(shard["lag"] for shard in shards if "lag" in shard))

    def run(self):
        threads = [threading.Thread(target=self.produce, args=(producer,))
                   for producer in self.producers]
        for thread in threads:
            thread.start()
        try:
            self.kill_chains()
        finally:
            self.over.set()
            for thread in threads:
                thread.join()
        if self.fault is not None:
            raise self.fault
        for name in ("awk", "jq"):
            Chain(self.place, self.random, name, False, False).run(None)
        must(self.place.run(["kread", "-g", GROUP]).count(b"ticker") == 0,
             "records are left over when all has been read")

    def check(self):
        safe = [line for producer in self.producers for line, _ in producer.safe]
        stream = self.place.run(["kread"]).splitlines()
        missing = set(safe) - set(stream)
        must(not missing, "%d of %d records with a receipt are not in the stream, one of them %s",
             len(missing), len(safe), next(iter(missing), None))
        must(set(stream) == set(safe), "the stream holds records that nobody put in")
        self.check_order(stream)
        expected = {}
        for line in safe:
            item = proof.exactly(line)
            if item["ticker"].startswith("drop"):
                continue
            expected[item["ticker"], item["last_refreshed"]] = item
            if item["copies"] == 2:
                item = dict(item, last_refreshed=item["last_refreshed"] + "-copy")
                expected[item["ticker"], item["last_refreshed"]] = item
        self.check_table(expected)
        return len(safe), len(stream), len(expected)

    def check_order(self, stream):
        """Repeats aside, the records of a partition key come in the order they were put in."""
        seen, last = set(), {}
        for line in stream:
            if line not in seen:
                seen.add(line)
                item = proof.exactly(line)
                number, key = int(item["last_refreshed"]), item["ticker"]
                must(number > last.get(key, -1), "out of order: %s", line)
                last[key] = number

    def check_table(self, expected):
        found = 0
        for line in self.place.run(["ddbget"]).splitlines():
            item = proof.exactly(line)
            key = item["ticker"], item["last_refreshed"]
            must(expected.get(key) == item, "the table has %s, expected was %s", item,
                 expected.get(key))
            found += 1
        must(found == len(expected), "%d of %d records are in the table", found, len(expected))


def prove(random):
    shards = int(sys.argv[1])
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    sys.setswitchinterval(0.0005)
    with proof.Place() as place:
        run = Run(place, random, shards, kills)
        run.run()
        safe, stream, table = run.check()
    print("# %d shards, %s kills in flight (%s at rest): %d receipts, %d records with repeats, "
          "%d items" % (shards, dict(run.counts.counted), dict(run.counts.at_rest), safe, stream,
                        table))
    must(not run.counts.left("kput", "kread", "ddbput", "kack"), "too few kills")


if __name__ == "__main__":
    proof.main(prove)
