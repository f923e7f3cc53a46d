#!/usr/bin/env python3
"""exact: nothing of a record changes on its way.

    exact.py [RECORDS [embedded|aws]]

100,000 generated records with numbers of up to 38 digits and exponents, unicode and
deep objects: kput to kread byte for byte, on 1 and 4 shards, and through `kread -g`
into another stream; ddbput to ddbget equal as exact decimals and as texts.
"""
import base64
import decimal
import sys

import proof
from proof import must

DEPTH = 28 # levels at the most, of the 32 that a table allows
KINDS = ("number",) * 6 + ("string",) * 3 + ("constant",)


def digits(random, count):
    return "".join(random.choices("0123456789", k=count))


def number(random):
    """Any spelling of a number that DynamoDB can hold: 38 digits, 1E-130 to below 1E+126."""
    sign = random.choice(("", "-"))
    count = random.choice((1, 2, 5, 17, 20, 38, random.randrange(1, 39)))
    if random.random() < 0.3:
        return sign + str(int(digits(random, count)))
    whole = str(int(digits(random, random.randrange(1, count + 1))))
    fraction = digits(random, count - len(whole))
    text = sign + whole + ("." + fraction if fraction else "")
    if random.random() < 0.5:
        # The value stays between 1E-130 and 1E+126 whatever the digits are.
        exponent = random.randrange(-90, 126 - len(whole))
        text += random.choice("eE") + random.choice(("", "+") if exponent >= 0 else ("",)) + \
            str(exponent)
    return text


