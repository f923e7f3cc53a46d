/* aggregate_writer: the golden vector, and that lib's own reader gives back whatever was packed. */
#include <stdlib.h>

#include "base/buffer.h"
#include "stream/kinesis/aggregate_writer.h"
#include "tap.h"

/* As aws_kinesis_agg writes it. */
static const char golden[] =
    "f3899ac20a074254432f5553440a074554482f5553441a0b08001a077b2261223a317d1a0b08011a077b"
    "2262223a327d1a0b08001a077b2263223a337dcbf4189353ba23be5580da73aab3ca88";

enum { MOST = 2000, RUNS = 300 };

static struct failure failure;

static struct record
record_of(const char *key, const char *data)
{
	return (struct record){.key = span_of(key), .data = span_of(data)};
}

static void
test_golden(void)
{
	const struct record records[] = {record_of("BTC/USD", "{\"a\":1}"),
	    record_of("ETH/USD", "{\"b\":2}"), record_of("BTC\\u002fUSD", "{\"c\":3}")};
	struct aggregate_writer *writer = aggregate_writer_open();
	char hex[2 * sizeof golden] = "";
	struct span whole;

	aggregate_writer_begin(writer);
	for (size_t i = 0; i < 3; i++)
		ok(aggregate_writer_add(writer, &records[i], &failure) == AGGREGATE_ADDED, "added");
	is_number(aggregate_writer_count(writer), 3, "members");
	whole = aggregate_writer_end(writer, &failure);
	for (size_t i = 0; i < whole.length && i < sizeof golden / 2; i++)
		sprintf(hex + 2 * i, "%02x", (unsigned char)whole.start[i]);
	is_text(hex, golden, "byte for byte, with escapes of keys undone");
	aggregate_writer_begin(writer);
	ok(aggregate_writer_add(writer, &records[1], &failure) == AGGREGATE_ADDED, "the next one");
	is_number((int64_t)aggregate_writer_end(writer, &failure).length, 20 + 9 + 13,
	    "has nothing of the one before");
	aggregate_writer_close(writer);
}

/* A random record in memory; keys are few, so that they repeat. */
static void
make_record(struct record *record, char *memory, bool hash_keys)
{
	int length = rand() % 3 == 0 ? rand() % 2000 : rand() % 40;

	for (int i = 0; i < length; i++)
		memory[i] = (char)rand();
	*record = (struct record){.data = {memory, (size_t)length}};
	if (rand() % 4 > 0) {
		record->key.start = memory + length;
		record->key.length =
		    (size_t)sprintf(memory + length, "k%0*d", 1 + rand() % 150, rand() % 9);
	}
	if (hash_keys) {
		char *digits = memory + length + 200;

		record->hash_key.start = digits;
		record->hash_key.length = (size_t)sprintf(digits, "%d", rand() % 5);
	}
}

/* Does the aggregate hold these records, in their order? */
static bool
holds(struct span whole, const struct record *records, size_t count)
{
	static struct aggregate aggregate;
	struct aggregate_member member;
	char hex[2 * MD5_BYTES + 1];

	if (aggregate_open(&aggregate, whole, &failure) != AGGREGATE_SOUND ||
	    aggregate.count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		struct span key = records[i].key;

		if (key.start == NULL && md5_text(records[i].data, hex, &failure))
			key = span_of(hex);
		if (!aggregate_next(&aggregate, &member) ||
		    !span_equal(member.data, records[i].data) || !span_equal(member.key, key) ||
		    !span_equal(member.hash_key, records[i].hash_key))
			return false;
	}
	return true;
}

/* Packs random records as long as one has room; all as they were, in the size that was foreseen. */
static bool
packs(struct aggregate_writer *writer, struct record *records, char *memory)
{
	size_t count = 0, bound = AGGREGATE_FRAME;
	bool hash_keys = rand() % 2 == 0;
	enum aggregate_added added = AGGREGATE_ADDED;
	struct span whole;

	aggregate_writer_begin(writer);
	while (added == AGGREGATE_ADDED) {
		make_record(&records[count], memory + count * 2500, hash_keys);
		added = aggregate_writer_add(writer, &records[count], &failure);
		if (added == AGGREGATE_ADDED)
			bound += aggregate_bound(&records[count++]);
	}
	whole = aggregate_writer_end(writer, &failure);
	return added == AGGREGATE_FULL && holds(whole, records, count) && whole.length <= bound &&
	       whole.length < AGGREGATE_BYTES && count <= AGGREGATE_MEMBERS &&
	       (count == AGGREGATE_MEMBERS || whole.length > AGGREGATE_BYTES - 3000);
}

static void
test_round_trip(void)
{
	struct record *records = calloc(AGGREGATE_MEMBERS + 1, sizeof *records);
	char *memory = malloc((AGGREGATE_MEMBERS + 1) * 2500);
	struct aggregate_writer *writer = aggregate_writer_open();
	int good = 0;

	srand(13);
	for (int run = 0; run < RUNS; run++)
		good += packs(writer, records, memory);
	is_number(good, RUNS, "random records: the reader gives them back");
	aggregate_writer_close(writer);
	free(memory);
	free(records);
}

/* 500 records without data or with little, each with another key. */
static void
test_members(void)
{
	struct aggregate_writer *writer = aggregate_writer_open();
	char keys[AGGREGATE_MEMBERS + 1][8];
	struct record records[AGGREGATE_MEMBERS + 1];

	aggregate_writer_begin(writer);
	for (unsigned i = 0; i <= AGGREGATE_MEMBERS; i++) {
		sprintf(keys[i], "%u", i);
		records[i] = record_of(keys[i], "");
		if (i < AGGREGATE_MEMBERS)
			aggregate_writer_add(writer, &records[i], &failure);
	}
	ok(aggregate_writer_add(writer, &records[AGGREGATE_MEMBERS], &failure) == AGGREGATE_FULL,
	    "one more than 500 members has no room");
	ok(holds(aggregate_writer_end(writer, &failure), records, AGGREGATE_MEMBERS),
	    "empty data, and indexes of two bytes");
	aggregate_writer_close(writer);
}

/* A record that is an aggregate, or larger than one may be, fits an empty aggregate. */
static void
test_wrapped(void)
{
	struct aggregate_writer *writer = aggregate_writer_open();
	struct record inner = record_of("k", "x"), outer = record_of("a", "");
	size_t large = AGGREGATE_BYTES + 10;
	char *copy = malloc(large);
	struct span whole;

	memset(copy, 'x', large);
	aggregate_writer_begin(writer);
	aggregate_writer_add(writer, &inner, &failure);
	whole = aggregate_writer_end(writer, &failure);
	ok(aggregate_begins(whole), "an aggregate begins as one");
	memcpy(copy, whole.start, whole.length);
	outer.data = (struct span){copy, whole.length};
	ok(!aggregate_begins((struct span){copy, AGGREGATE_FRAME}), "what is too short does not");
	for (int i = 0; i < 2; i++) {
		aggregate_writer_begin(writer);
		ok(aggregate_writer_add(writer, &outer, &failure) == AGGREGATE_ADDED &&
		        holds(aggregate_writer_end(writer, &failure), &outer, 1),
		    i == 0 ? "an aggregate in an aggregate is data" : "so is a large record");
		outer.data.length = large;
	}
	aggregate_writer_close(writer);
	free(copy);
}

int
main(void)
{
	test_golden();
	test_round_trip();
	test_members();
	test_wrapped();
	return done();
}
