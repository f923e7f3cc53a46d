"""feeder: hands lines to a tool that gives receipts, kills it, and hands over again
what has none."""
import os
import select
import subprocess
import tempfile
import time

import proof
from proof import must

DEADLINE = 120 # seconds
IDLE = 1


class Feeder:
    """
    command: the tool with its arguments.
    owed: pairs of a line and its receipt, not yet receipted; safe: those that are.
    killed_in_flight: of the last life: True, False, or None where it was not killed.
    """

    def __init__(self, command, place, random):
        self.command = [proof.tool(command[0])] + list(command[1:])
        self.place = place
        self.random = random
        self.owed = []
        self.safe = []
        self.handed = 0
        self.before = None # called in the child, before the tool runs
        self.words = ""
        self.received = 0 # bytes of receipts in this life
        self.killed_in_flight = None

    def add(self, lines):
        self.owed += [(line, line) for line in lines]

    def start(self):
        in_read, in_write = os.pipe()
        out_read, out_write = os.pipe()
        self.errors = tempfile.TemporaryFile()
        process = subprocess.Popen(self.command, stdin=in_read, stdout=out_write,
                                   stderr=self.errors, env=self.place.environment,
                                   cwd=self.place.path, preexec_fn=self.before)
        os.close(out_write)
        os.set_blocking(in_write, False)
        return process, in_read, in_write, out_read

    def life(self, kill, statuses=(0,)):
        """From a start to its end or its death. Lines that have their receipts become safe."""
        random = self.random
        data = b"".join(line + b"\n" for line, _ in self.owed)
        process, in_read, in_write, out_read = self.start()
        # A number of bytes read, or of bytes of receipts, then a moment more.
        by_receipts = random.random() < 0.3
        most = sum(len(receipt) + 1 for _, receipt in self.owed) if by_receipts else len(data)
        limit = random.randrange(1, most + 1) if kill else None
        step = random.choice((200, 5000, len(data)))
        written, receipts, killed = 0, bytearray(), False
        self.received = 0
        deadline = time.monotonic() + DEADLINE
        idle = time.monotonic() + IDLE
        while True:
            must(time.monotonic() < deadline, "%s neither takes lines nor ends", self.command[0])
            readable, writable, _ = select.select(
                [out_read], [in_write] if written < len(data) else [], [], 0.0005)
            if readable:
                piece = os.read(out_read, 65536)
                if not piece:
                    break
                receipts += piece
                self.received = len(receipts)
            if readable or writable:
                idle = time.monotonic() + IDLE
            if writable:
                written += self.write(in_write, data[written:written + step])
                if written == len(data) and not kill:
                    os.close(in_write)
            if kill:
                taken = written - proof.unread(in_read)
                # The mark of a line set aside may wait for a line behind it.
                waiting = written == len(data) and taken == written and time.monotonic() > idle
                if waiting or (len(receipts) if by_receipts else taken) >= limit:
                    time.sleep(random.random() * random.choice((0, 0.0003, 0.003)))
                    process.kill()
                    killed = True
                    break
        status = process.wait()
        taken = written - len(proof.drain(in_read))
        while piece := os.read(out_read, 65536):
            receipts += piece
        os.close(in_read)
        os.close(out_read)
        if kill or written < len(data):
            os.close(in_write)
        self.errors.seek(0)
        self.words = self.errors.read().decode(errors="replace")
        self.errors.close()
        must(status in ((-9,) if killed else statuses), "%s: status %d: %s", self.command[0],
             status, self.words)
        self.settle(receipts)
        self.handed = data.count(b"\n", 0, taken)
        self.killed_in_flight = self.handed > self.done if killed else None
        must(status != 0 or not self.owed, "%s ended and left lines without receipts",
             self.command[0])
        return status

    def write(self, fd, data):
        try:
            return os.write(fd, data)
        except (BlockingIOError, BrokenPipeError):
            return 0

    def settle(self, receipts):
        """Finds which lines the receipts are for; they must be theirs, in order."""
        lines = proof.whole_lines(receipts)
        self.done = len(lines)
        must(lines == [receipt for _, receipt in self.owed[:self.done]],
             "%s: receipts are not those of its input lines", self.command[0])
        self.safe += self.owed[:self.done]
        self.owed = self.owed[self.done:]
