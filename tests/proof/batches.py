#!/usr/bin/env python3
"""batches: a command that fails on one record in a thousand, and kills.

    batches.py whole [RECORDS]
    batches.py kill [KILLS]

    kread -g work | kbatch -n 100 -j 4 -k key -r 2 --bisect -x dead -- HANDLER | kack -g work

HANDLER fails if a record of its batch is bad, and else puts its batch into a directory.

whole: in the end dead holds exactly the bad records; every other record was handled once and has
one receipt, in order for each key. kill: one process of the chain, or a HANDLER, is killed with
SIGKILL while a batch is in flight, KILLS (100) times, and the chain is started again. In the end
every good record was handled, those of a key for the first time in their order; dead holds every
bad record and no good one.
"""
import collections
import json
import os
import signal
import subprocess
import sys
import time

import proof
from proof import must

KEYS, BAD_IN = 50, 1000
GROUP = "work"
TOOLS = ("kread", "kbatch", "kack")
DEADLINE = 600
# Notes that it runs, and shows its batch only when all of it is written.
HANDLER = """#!/bin/sh
batch=$1/batch.$$ running=$1/running/$$
echo $$ >"$running"
trap 'rm -f "$running" "$batch"' EXIT
cat >"$batch"
if grep -q '"bad":true' "$batch"; then
	echo "this one is bad" >&2
	exit 1
fi
mv "$batch" "$1/handled/$(date +%s%N).$$"
"""


def record(random, number, bad, length):
    return b'{"key":"k%d","serial":%d,"bad":%s,"text":"%s"}' % (
        random.randrange(KEYS), number, b"true" if bad else b"false", b"x" * length)


class Work:
    """The stream, its chain of tools, and the results."""

    def __init__(self, place, random, count, length=0):
        self.place = place
        self.random = random
        self.handler = place.file("handler")
        self.processes = []
        self.receipts = b""
        os.mkdir(place.file("running"))
        os.mkdir(place.file("handled"))
        with open(self.handler, "w", encoding="ascii") as file:
            file.write(HANDLER)
        os.chmod(self.handler, 0o755)
        first = random.randrange(BAD_IN)
        self.records = [record(random, i, i % BAD_IN == first, length) for i in range(count)]
        place.run(["kput", "-q", "-s", "work", "-k", "key"] + place.make_stream("work", 2),
                  b"".join(line + b"\n" for line in self.records))

    def start(self):
        words = open(self.place.file("words"), "ab")
        chain = [["kread", "-s", "work", "-g", GROUP],
                 ["kbatch", "-n", "100", "-j", "4", "-k", "key", "-r", "2", "--bisect",
                  "--backoff", "0.01", "-x", "dead", "--", self.handler, self.place.path],
                 ["kack", "-s", "work", "-g", GROUP, "--receipts"]]
        source = subprocess.DEVNULL
        self.processes = []
        for command in chain:
            last = command is chain[-1]
            target = open(self.place.file("receipts"), "ab") if last else subprocess.PIPE
            process = subprocess.Popen([proof.tool(command[0])] + command[1:], stdin=source,
                                       stdout=target, stderr=words, cwd=self.place.path,
                                       env=self.place.environment)
            if source is not subprocess.DEVNULL:
                source.close()
            source = process.stdout
            self.processes.append(process)
        words.close()

    def end(self):
        """Waits until the chain has ended; returns the statuses."""
        deadline = time.monotonic() + DEADLINE
        for process in self.processes:
            must(time.monotonic() < deadline, "the chain does not end")
            process.wait(DEADLINE)
        return [process.returncode for process in self.processes]

    def running(self):
        """The process ids of running handlers."""
        found = []
        for name in os.listdir(self.place.file("running")):
            try:
                os.kill(int(name), 0)
                found.append(int(name))
            except ProcessLookupError:
                try:
                    os.unlink(self.place.file("running", name)) # it was killed
                except FileNotFoundError:
                    pass
        return found

    def ended(self):
        return all(process.poll() is not None for process in self.processes)

    def lines(self, name):
        try:
            with open(self.place.file(name), "rb") as file:
                return proof.whole_lines(file.read())
        except FileNotFoundError:
            return []

    def handled(self):
        """The handled records, in the order in which the batches were done."""
        return [line for name in sorted(os.listdir(self.place.file("handled")))
                for line in self.lines(os.path.join("handled", name))]

    def dead(self):
        """The refused records, without fragments of lines that a kill of kread left."""
        entries = [json.loads(line) for line in self.lines("dead")]
        return [entry["record"] for entry in entries if "base64" not in entry]

    def check_order(self):
        """Records of a key were handled for the first time in the order of the stream."""
        newest, seen = {}, set()
        for line in self.handled():
            item = json.loads(line)
            if item["serial"] not in seen:
                must(newest.get(item["key"], -1) < item["serial"], "out of order: %s", line)
                newest[item["key"]] = item["serial"]
            seen.add(item["serial"])
        return seen

    def check_fates(self):
        """Nothing is lost, and nothing is in the wrong place."""
        good = {i for i, line in enumerate(self.records) if b'"bad":false' in line}
        handled = self.check_order()
        dead = {item["serial"] for item in self.dead()}
        must(handled == good, "handled: %d of %d good ones, %d others",
             len(handled & good), len(good), len(handled - good))
        must(dead == set(range(len(self.records))) - good, "in dead: %s", sorted(dead))
        must(not self.place.run(["kread", "-s", "work", "-g", GROUP]).count(b'"serial"'),
             "something is left to be read")

    def show(self):
        with open(self.place.file("words"), "rb") as file:
            sys.stderr.buffer.write(file.read()[-4000:])


