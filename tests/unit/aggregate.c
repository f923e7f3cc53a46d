/* aggregate: the golden vector, what is legal and odd, and what is damaged or none. */
#include <stdlib.h>

#include "stream/kinesis/aggregate.h"
#include "base/buffer.h"
#include "text/digest.h"
#include "tap.h"

static const char golden[] =
    "f3899ac20a074254432f5553440a074554482f5553441a0b08001a077b2261223a317d1a0b08011a077b"
    "2262223a327d1a0b08001a077b2263223a337dcbf4189353ba23be5580da73aab3ca88";

static struct aggregate aggregate;
static struct failure failure;

static void
add_hex(struct buffer *to, const char *hex)
{
	for (; hex[0] != '\0'; hex += 2) {
		char pair[3] = {hex[0], hex[1], '\0'};
		char byte = (char)strtoul(pair, NULL, 16);

		buffer_add(to, &byte, 1);
	}
}

/* An aggregate around these protobuf bytes, with their MD5. */
static enum aggregate_found
open_around(struct buffer *record, const char *hex)
{
	unsigned char digest[MD5_BYTES];

	buffer_clear(record);
	add_hex(record, "f3899ac2");
	add_hex(record, hex);
	md5((struct span){record->data + 4, record->length - 4}, digest, &failure);
	buffer_add(record, digest, sizeof digest);
	return aggregate_open(&aggregate, buffer_span(record), &failure);
}

static void
test_golden(void)
{
	static const char *const keys[] = {"BTC/USD", "ETH/USD", "BTC/USD"};
	static const char *const data[] = {"{\"a\":1}", "{\"b\":2}", "{\"c\":3}"};
	struct aggregate_member member;
	struct buffer record;

	buffer_init(&record, 1000);
	add_hex(&record, golden);
	ok(aggregate_open(&aggregate, buffer_span(&record), &failure) == AGGREGATE_SOUND, "sound");
	is_number((int64_t)aggregate.count, 3, "members");
	for (size_t i = 0; i < 3; i++) {
		ok(aggregate_next(&aggregate, &member), "a member");
		is_span(member.data, span_of(data[i]), "  its data");
		is_span(member.key, span_of(keys[i]), "  its key");
		ok(member.hash_key.start == NULL, "  no hash key of its own");
	}
	ok(!aggregate_next(&aggregate, &member), "no more");
	for (size_t i = 0; i < record.length; i++) {
		record.data[i] ^= 1;
		ok(aggregate_open(&aggregate, buffer_span(&record), &failure) ==
		        (i < 4 ? AGGREGATE_NONE : AGGREGATE_DAMAGED),
		    "a bit is wrong in byte %zu", i);
		record.data[i] ^= 1;
	}
	for (size_t length = 0; length < record.length; length++) {
		enum aggregate_found expected = length <= 20 ? AGGREGATE_NONE : AGGREGATE_DAMAGED;

		ok(aggregate_open(&aggregate, (struct span){record.data, length}, &failure) ==
		        expected,
		    "cut off after %zu", length);
	}
	buffer_free(&record);
}

static void
test_shapes(void)
{
	struct aggregate_member member;
	struct buffer record;

	buffer_init(&record, 1000);
	ok(open_around(&record, "1a0408001a000a016b") == AGGREGATE_SOUND, "the table comes last");
	ok(aggregate_next(&aggregate, &member) && member.data.length == 0, "data may be empty");
	is_span(member.key, span_of("k"), "the key");
	ok(open_around(&record, "0a016b1201371a0708001000" "1a0178") == AGGREGATE_SOUND,
	    "a hash key");
	ok(aggregate_next(&aggregate, &member), "its member");
	is_span(member.hash_key, span_of("7"), "  has it");
	ok(open_around(&record, "0a016b1a0e08001a0178" "22040a027474" "2a0178") ==
	        AGGREGATE_SOUND,
	    "tags and unknown fields are ignored");
	ok(open_around(&record, "0a016b") == AGGREGATE_SOUND && aggregate.count == 0,
	    "no members at all");
	ok(open_around(&record, "1a0508001a0178") == AGGREGATE_DAMAGED, "a key that is not there");
	ok(open_around(&record, "0a016b1a0508011a0178") == AGGREGATE_DAMAGED, "nor this one");
	ok(open_around(&record, "0a016b1a07080010001a0178") == AGGREGATE_DAMAGED,
	    "a hash key that is not there");
	ok(open_around(&record, "0a016b1a031a0178") == AGGREGATE_DAMAGED, "no key");
	ok(open_around(&record, "0a016b1a020800") == AGGREGATE_DAMAGED, "no data");
	ok(open_around(&record, "0a016b1a0508001a0278") == AGGREGATE_DAMAGED, "data too long");
	ok(open_around(&record, "0affffffffffffffffff01") == AGGREGATE_DAMAGED, "a huge length");
	ok(open_around(&record, "0affffffffffffffffffff01") == AGGREGATE_DAMAGED, "no varint");
	ok(open_around(&record, "08") == AGGREGATE_DAMAGED, "cut off in a tag's value");
	ok(open_around(&record, "0b") == AGGREGATE_DAMAGED, "a group");
	buffer_free(&record);
}

static bool
is_within(const char *key, const char *hash_key, const char *first, const char *last)
{
	struct aggregate_member member = {.key = span_of(key)};

	if (hash_key != NULL)
		member.hash_key = span_of(hash_key);
	return aggregate_is_within(&member, span_of(first), span_of(last), &failure);
}

static void
test_ranges(void)
{
	const char *bitcoin = "333884899078804401650263503974399554594";
	const char *last = "340282366920938463463374607431768211455";

	ok(is_within("BTC/USD", NULL, bitcoin, bitcoin), "MD5 of the key");
	ok(is_within("BTC/USD", NULL, "0", last), "in all");
	ok(!is_within("BTC/USD", NULL, "333884899078804401650263503974399554595", last), "below");
	ok(!is_within("BTC/USD", NULL, "0", "333884899078804401650263503974399554593"), "above");
	ok(is_within("BTC/USD", "7", "0", "10"), "its own hash key comes first");
	ok(!is_within("BTC/USD", "70", "0", "10"), "and may be outside");
}

int
main(void)
{
	test_golden();
	test_shapes();
	test_ranges();
	aggregate_free(&aggregate);
	return done();
}
