"""roll: fxroll's statistics and candles beside those that Python computes.

usage: roll.py RECORDS

Sums, averages, minima, maxima, counts and candles are equal to the last digit, the others to 1e-12;
the errors of forecasts, which are differences of values, to 1e-12 of the value.
"""
import datetime
import decimal
import math
import sys

import proof

KEYS = 50
ARGUMENTS = ["sma=10,60,5m", "min=60,7m", "max=60,7m", "sum=60,7m", "count=60,7m", "ema=20,10m",
             "stddev=20,5m", "return", "return=5,5m", "zscore=20"]
FORECAST, LEVEL_TIME, TREND_TIME = 300, 150, 1200 # seconds; the times are the defaults
CANDLE = 300 # seconds
EXACT = ("sma", "min", "max", "sum", "count")
MEAN = decimal.Context(prec=20, rounding=decimal.ROUND_HALF_EVEN)
WIDE = decimal.Context(prec=200)
UNITS = {"m": 60}


class Key:
    """What came of a key: its times and values, and for each ema the averages after each."""

    def __init__(self):
        self.times, self.values, self.averages = [], [], {}
        self.trends = [] # (level, trend) after each record
        # For each forecast that is due: by which record it became so, and the sums up to it of the
        # errors, their squares and the naive errors, and their number.
        self.due = []


def trend(key):
    """Holt's level and trend with the last record."""
    del key.trends[len(key.values) - 1:]
    value = float(key.values[-1])
    if not key.trends:
        key.trends.append((value, 0.0))
        return
    level, slope = key.trends[-1]
    passed = key.times[-1] - key.times[-2]
    keep = math.exp(-passed / LEVEL_TIME)
    moved = keep * (level + slope * passed) + (1 - keep) * value
    keep = math.exp(-passed / TREND_TIME)
    key.trends.append((moved, keep * slope + (1 - keep) * (moved - level) / passed))


def made(key, number):
    level, slope = key.trends[number]
    return level + slope * FORECAST


def compare(key):
    """Adds the forecasts that are due with the last record, and returns the sums."""
    last = len(key.times) - 1
    while key.due and key.due[-1][0] >= last:
        key.due.pop()
    while key.times[len(key.due)] + FORECAST <= key.times[last]:
        then = len(key.due)
        sums = key.due[-1][1:] if key.due else (0, 0, 0, 0)
        if key.times[last] <= key.times[then] + 2 * FORECAST:
            error = abs(float(key.values[last]) - made(key, then))
            naive = abs(float(key.values[last] - key.values[then]))
            sums = (sums[0] + error, sums[1] + error ** 2, sums[2] + naive, sums[3] + 1)
        key.due.append((last,) + sums)
    return key.due[-1][1:] if key.due else (0, 0, 0, 0)


def forecast(key):
    """The members of the forecast."""
    trend(key)
    errors, squares, naive, count = compare(key)
    if key.times[-1] - key.times[0] < FORECAST:
        return {}
    value = made(key, -1)
    found = {"": value}
    if count > 0:
        band = 2 * math.sqrt(squares / count)
        found.update({"_low": value - band, "_high": value + band, "_error": errors / count,
                      "_naive_error": naive / count, "_compared": count})
    return {"forecast_5m" + ending: value for ending, value in found.items()}


def window(key, extent):
    """The values of a window, and is it full?"""
    if extent[-1] in UNITS:
        span = int(extent[:-1]) * UNITS[extent[-1]]
        limit, first = key.times[-1] - span, len(key.times)
        while first > 0 and key.times[first - 1] > limit:
            first -= 1
        return key.values[first:], key.times[0] <= limit, first
    count = int(extent)
    return key.values[-count:], len(key.values) >= count, len(key.values) - count


def deviation(values):
    mean = WIDE.divide(sum(values), decimal.Decimal(len(values)))
    squares = sum((WIDE.multiply(WIDE.subtract(v, mean), WIDE.subtract(v, mean)) for v in values))
    return math.sqrt(WIDE.divide(squares, decimal.Decimal(len(values) - 1))), mean


def average(key, extent):
    after = key.averages.setdefault(extent, [])
    del after[len(key.values) - 1:]
    value = float(key.values[-1])
    if after and extent[-1] in UNITS:
        passed = key.times[-1] - key.times[-2]
        weight = 1 - math.exp(-passed / (int(extent[:-1]) * UNITS[extent[-1]]))
        value = after[-1] * (1 - weight) + value * weight
    elif after:
        weight = 2 / (int(extent) + 1)
        value = after[-1] * (1 - weight) + value * weight
    after.append(value)
    return value


def change(key, extent):
    values, full, first = window(key, extent)
    before = first - 1
    if not full or before < 0 or key.values[before] == 0:
        return None
    return float(WIDE.divide(key.values[-1] - key.values[before], key.values[before]))