def whole(random, count):
    with proof.Place() as place:
        work = Work(place, random, count)
        work.start()
        statuses = work.end()
        if statuses != [0, 1, 0]: # kbatch: some were refused
            work.show()
        must(statuses == [0, 1, 0], "statuses: %s", statuses)
        work.check_fates()
        must(len(work.handled()) == len(set(work.handled())), "handled twice")
        must(len(work.dead()) == sum(b'"bad":true' in line for line in work.records), "dead twice")
        receipts = collections.Counter(
            json.loads(line)["serial"] for line in work.lines("receipts") if b'"serial"' in line)
        must(sorted(receipts) == sorted(json.loads(line)["serial"] for line in work.records
                                        if b'"bad":false' in line), "receipts of others")
        must(set(receipts.values()) == {1}, "more than one receipt for one record")
        print("# %d records, %d bad: each good one handled once, with one receipt, in order for each key; "
              "the bad ones set aside" % (count, len(work.dead())))


def strike(work):
    """Kills something while a batch is in flight; returns its name, or None if all had ended."""
    until = time.monotonic() + work.random.random() * 0.08
    while True:
        handlers = work.running()
        if work.ended():
            return None
        if handlers and time.monotonic() > until:
            break
        time.sleep(0.001)
    alive = [name for name, process in zip(TOOLS, work.processes) if process.poll() is None]
    victim = work.random.choice(alive + ["kread"] * ("kread" in alive) + ["handler"])
    if victim == "handler":
        try:
            os.kill(handlers[0], signal.SIGKILL)
        except ProcessLookupError:
            return ""
        return victim
    process = work.processes[TOOLS.index(victim)]
    if process.poll() is not None:
        return ""
    process.kill()
    return victim


def kill(random, kills):
    with proof.Place() as place:
        work = Work(place, random, 12000, 2000) # more than kbatch reads ahead
        counted = collections.Counter()
        passes = 0
        while sum(counted.values()) < kills:
            work.start()
            victim = strike(work)
            if victim:
                counted[victim] += 1
            elif victim is None: # all is done: start again from the beginning
                passes += 1
                work.end()
                work.check_fates()
                place.run(["kack", "-s", "work", "-g", GROUP, "--to", "trim-horizon"])
                continue
            work.end()
        work.start()
        statuses = work.end()
        must(statuses[0] == 0 and statuses[2] == 0 and statuses[1] in (0, 1), "%s", statuses)
        work.check_fates()
        print("# killed with a batch in flight: %s; %d whole passes" % (dict(counted), passes))


def run(random):
    what = sys.argv[1] if len(sys.argv) > 1 else "whole"
    number = int(sys.argv[2]) if len(sys.argv) > 2 else None
    if what == "whole":
        whole(random, number or 10000)
    else:
        kill(random, number or 100)


if __name__ == "__main__":
    proof.main(run)
