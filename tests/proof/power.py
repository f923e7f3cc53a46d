#!/usr/bin/env python3
"""power: what would a power cut have left?

    power.py LIBRARY [ROUNDS]

Tools run with LIBRARY (unsynced.c) preloaded and are killed at a random moment.
Then whatever they had written and not flushed to the disk is rolled back: all
of it, or, as a disk may, some of it, sector by sector and name by name. Every
line that had a receipt must still be where it belongs: kput's in the stream,
ddbput's in the table, those set aside in the file of -x; a checkpoint must be
neither behind the receipts of kack nor ahead of what it was given; and through
a whole pipeline that dies at once nothing gets lost. Before that, programs that
do not flush (tests/proof/careless.py) must be seen to lose receipted lines, or this
proof proves nothing.
"""
import collections
import os
import random as random_module
import shutil
import struct
import subprocess
import sys
import time

import proof
from feeder import Feeder
from proof import must

ENTRY = struct.Struct("=c7xQqqQQIIII")
SECTOR = 512

Entry = collections.namedtuple("Entry", "at what inode offset size old written paths")


def read_log(path):
    with open(path, "rb") as log:
        data = log.read()
    if not data:
        return []
    data = data[:int.from_bytes(data[:8], sys.byteorder)]
    at, entries = 8, []
    while at < len(data):
        what, inode, offset, size, length, written, *lengths, _ = ENTRY.unpack_from(data, at)
        start = at + ENTRY.size
        old = data[start:start + length]
        start += length
        paths = []
        for count in lengths:
            paths.append(data[start:start + count].decode())
            start += count
        entries.append(Entry(at, what.decode(), inode, offset, size, old, written, paths))
        at = start
    return entries


class Cut:
    """The disk after a power cut."""

    def __init__(self, root, log, random, all_lost):
        self.root = root
        self.log = log
        self.random = random
        self.all_lost = all_lost
        self.undone = 0

    def paths(self):
        """Where each inode is."""
        found = {}
        for directory, _, names in os.walk(self.root):
            for name in names:
                path = os.path.join(directory, name)
                found[os.stat(path).st_ino] = path
        return found

    def lost(self):
        return self.all_lost or self.random.random() < 0.5

    def roll_back(self):
        entries = read_log(self.log)
        flushed = {}
        for entry in entries:
            if entry.what == "S":
                flushed[entry.inode] = max(entry.offset, flushed.get(entry.inode, 0))
        for entry in reversed(entries):
            if entry.what != "S" and entry.at >= flushed.get(entry.inode, 0):
                self.undo(entry)
        for path in self.paths().values():
            if ".undo-" in path or path.endswith("-shm"):
                os.unlink(path)
        os.unlink(self.log)

    def undo(self, entry):
        if entry.what in "WT":
            path = self.paths().get(entry.inode)
            if path is not None:
                with open(path, "r+b", buffering=0) as file:
                    (self.undo_write if entry.what == "W" else self.undo_cut)(file, entry)
            self.undone += 1
        elif self.lost():
            {"C": self.undo_create, "M": self.undo_mkdir, "R": self.undo_rename,
             "U": self.undo_unlink}[entry.what](*entry.paths)
            self.undone += 1

    def undo_write(self, file, entry):
        end = entry.offset + entry.written
        if end > entry.size and self.lost():
            size = entry.size
            if not self.all_lost: # what was appended may be there in part
                size = self.random.choice((size, self.random.randrange(size, end)))
            if os.fstat(file.fileno()).st_size > size:
                file.truncate(size)
        old = entry.old + bytes(entry.written - len(entry.old))
        for start in range(0, entry.written, SECTOR):
            if self.lost():
                length = min(SECTOR, entry.written - start)
                length = min(length, os.fstat(file.fileno()).st_size - entry.offset - start)
                if length > 0:
                    file.seek(entry.offset + start)
                    file.write(old[start:start + length])

    def undo_cut(self, file, entry):
        if not self.lost():
            return
        if entry.size > entry.offset:
            file.seek(entry.offset)
            file.write(entry.old)
        elif os.fstat(file.fileno()).st_size > entry.size:
            file.truncate(entry.size)

    @staticmethod
    def undo_create(path, *_):
        if os.path.exists(path):
            os.unlink(path)

    @staticmethod
    def undo_mkdir(path, *_):
        shutil.rmtree(path, ignore_errors=True)

    @staticmethod
    def undo_rename(old, kept, new):
        if os.path.exists(new):
            os.rename(new, old)
        if kept and os.path.exists(kept):
            os.rename(kept, new)

    @staticmethod
    def undo_unlink(path, kept, _):
        if os.path.exists(kept) and not os.path.exists(path):
            os.rename(kept, path)