def character(random):
    kind = random.random()
    if kind < 0.5:
        return random.choice("abcdefghijklmnopqrstuvwxyz ABC0123456789_:,{}[]'")
    if kind < 0.6:
        return random.choice(('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"))
    if kind < 0.7:
        return "\\u%04x" % random.choice((0x41, 0xe9, 0x7f, 0x2028, 0xfffd, 0x1f, 0x20ac))
    if kind < 0.75:
        high = random.randrange(0xd800, 0xdc00)
        return "\\u%04X\\u%04x" % (high, random.randrange(0xdc00, 0xe000))
    if kind < 0.9:
        return chr(random.choice((0xe9, 0x3b1, 0x5d0, 0x4e2d, 0xfeff, 0xfffd, 0x7f, 0x80)))
    return chr(random.randrange(0x10000, 0x110000))


def string(random, most=12):
    return '"%s"' % "".join(character(random) for _ in range(random.randrange(most)))


def value(random, depth):
    kind = random.choice(KINDS) if depth <= 0 else random.choice(("object", "array"))
    if kind == "number":
        return number(random)
    if kind == "string":
        return string(random)
    if kind == "constant":
        return random.choice(("true", "false", "null", "{}", "[]", '""'))
    # One child goes down, its sisters do not.
    children = [value(random, 0) for _ in range(random.choice((0, 0, 1, 2)))]
    children.insert(random.randrange(len(children) + 1), value(random, depth - 1))
    space = random.choice(("", "", " "))
    if kind == "array":
        return "[%s]" % ("," + space).join(children)
    return "{%s}" % ("," + space).join('"%s%d":%s%s' % (
        random.choice(("", "é", "\\u00e9", " ")), i, space, child)
                                       for i, child in enumerate(children))


def record(random, index):
    depth = random.choice((0, 0, 0, 1, 3, random.randrange(DEPTH)))
    members = ['"ticker":"T%d"' % (index % 50), '"n":%s' % spelled(random, index),
               '"rate":%s' % number(random), '"value":%s' % value(random, depth)]
    if random.random() < 0.3:
        random.shuffle(members)
    return ("{%s}" % random.choice((",", ",", " , ")).join(members)).encode()


def spelled(random, index):
    """The same number, spelled in some way."""
    return random.choice(("%d", "%d", "%d.0", "%d.000e0", "%d.0E+00")) % index


def plain(typed):
    """DynamoDB's own JSON as what it stands for."""
    (tag, inside), = typed.items()
    if tag == "N":
        return decimal.Decimal(inside)
    if tag == "M":
        return {name: plain(child) for name, child in inside.items()}
    if tag == "L":
        return [plain(child) for child in inside]
    return None if tag == "NULL" else inside


def same(place, got, data):
    """The same lines; in the same order where that is promised."""
    if place.in_order:
        return got == data
    return sorted(proof.whole_lines(got)) == sorted(proof.whole_lines(data))


def in_order(place, indices, records):
    """Those of a shard; where it is all that is promised, those of each key."""
    keys = {}
    for index in indices:
        key = None if place.in_order else proof.exactly(records[index])["ticker"]
        if index <= keys.get(key, -1):
            return False
        keys[key] = index
    return True


def put(place, name, shards, data, *options):
    place.run(["kput", "-q", "-s", place.stream(name)] + place.make_stream(name, shards) +
              list(options), data)


def read(place, name, *options):
    return place.run(["kread", "-s", place.stream(name)] + list(options))


def streams(place, records):
    data = b"".join(line + b"\n" for line in records)
    put(place, "one", 1, data)
    must(same(place, read(place, "one"), data), "kread gives other bytes than kput took")
    put(place, "four", 4, data, "-k", "ticker")
    shards = [read(place, "four", "--shard", shard).splitlines()
              for shard in place.shards("four", 4)]
    must(min(len(shard) for shard in shards) > 0, "a shard without records")
    where = {line: index for index, line in enumerate(records)}
    for shard in shards:
        order = [where.get(line, -1) for line in shard]
        must(-1 not in order and in_order(place, order, records),
             "a shard has lost bytes or order")
    must(sum(len(shard) for shard in shards) == len(records), "records are lost or doubled")
    odd = records[:1000] + [b"", b"\xff\xfe not JSON", b'{"_pos":"0:1","_raw":"eA=="}',
                            b'{"_pos":"0:99+"}', b"[1.50]", b"1e400", b"{}", b"\x00\x01", b'{"a":1'
                            ] + records[1000:2000]
    data = b"".join(line + b"\n" for line in odd)
    # A storing tool removes what looks like a position: such lines are sent in _raw.
    wrapped = (b'{"_pos":"0:1","_raw":"%s"}\n' % base64.b64encode(line) for line in odd)
    put(place, "odd", 1, b"".join(wrapped))
    must(same(place, read(place, "odd"), data), "bytes that came as _raw are changed")
    put(place, "copy", 1, read(place, "odd", "-g", "copy"))
    must(same(place, read(place, "copy"), data), "a stream copied by kread -g is changed")


def table(place, records):
    data = b"".join(line + b"\n" for line in records)
    name = place.table("exact")
    must(place.run(["ddbput", "-t", name] + place.make_table("exact", "ticker:S", "n:N"), data) ==
         data, "ddbput: receipts are not its lines")
    expected = {}
    for line in records:
        item = proof.exactly(line)
        expected[item["ticker"], item["n"]] = item
    for options, form in ([], lambda item: item), (["--typed"], lambda item: plain({"M": item})):
        seen, last = set(), None
        for line in place.run(["ddbget", "-t", name] + options).splitlines():
            item = form(proof.exactly(line))
            key = item["ticker"], item["n"]
            must(expected.get(key) == item, "ddbget %s gives %s for %s", options, item,
                 expected.get(key))
            must(not place.in_order or last is None or last < key,
                 "ddbget is not in key order at %s", key)
            last = key
            seen.add(key)
        must(len(seen) == len(expected) == len(records), "%d of %d items", len(seen), len(expected))


def prove(random):
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100000
    records = [record(random, index) for index in range(count)]
    kind = sys.argv[2] if len(sys.argv) > 2 else "embedded"
    with proof.place_for(kind) as place:
        streams(place, records)
        table(place, records)
    print("# %d records, %d bytes" % (count, sum(map(len, records))))


if __name__ == "__main__":
    proof.main(prove)
