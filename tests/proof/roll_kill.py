"""roll_kill: a chain with fxroll whose tools are killed at random gives the members of one run.

usage: roll_kill.py KILLS [SHARDS [candles]]

A producer puts records; kread -g | fxroll -g | ddbput | kack -g runs again and again, and one of
its tools is killed after a random time. In the end the table has, member for member, what fxroll
gives for each key's records in one undisturbed run; of candles, all but the last of each key,
which is open.
"""
import itertools
import os
import sys

import proof
from chain import Chain

GROUP = "signals"
KEYS = 12
PER_KILL = 150
MEMBERS = ["-k", "ticker", "-v", "price", "-T", "at"]
STATISTICS = ["sma=7,30s", "ema=5,20s", "min=9", "max=40s", "sum=3", "count=1m", "stddev=4",
              "return", "zscore=5", "--forecast", "1m", "--trend-time", "3m"]
CANDLES = ["--candles", "30s", "--volume", "price"]
TOOLS = ("kread", "fxroll", "ddbput", "kack")


def make(random, clocks, values):
    """A record of some key; now and then it has the last one's time, or is late."""
    key = random.randrange(KEYS)
    kind, when = random.random(), clocks[key]
    if kind > 0.1:
        clocks[key] = when = when + random.randrange(1, 15)
    elif kind < 0.03:
        when -= random.randrange(1, 5)
    values[key] *= random.uniform(0.98, 1.02)
    return '{"ticker":"K%d","price":%.*f,"at":%d}' % (key, random.randrange(0, 6), values[key], when)


def commands(what):
    key = "ticker,start" if what is CANDLES else "ticker,at:N"
    return [["kread", "-g", GROUP], ["fxroll", "-g", GROUP] + MEMBERS + what,
            ["ddbput", "-t", "out", "-k", key], ["kack", "-g", GROUP]]


def check(place, what):
    stream = place.run(["kread"])
    expected, last = {}, {}
    name = "start" if what is CANDLES else "at"
    for line in place.run(["fxroll"] + MEMBERS + what, stream).splitlines():
        item = proof.exactly(line)
        last[item["ticker"]] = item["ticker"], item[name]
        expected[item["ticker"], item[name]] = item
    if what is CANDLES:
        for key in last.values():
            del expected[key]
    found = 0
    for line in place.run(["ddbget", "-t", "out"]).splitlines():
        item = proof.exactly(line)
        wanted = expected.get((item["ticker"], item[name]))
        proof.must(item == wanted, "the table has %s, expected was %s", item, wanted)
        found += 1
    proof.must(found == len(expected), "%d of %d items are in the table", found, len(expected))
    return found


def prove(random):
    kills = int(sys.argv[1])
    shards = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    what = CANDLES if len(sys.argv) > 3 else STATISTICS
    clocks, values = [1760000000] * KEYS, [random.uniform(1, 9000) for _ in range(KEYS)]
    counts = dict.fromkeys(TOOLS, 0)
    with proof.Place() as place:
        for victim in itertools.cycle(TOOLS):
            if sum(counts.values()) >= kills:
                break
            lines = [make(random, clocks, values) for _ in range(random.randrange(PER_KILL))]
            place.run(["kput", "-q", "-k", "ticker", "--shards", str(shards)],
                      "".join(line + "\n" for line in lines).encode())
            # A chain takes some milliseconds; where in them the kill falls is random.
            counts[victim] += Chain(place, commands(what)).end(victim, random.uniform(0, 0.05))
        Chain(place, commands(what)).end(None, 0)
        Chain(place, commands(what)).end(None, 0)
        found = check(place, what)
        size = os.stat(os.path.join(place.home, "rates.%s.fxroll" % GROUP)).st_size
    print("# kills: %s; %d items, all equal; the state takes %d bytes" % (counts, found, size))


if __name__ == "__main__":
    proof.main(prove)
