#!/usr/bin/env python3
"""traced: what strace sees of the tools.

    traced.py order    the data's flush returns before the receipt is written
    traced.py steps    killed at each system call that changes something, then run again
    traced.py failures [PART]   each system call fails once, then run again

order: for every write to standard output, all that was written to files of the
stream, table, groups or rejects has been flushed since (the index of the log, -shm, and
the lock file, which hold no data, excepted), names that were made too.
steps: each tool is run in an empty home (kread and kack beside a stream) as often as it
makes system calls of a kind, and killed on entering the first, the second ... of
them; so the making of stream, table and groups is cut off at each of its steps.
Then it is run again, with what has no receipt, and all must be there.
failures: the same with an error from the call instead of a kill (a full or broken disk, no
descriptors, no memory). A status of 0 then says that everything has its receipt; any other comes
with a message. PART: only every PART-th failure, from a random one on.
"""
import collections
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
# Errors that the system may answer with at any time. (mmap is left out: ld.so crashes without it.)
FAILURES = ("openat=EMFILE", "openat=EIO", "read=EIO", "pread64=EIO", "pwrite64=ENOSPC",
            "pwrite64=EIO", "write=ENOSPC", "write=EIO", "fdatasync=EIO", "fsync=EIO",
            "ftruncate=ENOSPC", "rename=EIO", "mkdir=ENOSPC", "unlink=EIO", "newfstatat=EIO",
            "fstat=EIO", "fcntl=ENOLCK", "lseek=EIO", "close=EIO",
            "getrandom=ENOSYS", "poll=ENOMEM", "clone3=EAGAIN")
CALL = re.compile(r"(\d+ +)?(\w+)\((.*)\) += (-?\d+)(<(.*)>)?")
GROUP = "traced"
LOADER = 127 # ld.so's status when a library cannot be loaded


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


def disturbed(place, command, data, call, fault, when):
    """Runs with a fault at the when-th system call of a kind; None if it never made so many."""
    path = place.file("trace")
    done = subprocess.run(
        ["strace", "-f", "-qq", "-o", path, "-e", "trace=" + call, "-e",
         "inject=%s:%s:when=%d" % (call, fault, when), proof.tool(command[0])] + command[1:],
        input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=traced_environment(place), check=False)
    with open(path, encoding="utf-8", errors="replace") as calls:
        trace = calls.read()
    reached = "(INJECTED)" in trace or "killed by SIGKILL" in trace
    return done if reached else None


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
        with beside(home) as place:
            done = disturbed(place, command, data, call, "signal=KILL", when + 1)
            if done is None:
                return when
            again(place, done.stdout)
        when += 1


def beside(home):
    """A new place, with a copy of home if there is one."""
    place = proof.Place()
    if home is not None:
        shutil.copytree(home, place.home)
    return place


def prove_failures(random):
    part = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with proof.Place() as model:
        model.run(["kput", "-q"], b'{"n":1}\n' * 40)
        for command, data, again, home in (
                storing(["kput", "-k", "ticker"], ["kread"]) + (None,),
                storing(["ddbput"], ["ddbget"]) + (None,),
                acknowledging() + (model.home,), reading() + (model.home,)):
            statuses = collections.Counter()
            for failure in FAILURES:
                statuses += failures(command, data, again, home, failure, part, random)
            must(sum(statuses.values()) > 100 // part, "%s: only %s failures", command[0], statuses)
            print("# %s: %d system calls failed; status: runs %s" % (
                command[0], sum(statuses.values()), dict(sorted(statuses.items()))))


def failures(command, data, again, home, failure, part, random):
    call, error = failure.split("=")
    statuses = collections.Counter()
    when = 1 + random.randrange(part)
    while True:
        with beside(home) as place:
            done = disturbed(place, command, data, call, "error=" + error, when)
            if done is None:
                return statuses
            what = "%s, %s at the %d. %s" % (command[0], error, when, call)
            if re.search(rb"^(==\d+==|ERROR: Can.t create directory: )", done.stderr, re.M): # the call was the sanitizer's
                when += part
                continue
            must(done.returncode >= 0, "%s: signal %d", what, -done.returncode)
            must(done.returncode == 0 or done.stderr, "%s: status %d without a message", what,
                 done.returncode)
            # SQLite takes a page that cannot be read for a damaged one.
            must(done.returncode in (0, 75, LOADER) or b" is damaged: " in done.stderr,
                 "%s: status %d: %s", what, done.returncode, done.stderr)
            whole = whole_output(command[0])
            must(done.returncode != 0 or done.stdout.count(b"\n") == whole,
                 "%s: status 0 with %d of %d lines", what, done.stdout.count(b"\n"), whole)
            try:
                again(place, done.stdout)
            except proof.Fault as fault:
                raise proof.Fault("%s: %s" % (what, fault)) from fault
        statuses[done.returncode] += 1
        when += part


def whole_output(name):
    """How many lines the runs of storing, acknowledging and reading give."""
    return 41 if name == "kread" else 30


def prove(random):
    if sys.argv[1] == "failures":
        prove_failures(random)
    else:
        {"order": prove_order, "steps": prove_steps}[sys.argv[1]]()


if __name__ == "__main__":
    proof.main(prove)