def statistic(key, name, extent):
    """None: it is left out."""
    if name == "return":
        return change(key, extent)
    values, full, _ = window(key, extent)
    moved = average(key, extent) if name == "ema" else None
    if not full:
        return None
    if name == "ema":
        return moved
    if name == "sma":
        return MEAN.divide(sum(values), decimal.Decimal(len(values)))
    if name in ("stddev", "zscore"):
        spread, mean = deviation(values) if len(values) > 1 else (0, 0)
        if len(values) < 2 or (name == "zscore" and spread == 0):
            return None
        return spread if name == "stddev" else float(WIDE.subtract(values[-1], mean)) / spread
    return {"min": min, "max": max, "sum": sum, "count": len}[name](values)


def wanted():
    for argument in ARGUMENTS:
        name, _, extents = argument.partition("=")
        for extent in extents.split(",") if extents else [None]:
            yield (name + "_" + extent if extent else name), name, extent or "1"


def make(random, count):
    """Records of all keys: in order but for some that repeat the last time or are late."""
    times = [random.randrange(1760000000, 1760003600) for _ in range(KEYS)]
    values = [random.uniform(0.001, 90000) for _ in range(KEYS)]
    places = [random.choice((0, 2, 4, 8, 12)) for _ in range(KEYS)]
    for _ in range(count):
        key = random.randrange(KEYS)
        kind, time = random.random(), times[key]
        if kind < 0.05:
            time -= random.randrange(1, 500)
        elif kind > 0.1:
            times[key] = time = time + random.choice((1, 20, 60, 61, 300, 650, 1000))
        values[key] *= random.uniform(0.99, 1.01)
        value = "%.*f" % (places[key] if random.random() < 0.99 else 3, values[key])
        yield "K%d" % key, time, value


def record(name, time, value):
    stamp = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
    return '{"ticker":"%s","price":%s,"last_refreshed":"%s"}' % (
        name, value, stamp.strftime("%Y-%m-%dT%H:%M:%SZ"))


def expect(keys, name, time, value):
    """The members of a record; None: it is late."""
    key = keys.setdefault(name, Key())
    if key.times and time < key.times[-1]:
        return None
    if key.times and time == key.times[-1]:
        key.times.pop()
        key.values.pop()
    key.times.append(time)
    key.values.append(decimal.Decimal(value))
    found = ((member, statistic(key, kind, extent)) for member, kind, extent in wanted())
    members = {member: value for member, value in found if value is not None}
    members.update(forecast(key))
    return members


def is_same(member, got, expected, price):
    kind = member.partition("_")[0]
    if kind in EXACT or member.endswith("_compared"):
        return got == expected
    scale = max(1, float(price)) if kind == "forecast" else 1
    return math.isclose(got, expected, rel_tol=1e-12, abs_tol=1e-12 * scale)


def expect_candles(records):
    """Candles as (ticker, start) to members; the volume is the sum of the prices."""
    last, candles = {}, {}
    for name, time, value in records:
        before, values = last.get(name), candles.setdefault((name, time - time % CANDLE), [])
        if before is not None and time < before:
            continue
        if time == before:
            values.pop()
        last[name] = time
        values.append(decimal.Decimal(value))
    return {which: {"open": values[0], "high": max(values), "low": min(values),
                    "close": values[-1], "volume": sum(values), "count": len(values)}
            for which, values in candles.items() if values}


def prove_candles(place, records, text):
    candles = expect_candles(records)
    output = place.run(["fxroll", "-k", "ticker", "-v", "price", "--candles", "5m", "--volume",
                        "price"], text).decode().splitlines()
    proof.must(len(output) == len(candles), "%d candles, not %d", len(output), len(candles))
    for line in output:
        got = proof.exactly(line)
        start = datetime.datetime.fromisoformat(got.pop("start").replace("Z", "+00:00"))
        expected = candles.pop((got.pop("ticker"), int(start.timestamp())), None)
        proof.must(got.pop("interval") == "5m" and got == expected, "%s, not %s", line, expected)


def prove(random):
    records = list(make(random, int(sys.argv[1])))
    lines = [record(*one) for one in records]
    command = ["fxroll", "-k", "ticker", "-v", "price", "--forecast", "5m"] + ARGUMENTS
    with proof.Place() as place:
        text = "\n".join(lines).encode()
        output = iter(place.run(command, text).decode().splitlines())
        prove_candles(place, records, text)
    keys, late, members = {}, 0, 0
    for line, one in zip(lines, records):
        expected = expect(keys, *one)
        if expected is None:
            late += 1
            continue
        got = next(output)
        proof.must(got.startswith(line[:-1]), "%s became %s", line, got)
        added = proof.exactly(got)
        for member in list(added)[:3]:
            del added[member]
        proof.must(list(added) == list(expected), "%s: members %s, not %s", line, list(added),
                   list(expected))
        for member, value in expected.items():
            proof.must(is_same(member, added[member], value, one[2]), "%s: %s is %s, not %s", line,
                       member, added[member], value)
        members += len(expected)
    proof.must(next(output, None) is None, "more lines than records")
    print("# %d records, %d late, %d members" % (len(records), late, members))


if __name__ == "__main__":
    proof.main(prove)
