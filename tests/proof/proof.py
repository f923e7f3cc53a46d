"""proof: what the proofs share. The tools, a seed, a place to work in, comparisons.

    FX_BUILD   where the tools were built (default: build)
    FX_SEED    the seed of everything random (default: a new one, printed)
"""
import array
import decimal
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import termios

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CARELESS = os.path.join(REPOSITORY, "tests/proof/careless.py")
BUILD = os.path.join(REPOSITORY, os.environ.get("FX_BUILD") or "build")


LONGEST = 1200 # seconds, with sanitizers and on a busy machine


class Fault(Exception):
    """A proof has failed."""


def must(condition, words, *details):
    if not condition:
        raise Fault(words % details if details else words)


def tool(name):
    """Where a tool is; a path stays one."""
    return os.path.join(BUILD, "bin", name)


def noting(path):
    """A command that appends what goes by to a file, before it hands it on (tee would do so after)."""
    return ["/bin/sh", "-c", 'exec tee /dev/fd/3 3>&1 >>"$0"', path]


def sanitized():
    """Were the tools built with the address sanitizer?"""
    with open(tool("kput"), "rb") as binary:
        return b"__asan_init" in binary.read()


def seed():
    """The seed, printed, so that a run can be had again (as far as time allows)."""
    value = int(os.environ.get("FX_SEED") or random.SystemRandom().randrange(1 << 32))
    print("# FX_SEED=%d" % value, flush=True)
    return value


class Place:
    """A directory of its own with an FX_HOME in it, removed at the end if all went well.

    What a proof asks it of streams and tables, cloud.Place answers for AWS.
    """

    in_order = True # a stream of one shard gives all in the order in which it was put in

    def __init__(self, parent=None):
        self.path = tempfile.mkdtemp(prefix="proof-", dir=parent)
        self.home = os.path.join(self.path, "fx")
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("FX_", "AWS_"))}
        self.environment.update(FX_HOME=self.home, LC_ALL="C")

    def file(self, *names):
        return os.path.join(self.path, *names)

    def run(self, command, data=b"", status=0, **more):
        """Runs to its end; its output. status: the one that is expected, or some, or None."""
        done = subprocess.run([tool(command[0])] + list(command[1:]), input=data,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.path,
                              env=more.pop("environment", self.environment), check=False, **more)
        expected = status if isinstance(status, (tuple, type(None))) else (status,)
        must(expected is None or done.returncode in expected, "%s: status %d, not %s: %s",
             " ".join(command), done.returncode, expected, done.stderr.decode()[-2000:])
        return done.stdout if status is not None else done

    def stream(self, name):
        """What the tools call it."""
        return name

    table = stream

    def make_stream(self, _, shards):
        """What kput is told to make a stream of so many shards."""
        return ["--shards", str(shards)]

    def make_table(self, _, *keys):
        """What ddbput is told to make a table of that key."""
        return ["-k", ",".join(keys)]

    def shards(self, _, count):
        """The names of a stream's shards."""
        return [str(i) for i in range(count)]

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None or os.environ.get("FX_KEEP") is None:
            self.remove()


def place_for(kind):
    """kind: embedded, or aws (which wants tests/.venv)."""
    must(kind in ("embedded", "aws"), "neither embedded nor aws: %s", kind)
    if kind == "embedded":
        return Place()
    from cloud import CloudPlace # pylint: disable=import-outside-toplevel
    return CloudPlace()


def unread(fd):
    """How many bytes wait in a pipe."""
    count = array.array("i", [0])
    fcntl.ioctl(fd, termios.FIONREAD, count)
    return count[0]


def drain(fd):
    """All that waits in a pipe now."""
    parts = []
    while (waiting := unread(fd)) > 0:
        parts.append(os.read(fd, waiting))
    return b"".join(parts)


def lines_of(data):
    """All lines, also the last one of a tool that was killed before it wrote the newline."""
    data = bytes(data)
    return whole_lines(data + b"\n" if data.endswith(b"}") else data)


def whole_lines(data):
    """The lines of data that have their newline, without it."""
    return bytes(data).split(b"\n")[:-1]


def exactly(text):
    """A record as Python sees it, its numbers as the decimals that they are."""
    return json.loads(text, parse_float=decimal.Decimal, parse_int=decimal.Decimal)


def late(*_):
    raise Fault("no end after %d seconds" % LONGEST)


def main(run):
    """Runs a proof; words for its faults."""
    signal.signal(signal.SIGALRM, late)
    signal.alarm(LONGEST)
    try:
        run(random.Random(seed()))
    except Fault as fault:
        print("FAULT: %s" % fault, file=sys.stderr)
        sys.exit(1)
