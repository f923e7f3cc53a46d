#!/usr/bin/env python3
"""share_local: pipelines that share a group of an embedded stream are killed and stopped.

    share_local.py [ATTACKS [READERS [SHARDS]]]

READERS (4) pipelines kread --share | noter | kack read a stream, which has SHARDS (8) shards at first
and then other numbers of them, while records arrive. ATTACKS (300) times a process of a pipeline is
killed, or some are stopped for a while; a pipeline that has ended is started again. The noter writes
down when each line came by. It must hold that every record was read; that the records of each key
came by for the first time in their order, whoever read them, which they would not if a shard was read
before an older one was done, or by two readers that both go on; that a checkpoint never goes back, and
never says more than what had come by; and that all is committed in the end.
"""
import collections
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import proof
from proof import must

KEYS = 40
HANDOVER = 2 # seconds
LONGEST_STOP = 3
KREAD = (0, 75, -signal.SIGKILL, -signal.SIGPIPE)
KACK = (0, 75, -signal.SIGKILL)
CUT = 2 # of kack: the line that a killed kread did not finish
NOTER = """
import json, os, sys, time
rest = b""
with open(sys.argv[1], "a", encoding="utf-8") as notes:
    while piece := os.read(0, 65536):
        *lines, rest = (rest + piece).split(b"\\n")
        if rest.endswith(b"}"): # only its newline is still to come, or kread was killed before it
            lines, rest = lines + [rest], b""
        now = time.monotonic_ns()
        notes.writelines(json.dumps([now, line.decode()]) + "\\n" for line in lines if line)
        notes.flush()
        try:
            while piece:
                piece = piece[os.write(1, piece):]
        except BrokenPipeError:
            break
"""


class Pipeline:
    """One reader, in many lives."""

    def __init__(self, place, number):
        self.place, self.worker, self.lives = place, "w%d" % number, 0
        self.start()

    def start(self):
        errors = open(self.place.file(self.worker + ".errors"), "ab")

        def stage(command, source, sink):
            return subprocess.Popen(command, stdin=source, stdout=sink, stderr=errors,
                                    env=self.place.environment, cwd=self.place.path)

        kread = stage([proof.tool("kread"), "-f", "-g", "g", "--share", "--worker", self.worker,
                       "--handover", "%ds" % HANDOVER], subprocess.DEVNULL, subprocess.PIPE)
        noter = stage([sys.executable, "-c", NOTER, self.place.file(self.worker + ".notes")],
                      kread.stdout, subprocess.PIPE)
        kack = stage([proof.tool("kack"), "-g", "g"], noter.stdout, subprocess.DEVNULL)
        for pipe in (kread.stdout, noter.stdout, errors):
            pipe.close()
        self.lives += 1
        self.processes = kread, noter, kack
        self.stopped, self.resumes = (), None

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
        with open(self.place.file(self.worker + ".errors"), encoding="utf-8") as file:
            words = file.read()[-2000:]
        must(kread in KREAD, "%s: kread ended with %d: %s", self.worker, kread, words)
        cut = kack == CUT and kread == -signal.SIGKILL
        must(kack in KACK or cut, "%s: kack ended with %d: %s", self.worker, kack, words)

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


class Changes(threading.Thread):
    """Puts records, numbered, and changes the number of shards, until it is ended."""

    def __init__(self, place, random, shards):
        super().__init__(daemon=True)
        self.place, self.random, self.shards = place, random, shards
        self.ended = threading.Event()
        self.count = self.changes = 0
        self.put(1) # the stream is there
        self.failed = None

    def run(self):
        try:
            while not self.ended.wait(.05):
                self.put(self.random.randrange(1, 200))
                if self.random.random() < .05:
                    self.reshard()
        except Exception as error: # pylint: disable=broad-exception-caught
            self.failed = error

    def put(self, count):
        lines = []
        for _ in range(count):
            self.count += 1
            lines.append('{"k":"%d","n":%d}\n' % (self.random.randrange(KEYS), self.count))
        made = ["--shards", str(self.shards)] if self.count == count else []
        self.place.run(["kput", "-q", "-k", "k"] + made, "".join(lines).encode())

    def reshard(self):
        wanted = self.random.randrange(1, 2 * self.shards)
        subprocess.run([os.path.join(proof.BUILD, "unit/stream_change"), "reshard",
                        os.path.join(self.place.home, "rates.stream"), str(wanted)], check=True)
        self.changes += 1

    def end(self):
        self.ended.set()
        self.join()
        must(self.failed is None, "the stream could not be changed: %r", self.failed)


def through(position):
    """The last sequence number that is done."""
    sequence = position.partition(":")[2]
    return int(sequence[:-1]) if sequence.endswith("+") else int(sequence) - 1


