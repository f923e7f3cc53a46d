"""alert_kill: no alert is lost, whatever is killed, with a webhook that fails every third call.

usage: alert_kill.py KILLS [SHARDS]

A producer puts records; kread -g | fxalert -g | tee | snspub | kack -g runs again and again, and one
of its tools is killed after a random time. Every third call of the webhook answers 500, hangs or
drops the connection. In the end each alert of one undisturbed run has been delivered, and no other;
of those for missing records, whose number depends on the clock, each that fxalert has written.
"""
import collections
import glob
import http.server
import itertools
import json
import os
import sys
import threading
import time

import proof
from chain import Chain

GROUP = "alerts"
KEYS = 6
PER_KILL = 24
MEMBERS = ["-k", "ticker", "-T", "at", "--reset", "1%", "--cooldown", "20s"]
MISSING = "missing 1s"
RULES = ["price > 1100", "price < 900", "price crosses 1000", "price change 20% in 1m"]
VICTIMS = ("kread", "fxalert", "snspub", "kack")
AFTER = {"kread": 0.02, "fxalert": 0.03, "snspub": 0.3, "kack": 0.3} # seconds; these still run then
LONGEST = 60 # seconds until records are missing, on a busy machine
HANG = 1.3 # seconds, longer than snspub waits


class Hook(http.server.ThreadingHTTPServer):
    """The webhook: what it has accepted, and how often."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock, self.calls = threading.Lock(), 0
        self.accepted, self.faults = collections.Counter(), collections.Counter()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """Clients that are killed are no news."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_): # pylint: disable=arguments-differ
        pass

    def do_POST(self): # pylint: disable=invalid-name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.calls += 1
            kind = "accept"
            if self.server.calls % 3 == 0:
                kind = ("fail", "hang", "drop")[self.server.calls // 3 % 3]
                self.server.faults[kind] += 1
            else:
                self.server.accepted[body.decode()] += 1
        self.close_connection = kind in ("hang", "drop")
        if kind == "hang":
            time.sleep(HANG)
        if not self.close_connection:
            self.send_response(200 if kind == "accept" else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()


def make(random, clocks, values):
    """A record of some key; now and then it has the last one's time, or is late."""
    key = random.randrange(KEYS)
    kind, when = random.random(), clocks[key]
    if kind > 0.1:
        clocks[key] = when = when + random.randrange(1, 15)
    elif kind < 0.03:
        when -= random.randrange(1, 5)
    values[key] += (1000 - values[key]) * 0.02 + random.uniform(-45, 45)
    return '{"ticker":"K%d","price":%.3f,"at":%d}' % (key, values[key], when)


def fxalert(*more):
    return ["fxalert"] + list(more) + MEMBERS + RULES + [MISSING]


def commands(place, run, *follow):
    return [["kread", "-g", GROUP] + list(follow), fxalert("-g", GROUP),
            proof.noting(place.file("written.%d" % run)),
            ["snspub", "-t", "file:hook", "--timeout", "1"], ["kack", "-g", GROUP]]


def without_position(line):
    item = json.loads(line)
    return item.pop("_pos", None), item


def written(place):
    """What fxalert has written for missing records, in all runs, as text without positions."""
    found = collections.Counter()
    for path in glob.glob(place.file("written.*")):
        with open(path, "rb") as file:
            for line in proof.lines_of(file.read()):
                _, item = without_position(line)
                if item.get("alert") == MISSING:
                    found[json.dumps(item)] += 1
    return found


def check(place, hook):
    stream = place.run(["kread"])
    wanted = {json.dumps(json.loads(line)) for line in place.run(fxalert(), stream).splitlines()}
    missing = written(place)
    got = collections.Counter()
    for body, times in hook.accepted.items():
        got[json.dumps(json.loads(body))] += times
    lost = (wanted | set(missing)) - set(got)
    proof.must(not lost, "%d alerts were not delivered: %s", len(lost), sorted(lost)[:3])
    wrong = set(got) - wanted - set(missing)
    proof.must(not wrong, "%d alerts were of rules that did not fire: %s", len(wrong),
               sorted(wrong)[:3])
    times = {(item["ticker"], item["at"]) for item in map(json.loads, stream.splitlines())}
    for text in missing:
        item = json.loads(text)
        at = int(time.mktime(time.strptime(item["at"], "%Y-%m-%dT%H:%M:%SZ")))
        proof.must((item["ticker"], at) in times, "no record is the last before %s", text)
    return len(wanted), len(missing), sum(got.values()) - len(got)


def silence(random, place, runs, kills, put):
    """After a few records none come: kills in the midst of alerts for what is missing."""
    for turn, victim in enumerate(itertools.islice(itertools.cycle(VICTIMS), kills)):
        if turn % 2 == 0:
            put()
        chain = Chain(place, commands(place, next(runs), "-f"))
        time.sleep(random.uniform(0.9, 2.5))
        # Whatever is killed, the reader of the stream would wait for ever.
        proof.must(chain.processes[victim].poll() is None, "%s has ended by itself", victim)
        chain.processes[victim].kill()
        time.sleep(random.uniform(0, 0.2))
        chain.processes["kread"].kill()
        for process in chain.processes.values():
            process.wait()


def wait_for_missing(place, run):
    """Lets the tools run until each key has been reported as missing."""
    chain = Chain(place, commands(place, run, "-f"))
    deadline = time.monotonic() + LONGEST
    while sum(written(place).values()) < KEYS and time.monotonic() < deadline:
        time.sleep(0.1)
    chain.end("kread", 0)


def prove(random):
    kills = int(sys.argv[1])
    shards = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    os.environ["TZ"] = "UTC"
    time.tzset()
    clocks, values = [1760000000] * KEYS, [1000.0] * KEYS
    counts, runs, hook = dict.fromkeys(VICTIMS, 0), itertools.count(), Hook()

    with proof.Place() as place:
        def put(lines):
            place.run(["kput", "-q", "-k", "ticker", "--shards", str(shards)],
                      "".join(line + "\n" for line in lines).encode())

        with open(os.open(place.file("hook"), os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("http://127.0.0.1:%d/hook\n" % hook.server_port)
        for victim in itertools.cycle(VICTIMS):
            if sum(counts.values()) >= kills:
                break
            put(make(random, clocks, values) for _ in range(random.randrange(PER_KILL)))
            chain = Chain(place, commands(place, next(runs)))
            counts[victim] += chain.end(victim, random.uniform(0, AFTER[victim]))
        silence(random, place, runs, kills // 20,
                lambda: put(make(random, clocks, values) for _ in range(4)))
        put('{"ticker":"K%d","price":1000,"at":%d}' % (key, clocks[key] + 1) for key in range(KEYS))
        wait_for_missing(place, next(runs))
        Chain(place, commands(place, next(runs))).end(None, 0)
        found, missing, doubled = check(place, hook)
        proof.must(missing >= KEYS, "only %d alerts for missing records", missing)
    print("# kills: %s, and %d in silence; webhook: %d calls, faults %s; all %d alerts and %d for "
          "missing records delivered, %d deliveries were doubles"
          % (counts, kills // 20, hook.calls, dict(hook.faults), found, missing, doubled))


if __name__ == "__main__":
    proof.main(prove)