class Disk(proof.Place):
    """A place whose FX_HOME, two directories deep, may have its power cut."""

    def __init__(self, library, random):
        super().__init__()
        self.random = random
        self.log = self.file("log")
        self.root = self.file("disk")
        self.home = self.file("disk", "share", "fx")
        self.plain = dict(self.environment, FX_HOME=self.home)
        os.mkdir(self.root)
        self.environment = dict(self.plain, LD_PRELOAD=library, UNSYNCED_ROOT=self.root,
                                UNSYNCED_LOG=self.log)

    def cut(self):
        if not os.path.exists(self.log):
            return 0
        cut = Cut(self.root, self.log, self.random, self.random.random() < 0.5)
        cut.roll_back()
        return cut.undone

    def look(self, command, **more):
        """What a tool says of a copy, so that looking changes nothing."""
        copy = self.file("copy")
        shutil.copytree(self.root, copy)
        environment = dict(self.plain, FX_HOME=os.path.join(copy, "share", "fx"))
        try:
            return self.run(command, environment=environment, **more)
        finally:
            shutil.rmtree(copy)


def padding(random):
    return "x" * random.choice((0, 0, 100, random.randrange(3000)))


def positioned(random, start, count, bad):
    """Lines as kread -g writes them, and their receipts; some are refused."""
    for number in range(start, start + count):
        key = "nothing" if random.random() < bad else "ticker"
        line = '{"_pos":"0:%d","%s":"a","last_refreshed":"%09d","text":"%s"}' % (
            number, key, number, padding(random))
        receipt = line if key == "ticker" else '{"_pos":"0:%d+"}' % number
        yield line.encode(), receipt.encode()


def without_position(line):
    return b"{" + line.partition(b",")[2]


def storing(name, give):
    """A test of a tool that stores: what had a receipt is there, or in the file of -x."""
    def test(disk, random, rounds):
        rejects = os.path.join(disk.root, "rejects")
        command = [name] + (["-k", "ticker"] if name == "kput" else [])
        feeder = Feeder(command + ["-x", rejects], disk, random)
        next_number, undone = 1, 0
        for _ in range(rounds):
            count = random.choice((1, 10, 300, 1000))
            feeder.owed += positioned(random, next_number, count, random.choice((0, 0.05, 0.5)))
            next_number += count
            feeder.life(random.random() < 0.9, statuses=(0, 1))
            undone += disk.cut()
            check_stored(disk, name, give, feeder.safe, rejects)
        return undone
    return test


def check_stored(disk, name, give, safe, rejects):
    good = {without_position(line) for line, receipt in safe if line == receipt}
    bad = {line for line, receipt in safe if line != receipt}
    there = set(disk.look(give).splitlines()) if good else set()
    must(good <= there, "%s: of %d lines with a receipt %d are lost", name, len(good),
         len(good - there))
    aside = []
    if bad:
        must(os.path.exists(rejects), "%s: the file of -x is lost", name)
        with open(rejects, "rb") as file:
            aside = file.read().split(b"\n")
    # The pieces that a power cut leaves spoil no other line.
    found = {line.partition(b'"record":')[2][:-1] for line in aside if line.endswith(b"}}")}
    must(bad <= found, "%s: of %d lines set aside before a receipt %d are lost", name, len(bad),
         len(bad - found))


def checkpoints(disk, random, rounds):
    """kack: neither behind its receipts nor ahead of what it was given."""
    count = 20000
    disk.run(["kput", "-q"], b"".join(b'{"n":%d}\n' % i for i in range(count)),
             environment=disk.plain)
    feeder = Feeder(["kack", "-g", "cut", "--receipts"], disk, random)
    next_number, undone = 1, 0
    for _ in range(rounds):
        more = random.choice((1, 10, 300))
        lines = (b'{"_pos":"0:%d","n":1}' % i for i in range(next_number, next_number + more))
        feeder.add(lines)
        next_number += more
        feeder.life(random.random() < 0.9)
        undone += disk.cut()
        if feeder.safe:
            last = int(feeder.safe[-1][0].split(b'"')[3].partition(b":")[2])
            first = disk.look(["kread", "-g", "cut", "-n", "1"])
            at = int(first.split(b'"')[3].partition(b":")[2])
            must(last <= at < next_number, "kack: the checkpoint is at %d, the last receipt at "
                 "%d, the last line at %d", at, last, next_number - 1)
    return undone


def pipeline(disk, random, rounds):
    """All of it dies at once; what kput gave receipts for reaches the table after all."""
    feeder = Feeder(["kput", "-k", "ticker"], disk, random)
    number, undone = 1, 0
    for _ in range(rounds):
        count = random.choice((10, 300, 1000))
        feeder.add(without_position(line) for line, _ in positioned(random, number, count, 0))
        number += count
        chain = start_chain(disk)
        feeder.life(random.random() < 0.9)
        time.sleep(random.random() * random.choice((0.002, 0.02)))
        for process in chain:
            process.kill()
        for process in chain:
            process.wait()
        undone += disk.cut()
    for process in reversed(start_chain(disk, follow=False)):
        must(process.wait() == 0, "the last run of the pipeline failed")
    safe = {line for line, _ in feeder.safe}
    there = set(disk.look(["ddbget"]).splitlines())
    must(safe <= there, "pipeline: of %d records with a receipt %d are not in the table",
         len(safe), len(safe - there))
    return undone