class Notes:
    """What came by, as far as it was looked at."""

    def __init__(self, pipelines):
        self.files = {one.place.file(one.worker + ".notes"): 0 for one in pipelines}
        self.lines = []
        self.seen = collections.defaultdict(set) # sequence numbers, of each shard

    def more(self):
        for path, offset in self.files.items():
            if not os.path.exists(path):
                continue
            with open(path, "rb") as file:
                file.seek(offset)
                for line in proof.whole_lines(file.read()):
                    self.files[path] += len(line) + 1
                    self.take(line)

    def take(self, note):
        when, line = json.loads(note)
        record = json.loads(line)
        shard, _, sequence = record["_pos"].partition(":")
        if not sequence.endswith("+"):
            self.seen[shard].add(int(sequence))
            self.lines.append((when, len(self.lines), record["k"], record["n"]))

    def check(self, count):
        """Every record, those of each key for the first time in their order."""
        last, seen = {}, set()
        for _, _, key, number in sorted(self.lines):
            if number not in seen:
                must(last.get(key, 0) < number, "key %s: %d after %d", key, number, last.get(key))
                last[key] = number
            seen.add(number)
        must(seen == set(range(1, count + 1)), "%d of %d records were read", len(seen), count)


class Checkpoints:
    """The checkpoints, looked at again and again."""

    def __init__(self, place, notes):
        self.path = os.path.join(place.home, "rates.groups")
        self.notes = notes
        self.last = {}
        self.commits = 0

    def look(self):
        if not os.path.exists(self.path):
            return
        with sqlite3.connect("file:%s?mode=ro" % self.path, uri=True, timeout=60) as database:
            rows = database.execute("SELECT shard, position FROM checkpoint").fetchall()
        database.close()
        self.notes.more()
        for shard, position in rows:
            done, before = through(position), self.last.get(shard, 0)
            must(done >= before, "shard %s goes back from %d to %d", shard, before, done)
            missing = set(range(before + 1, done + 1)) - self.notes.seen[shard]
            must(not missing, "shard %s: %s is committed, and was not read", shard, position)
            self.commits += done > before
            self.last[shard] = done


class Attack:
    """Kills and stops."""

    def __init__(self, random, pipelines, checkpoints):
        self.random, self.pipelines, self.checkpoints = random, pipelines, checkpoints
        self.counts = {"kread": 0, "noter": 0, "kack": 0, "stopped": 0}

    def strike(self):
        pipeline, how = self.random.choice(self.pipelines), self.random.choice(list(self.counts))
        if how == "stopped":
            some = self.random.choice(((0,), (1,), (2,), (0, 2), (0, 1, 2)))
            until = time.monotonic() + LONGEST_STOP * self.random.random()
            self.counts[how] += pipeline.stop(some, until)
        else:
            which = ("kread", "noter", "kack").index(how)
            self.counts[how] += pipeline.send(which, signal.SIGKILL)

    def step(self):
        for pipeline in self.pipelines:
            pipeline.step()
        self.checkpoints.look()
        time.sleep(.02)

    def run(self, attacks):
        while sum(self.counts.values()) < attacks:
            end = time.monotonic() + self.random.random() * .5
            while time.monotonic() < end:
                self.step()
            self.strike()
        while any(one.resumes is not None for one in self.pipelines):
            self.step()


def lag(place):
    rows = [json.loads(line) for line in place.run(["kstat", "-g", "g"], status=(0, 1)).splitlines()]
    return sum(row["lag"] for row in rows)


def prove(random):
    sizes = sys.argv[1:] + ["300", "4", "8"][len(sys.argv) - 1:]
    attacks, readers, shards = map(int, sizes)
    with proof.Place() as place:
        changes = Changes(place, random.__class__(random.random()), shards)
        pipelines = [Pipeline(place, number) for number in range(readers)]
        notes = Notes(pipelines)
        checkpoints = Checkpoints(place, notes)
        attack = Attack(random, pipelines, checkpoints)
        try:
            changes.start()
            attack.run(attacks)
            changes.end()
            end = time.monotonic() + proof.LONGEST / 2
            while lag(place) > 0:
                must(time.monotonic() < end, "not all is read: %d are left", lag(place))
                attack.step()
        finally:
            for pipeline in pipelines:
                pipeline.end()
        checkpoints.look()
        notes.check(changes.count)
    print("# %s; %d lives, shards changed %d times; %d records, %d lines, %d commits seen" % (
        attack.counts, sum(one.lives for one in pipelines), changes.changes, changes.count,
        len(notes.lines), checkpoints.commits))


if __name__ == "__main__":
    proof.main(prove)
