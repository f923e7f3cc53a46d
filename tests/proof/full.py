#!/usr/bin/env python3
"""full: no more room, in the middle of the work.

    full.py disk     a small tmpfs is filled up while a tool runs (in a user namespace)
    full.py limit    a limit on the size of files (RLIMIT_FSIZE)

For the stream, the table, the groups, the file of -x and that of --stats: the tool
ends with 75 and says why; what had a receipt is there, at once and later; when there is
room again the next run goes on, everything arrives, and no line in a file is
spoilt by the one that did not fit.
"""
import os
import resource
import signal
import subprocess
import sys

import proof
from feeder import Feeder
from proof import must

SIZE = 48 # MiB of the tmpfs
LIMIT = 1024 * 1024 # bytes of a file
BATCHES = 6 * LIMIT # the same, where a batch is larger
GROUP = "full"


def joined(lines):
    return b"".join(line + b"\n" for line in lines)


def record(number):
    text = "x" * (number * 7919 % 300)
    return ('{"_pos":"0:%d","ticker":"a","last_refreshed":"%09d","text":"%s"}' % (
        number, number, text)).encode()


def stored(line):
    return b"{" + line.partition(b",")[2]


class Disk:
    """A disk that gets full when a tool has taken so many bytes and given a receipt."""

    name = "disk"

    def __init__(self, path):
        self.path = path
        self.filler = os.path.join(path, "filler")

    def no_room(self):
        with open(self.filler, "wb", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    pass

    def room(self):
        if os.path.exists(self.filler):
            os.unlink(self.filler)

    def arm(self, feeder, limit):
        """limit None: full from the beginning."""
        given = 0
        if limit is None:
            self.no_room()
        write = feeder.write

        def counting(fd, data):
            nonlocal given
            if limit is not None and given > limit and feeder.received and \
                    not os.path.exists(self.filler):
                self.no_room()
            count = write(fd, data[:20000])
            given += count
            return count
        feeder.write = counting

    @staticmethod
    def disarm(feeder):
        del feeder.write


class Limit:
    """A file may get so large, and no larger."""

    name = "limit"

    @staticmethod
    def arm(feeder, _):
        size = BATCHES
        if "-x" in feeder.command or "--stats" in feeder.command:
            size = LIMIT
        elif "-g" in feeder.command:
            size = LIMIT // 16 # a page or two for each batch is all that kack writes

        def before():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        feeder.before = before

    @staticmethod
    def disarm(feeder):
        feeder.before = None

    def room(self):
        pass


def until_full(feeder, room, random, at_once=False):
    """One life, into the lack of room; then it says why."""
    total = sum(len(line) for line, _ in feeder.owed)
    room.arm(feeder, None if at_once else random.randrange(total // 10, total // 2))
    feeder.life(False, (75,))
    room.disarm(feeder)
    must(feeder.words.startswith(os.path.basename(feeder.command[0]) + ": "), "no words: %s",
         feeder.words)


def storing(name, give):
    """Stream or table."""
    def test(place, room, random):
        command = [name] + (["-k", "ticker"] if name == "kput" else [])
        feeder = Feeder(command, place, random)
        feeder.add(record(number) for number in range(40000))
        until_full(feeder, room, random)
        must(feeder.safe and feeder.owed, "%s: %d receipts, %d lines without", name,
             len(feeder.safe), len(feeder.owed))
        # To look at it needs no room to speak of; where even that is not there: later.
        there = place.run(give, status=(0, 75))
        safe = [stored(line) for line, _ in feeder.safe]
        must(not there or set(safe) <= set(there.splitlines()), "%s: lost on a full disk", name)
        room.room()
        must(set(safe) <= set(place.run(give).splitlines()), "%s: lost", name)
        feeder.life(False)
        there = place.run(give).splitlines()
        must(sorted(set(there)) == sorted(stored(record(number)) for number in range(40000)),
             "%s: not all is there in the end", name)
    return test


def groups(place, room, random):
    total = 300000
    place.run(["kput", "-q"], b"1\n" * total)
    feeder = Feeder(["kack", "-g", GROUP, "--receipts"], place, random)
    feeder.add(b'{"_pos":"0:%d"}' % i for i in range(1, total + 1))
    until_full(feeder, room, random)
    must(feeder.owed, "kack: nothing without a receipt")
    room.room()
    at = int(place.run(["kread", "-g", GROUP, "-n", "1"]).split(b'"')[3][2:])
    must(len(feeder.safe) <= max(at, 1) <= total, "kack: the checkpoint is at %d, the last receipt "
         "was %d", at, len(feeder.safe))
    feeder.life(False)
    at = place.run(["kread", "-g", GROUP, "-n", "1"]).split(b'"')[3]
    must(at == b"0:%d" % total, "kack: in the end the checkpoint is at %s", at)


def rejects(name):
    def test(place, room, random):
        path = os.path.join(place.path, "rejects")
        command = [name] + (["-k", "ticker"] if name == "kput" else []) + ["-x", path]
        feeder = Feeder(command, place, random)
        for number in range(20000):
            line = record(number)
            if number % 3:
                feeder.owed.append((line, line))
            else:
                feeder.owed.append((line.replace(b"ticker", b"nothing"),
                                    b'{"_pos":"0:%d+"}' % number))
        everything = list(feeder.owed)
        until_full(feeder, room, random)
        must(feeder.owed, "%s: nothing without a receipt", name)
        check_rejects(path, feeder.safe, "while there was no room")
        room.room()
        feeder.life(False, (1,))
        check_rejects(path, everything, "in the end")
    return test


def check_rejects(path, safe, when):
    """All that was set aside is there; every line is whole."""
    with open(path, "rb") as file:
        data = file.read()
    must(data.endswith(b"\n"), "the file of -x ends in half a line %s", when)
    there = {proof.exactly(line)["record"]["_pos"] for line in data.splitlines()}
    expected = {receipt.split(b'"')[3][:-1].decode() for line, receipt in safe if line != receipt}
    must(expected <= there, "%d lines of the file of -x are missing %s", len(expected - there),
         when)


def stats(place, room, random):
    path = os.path.join(place.path, "stats")
    with open(path, "wb") as file: # so that of the next line only the beginning fits
        for length in [512] * (LIMIT // 512 - 1) + [512 - 41]:
            file.write(b'{"filled":"%s"}\n' % (b"x" * (length - 14)))
    must(os.path.getsize(path) == LIMIT - 41, "the file of figures is not as long as it should be")
    lines = [record(number) for number in range(100)]
    home = place.home # what is stored goes where there is room
    place.environment["FX_HOME"] = place.elsewhere
    feeder = Feeder(["kput", "-k", "ticker", "--stats", path], place, random)
    feeder.add(lines)
    until_full(feeder, room, random, at_once=True)
    must(not feeder.owed, "kput: with no room for its figures it left lines without receipts")
    room.room()
    must(place.run(["kread"]).splitlines() == [stored(line) for line in lines], "kput: lost")
    feeder.add(lines)
    feeder.life(False)
    with open(path, "rb") as file:
        data = file.read()
    must(data.endswith(b"\n"), "the figures end in half a line")
    figures = [proof.exactly(line) for line in data.splitlines()][-1]
    must(figures["done"] == len(lines), "the last figures are %s", figures)
    place.environment["FX_HOME"] = home


def creation(place, room, random):
    """There is no room from the beginning."""
    if room.name == "limit":
        return
    for name, give in ("kput", "kread"), ("ddbput", "ddbget"):
        room.no_room()
        lines = joined(stored(record(number)) for number in range(10))
        done = place.run([name], lines, None)
        must(done.returncode == 75 and done.stdout == b"", "%s on a full disk: status %d",
             name, done.returncode)
        room.room()
        must(place.run([name], lines) == place.run([give]) == lines, "%s: not all is there", name)


TESTS = {"stream": storing("kput", ["kread"]), "table": storing("ddbput", ["ddbget"]),
         "groups": groups, "rejects of kput": rejects("kput"),
         "rejects of ddbput": rejects("ddbput"), "stats": stats, "creation": creation}


def prove(random):
    kind = sys.argv[1]
    if kind == "disk" and len(sys.argv) == 2:
        environment = dict(os.environ, FX_SEED=str(random.randrange(1 << 32)))
        status = subprocess.run(["unshare", "-rm", sys.executable, __file__, "disk", "inside"],
                                env=environment, check=False).returncode
        must(status == 0, "inside of the namespace: status %d", status)
        return
    for name, test in TESTS.items():
        with proof.Place() as outside:
            small = outside.file("small")
            os.mkdir(small)
            if kind == "disk":
                subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % SIZE, "none", small],
                               check=True)
            with proof.Place(small) as place:
                place.elsewhere = outside.home
                test(place, Disk(small) if kind == "disk" else Limit(), random)
            if kind == "disk":
                subprocess.run(["umount", small], check=True)
        print("# %s: %s" % (kind, name), flush=True)


if __name__ == "__main__":
    proof.main(prove)