def some_lines(random, ticker, number):
    lines = positioned(random, number, random.randrange(1, 50), 0)
    return b"".join(without_position(line) + b"\n" for line, _ in lines).replace(
        b'"a"', b'"%s"' % ticker)


def reaches_table(disk, lines, words):
    must(set(lines.splitlines()) <= set(disk.look(["ddbget"]).splitlines()), words)


def unflushed(disk, random, rounds):
    """
    A tool dies between writing and flushing; others see what it wrote, which is
    not on the disk yet. What they make of it must not outlast a power cut alone:
    else the group is ahead of the stream, and what comes next is never read.
    """
    undone = 0
    for number in range(1, 1000 * rounds, 1000):
        dying = dict(disk.environment, UNSYNCED_KILL=str(random.randrange(1, 7)))
        disk.run(["kput", "-q", "-k", "ticker"], some_lines(random, b"died", number), (0, -9),
                 environment=dying)
        run_chain(disk)
        undone += disk.cut()
        lines = some_lines(random, b"next", number)
        disk.run(["kput", "-q", "-k", "ticker"], lines)
        run_chain(disk)
        reaches_table(disk, lines, "records after a power cut did not reach the table")
        # The same item again, with one that did not make it to the disk in the table.
        command = ["ddbput"] + random.choice(([], ["--if-absent"]))
        lines = some_lines(random, b"twice", number)
        disk.run(command, lines, (0, -9), environment=dying)
        feeder = Feeder(command, disk, random)
        feeder.add(lines.splitlines())
        feeder.life(True)
        undone += disk.cut()
        lines = b"".join(line + b"\n" for line, _ in feeder.safe)
        reaches_table(disk, lines, "ddbput gave receipts for items that were not on the disk")
    return undone


def run_chain(disk):
    if os.path.exists(os.path.join(disk.home, "rates.stream")):
        for process in start_chain(disk, follow=False):
            must(process.wait() == 0, "the chain failed")


def start_chain(disk, follow=True):
    processes, source = [], subprocess.DEVNULL
    for command in (["kread", "-g", "table"] + ["-f"] * follow, ["ddbput"],
                    ["kack", "-g", "table"]):
        process = subprocess.Popen([proof.tool(command[0])] + command[1:], stdin=source,
                                   stdout=subprocess.PIPE, env=disk.environment)
        if source is not subprocess.DEVNULL:
            source.close()
        source = process.stdout
        processes.append(process)
    source.close()
    return processes


def control(library, random):
    """Programs that give receipts too early lose lines, those that flush first do not."""
    for how, loses in (("sqlite-off", True), ("sqlite-full", False), ("append", True),
                       ("append-flush", True), ("append-flush-both", False)):
        lost = 0
        for _ in range(5):
            with Disk(library, random) as disk:
                feeder = Feeder(["/usr/bin/env", "python3", proof.CARELESS, how,
                                 os.path.join(disk.root, "kept")], disk, random)
                feeder.add(b"%d" % i for i in range(200))
                while not feeder.safe:
                    feeder.life(True)
                disk.cut()
                kept = subprocess.run(["python3", proof.CARELESS, how + "-show",
                                       os.path.join(disk.root, "kept")], check=True,
                                      stdout=subprocess.PIPE, env=disk.plain).stdout.split()
                lost += bool({line for line, _ in feeder.safe} - set(kept))
        must((lost > 0) == loses, "control: %s lost lines in %d of 5 runs", how, lost)
        print("# control: %s lost lines in %d of 5 runs" % (how, lost))


def prove(random):
    library = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    control(library, random)
    tests = {"kput": storing("kput", ["kread"]), "ddbput": storing("ddbput", ["ddbget"]),
             "kack": checkpoints, "pipeline": pipeline, "unflushed": unflushed}
    for name, test in tests.items():
        if sys.argv[3:] and name not in sys.argv[3:]:
            continue
        undone, left = 0, rounds
        while left > 0:
            # Often a new disk, for the making of files is in danger too.
            now = min(left, random.randrange(1, 10))
            with Disk(library, random) as disk:
                undone += test(disk, random_module.Random(random.random()), now)
            left -= now
        must(undone > 0, "%s: nothing was ever undone", name)
        print("# %s: %d power cuts, %d deeds undone" % (name, rounds, undone))


if __name__ == "__main__":
    proof.main(prove)
