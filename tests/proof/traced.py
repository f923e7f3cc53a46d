#!/usr/bin/env python3
"""traced: what strace sees of the tools.

    traced.py order    the data's flush returns before the receipt is written
    traced.py steps    killed at each system call that changes something, then run again

order: for every write to standard output, all that was written to files of the
stream, table, groups or rejects has been flushed since (the index of the log, -shm, and
the lock file, which hold no data, excepted), names that were made too.
steps: each tool is run in an empty home (kread and kack beside a stream) as often as it
makes system calls of a kind, and killed on entering the first, the second ... of
them; so the making of stream, table and groups is cut off at each of its steps.
Then it is run again, with what has no receipt, and all must be there.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

import proof
from proof import must

WRITES = ("write", "pwrite64", "writev", "pwritev", "ftruncate")
NAMES = ("rename", "mkdir", "unlink")
FLUSHES = ("fsync", "fdatasync")
TRACED = ",".join(WRITES + NAMES + FLUSHES + ("openat", "read"))
STEPS = ("mkdir", "openat", "pwrite64", "fdatasync", "fsync", "ftruncate", "rename", "unlink",
         "write")
CALL = re.compile(r"(\d+ +)?(\w+)\((.*)\) += (-?\d+)(<(.*)>)?")
GROUP = "traced"


def records(start, count):
    return [b'{"ticker":"a","last_refreshed":"%06d","rate":%d.5}' % (i, i)
            for i in range(start, start + count)]


def positioned(start, count):
    return [b'{"_pos":"0:%d","n":1}' % i for i in range(start, start + count)]


def is_data(path):
    return not path.endswith(("-shm", "-lock")) and path.startswith("/")


class Order:
    """Follows a trace: what was written and not yet flushed."""

    def __init__(self, home):
        self.home = home
        self.unflushed = {}
        self.receipts = 0
        self.flushes = 0
        self.known = set()

    def inside(self, path):
        return (path + "/").startswith(self.home + "/") and is_data(path)

    def line(self, text):
        found = CALL.match(text)
        if found is None or int(found[4]) < 0:
            return
        call, arguments, result = found[2], found[3], found[6]
        of = re.match(r"(\d+)<([^>]*)>", arguments)
        names = [os.path.join(self.home, name) for name in re.findall(r'"([^"]*)"', arguments)]
        if call in FLUSHES:
            self.flushes += self.unflushed.pop(of[2], None) is not None
        elif call == "write" and of[1] == "1":
            must(not self.unflushed, "a receipt before the flush of %s", self.unflushed)
            self.receipts += 1
        elif call in WRITES and self.inside(of[2]):
            self.unflushed[of[2]] = call
        elif call == "openat" and "O_CREAT" in arguments and self.inside(result or ""):
            if names[0] not in self.known:
                self.known.add(names[0])
                self.unflushed[os.path.dirname(names[0])] = "creation of " + names[0]
        elif call in NAMES and call != "unlink" and self.inside(names[-1]):
            self.known.add(names[-1])
            self.unflushed[os.path.dirname(names[-1])] = call


def traced_environment(place):
    """Whose search for leaks cannot be traced itself."""
    options = place.environment.get("ASAN_OPTIONS", "")
    return dict(place.environment, ASAN_OPTIONS=options + ":detect_leaks=0")


def trace(place, command, batches, home):
    """Hands each batch over when the one before has its receipts."""
    path = tempfile.mktemp(dir=place.path)
    process = subprocess.Popen(
        ["strace", "-f", "-y", "-s", "0", "-o", path, "-e", "trace=" + TRACED,
         proof.tool(command[0])] + command[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=traced_environment(place))
    for lines in batches:
        process.stdin.write(b"".join(line + b"\n" for line in lines))
        process.stdin.flush()
        for _ in lines:
            must(process.stdout.readline() != b"", "%s ended early", command[0])
    process.stdin.close()
    status = process.wait()
    process.stdout.close()
    must(status in (0, 1), "%s: status %d", command[0], status)
    order = Order(home)
    with open(path, encoding="utf-8", errors="replace") as calls:
        for text in calls:
            order.line(text)
    must(order.receipts >= len(batches) and order.flushes >= len(batches),
         "%s: %d receipts and %d flushes for %d batches: strace has not seen them", command[0],
         order.receipts, order.flushes, len(batches))
    print("# %s: %d writes of receipts, each after its flush" % (command[0], order.receipts))


def control():
    """A program that does not flush is found out."""
    with proof.Place() as place:
        command = ["/usr/bin/env", "python3", proof.CARELESS, "append", place.file("kept")]
        try:
            trace(place, command, [[b"1"], [b"2"]], place.path)
        except proof.Fault as fault:
            must("before the flush" in str(fault), "control: %s", fault)
        else:
            raise proof.Fault("control: receipts without a flush were not noticed")


def prove_order():
    control()
    batches = [records(i, 1) for i in range(20)] + [records(100, 5000), records(9000, 3)]
    # The mark of a line that is set aside waits for one from elsewhere.
    mixed = [[b'{"_pos":"0:%d","no":"key"}' % i, b'{"_pos":"0:%d",%s' % (i + 1, line[1:])]
             for i, line in zip(range(1, 11, 2), records(0, 5))]
    for name in ("kput", "ddbput"):
        command = [name] + (["-k", "ticker"] if name == "kput" else [])
        with proof.Place() as place:
            trace(place, command, batches, place.path)
        with proof.Place() as place:
            trace(place, command + ["-x", place.file("rejects")], mixed, place.path)
    with proof.Place() as place:
        place.run(["kput", "-q"], b"1\n" * 2000)
        marks = [positioned(i, 1) for i in range(1, 20)] + [positioned(20, 1000)]
        trace(place, ["kack", "-g", GROUP, "--receipts"], marks, place.path)


def killed_at(place, command, data, call, when):
    """Runs until it enters a system call for the when-th time; its output, None if it never did."""
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e",
         "inject=%s:signal=KILL:when=%d" % (call, when), proof.tool(command[0])] + command[1:],
        input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=traced_environment(place), check=False)
    return done.stdout if done.returncode in (-9, 137) else None


def joined(lines):
    return b"".join(line + b"\n" for line in lines)


def storing(command, give):
    """How to run a tool that stores, and to look whether all is there."""
    lines = records(0, 30)

    def again(place, output):
        done = proof.whole_lines(output)
        must(lines[:len(done)] == done, "%s: receipts are not its lines", command[0])
        place.run(command, joined(lines[len(done):]))
        there = place.run(give).splitlines()
        must(sorted(set(there)) == lines, "%s: %d of %d lines are there", command[0],
             len(set(there)), len(lines))
    return command, joined(lines), again


def acknowledging():
    lines = positioned(1, 30)
    command = ["kack", "-g", GROUP, "--receipts"]

    def again(place, output):
        done = proof.whole_lines(output)
        if done:
            at = place.run(["kread", "-g", GROUP, "-n", "1"]).split(b'"')[3]
            must(int(at[2:]) >= len(done), "kack: lost a checkpoint")
        place.run(command, joined(lines[len(done):]))
        at = place.run(["kread", "-g", GROUP, "-n", "1"]).split(b'"')[3]
        must(at == b"0:30", "kack: the checkpoint is %s", at)
    return command, joined(lines), again


def reading():
    command = ["kread", "-g", GROUP]

    def again(place, _):
        given = place.run(command).splitlines()
        must(len(given) == 41 and b"0:40+" in given[-1], "kread gives %d lines", len(given))
    return command, b"", again


def prove_steps():
    with proof.Place() as model:
        model.run(["kput", "-q"], b'{"n":1}\n' * 40)
        for command, data, again, home in (
                storing(["kput", "-k", "ticker"], ["kread"]) + (None,),
                storing(["ddbput"], ["ddbget"]) + (None,),
                acknowledging() + (model.home,), reading() + (model.home,)):
            kills = sum(steps(command, data, again, home, call) for call in STEPS)
            must(kills > 30, "%s: killed only %d times", command[0], kills)
            print("# %s: killed at each of %d system calls" % (command[0], kills))


def steps(command, data, again, home, call):
    when = 0
    while True:
        with proof.Place() as place:
            if home is not None:
                shutil.copytree(home, place.home)
            output = killed_at(place, command, data, call, when + 1)
            if output is None:
                return when
            again(place, output)
        when += 1


def prove(_):
    {"order": prove_order, "steps": prove_steps}[sys.argv[1]]()


if __name__ == "__main__":
    proof.main(prove)
