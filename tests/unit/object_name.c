/* object_name: names that are made and read, names that are not read, and their order. */
#include "archive/object_name.h"
#include "tap.h"

#define DIGEST "0123456789abcdef"
#define DIGITS_50 "12345678901234567890123456789012345678901234567890"
#define LETTERS_50 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"
#define LETTERS_250 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50

static void
test_partitions(void)
{
	static const struct {
		const char *member, *value, *text;
	} partitions[] = {
	    {"ticker", "BTC/USD", "ticker=BTC%2FUSD/"},
	    {"dt", "2025-10-21", "dt=2025-10-21/"},
	    {"hour", "09", "hour=09/"},
	    {"t", "A_b.c-9~", "t=A_b.c-9%7E/"},
	    {"t", ".hidden", "t=%2Ehidden/"},
	    {".t", "..", "%2Et=%2E./"},
	    {"t", "a b=c%20", "t=a%20b%3Dc%2520/"},
	    {"t", "\xC3\xBC\n\x01", "t=%C3%BC%0A%01/"},
	    {"t", "", "t=__none__/"},
	    {"t", "__none__", "t=%5F_none__/"},
	    {"t", "__none__x", "t=__none__x/"},
	    {"a=b", "c", "a%3Db=c/"},
	    {"_raw", "1", "_raw=1/"},
	};

	for (size_t i = 0; i < sizeof partitions / sizeof *partitions; i++) {
		struct span member = span_of(partitions[i].member);
		struct span value = span_of(partitions[i].value), rest, got[2];
		struct buffer text, plain;
		bool none;

		buffer_init(&text, OBJECT_NAME_SIZE);
		buffer_init(&plain, OBJECT_NAME_SIZE);
		ok(object_name_add_partition(&text, member, value), "added: %s",
		    partitions[i].text);
		is_span(buffer_span(&text), span_of(partitions[i].text), "encoded");
		rest = buffer_span(&text);
		ok(object_name_next_partition(&rest, &got[0], &got[1]) && rest.length == 0 &&
		        object_name_decode(&plain, got[0]),
		    "taken off");
		is_span(buffer_span(&plain), member, "the member");
		buffer_clear(&plain);
		none = !object_name_decode(&plain, got[1]);
		ok(none == (value.length == 0), "whether it has a value");
		is_span(buffer_span(&plain), value, "the value");
		buffer_free(&text);
		buffer_free(&plain);
	}
}

static void
test_limits(void)
{
	struct span long_name = span_of(LETTERS_250 "abcde");
	struct buffer text;

	buffer_init(&text, OBJECT_NAME_SIZE);
	ok(object_name_add_partition(&text, span_of("t"), (struct span){long_name.start, 253}),
	    "a part of 255 bytes");
	is_number((int64_t)text.length, 256, "with its slash");
	ok(!object_name_add_partition(&text, span_of("t"), (struct span){long_name.start, 254}),
	    "not one of 256");
	ok(!object_name_add_partition(&text, span_of(""), span_of("x")), "not without a member");
	is_number((int64_t)text.length, 256, "nothing was added");
	buffer_free(&text);
	buffer_init(&text, 8);
	ok(!object_name_add_partition(&text, span_of("t"), span_of("1234567")), "the ceiling");
	is_number((int64_t)text.length, 0, "nothing was added");
	buffer_free(&text);
}

/* Each is read, and made again from its parts. In their order. */
static void
test_names(void)
{
	static const char *const names[] = {
	    "0_1_2_" DIGEST ".ndjson",
	    "dt=1/0_1_2_" DIGEST ".ndjson",
	    "dt=1/0_1_2_" DIGEST ".ndjson.gz",
	    "dt=1/0_1_2_" DIGEST ".ndjson.zst",
	    "0_1_3_" DIGEST ".ndjson.gz",
	    "0_1.0_3_" DIGEST ".ndjson.gz",
	    "0_1.1_3_" DIGEST ".ndjson.gz",
	    "0_1.10_3_" DIGEST ".ndjson.gz",
	    "0_2_2_" DIGEST ".ndjson.gz",
	    "0_10_10_" DIGEST ".ndjson.gz",
	    "1_1_1_" DIGEST ".ndjson",
	    "10_1_1_" DIGEST ".ndjson",
	    "-_1700000000000_1700000000001_" DIGEST ".ndjson",
	    "a_b_1_1_" DIGEST ".ndjson",
	    "a_b_" DIGITS_50 "_" DIGITS_50 "9_" DIGEST ".ndjson",
	    "ticker=BTC%2FUSD/dt=2025-10-21/hour=14/"
	    "shardId-000000000001_" DIGITS_50 "123456_" DIGITS_50 "123457.12_" DIGEST ".ndjson.gz",
	};
	struct object_name before, name;
	struct buffer text;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		buffer_init(&text, OBJECT_NAME_SIZE);
		ok(object_name_read(span_of(names[i]), &name), "read: %s", names[i]);
		ok(object_name_add(&text, &name), "made");
		is_span(buffer_span(&text), span_of(names[i]), "the same");
		ok(object_name_compare(&name, &name) == 0, "equal to itself");
		if (i > 0)
			ok(object_name_compare(&before, &name) < 0 &&
			        object_name_compare(&name, &before) > 0,
			    "after the one before");
		before = name;
		buffer_free(&text);
	}
}

static void
test_parts(void)
{
	const char *text = "ticker=BTC%2FUSD/dt=1/shard_1_5.3_7_" DIGEST ".ndjson.zst";
	struct object_name name;
	struct span rest, member, value;

	ok(object_name_read(span_of(text), &name), "a name");
	is_span(name.first.shard, span_of("shard_1"), "the shard, which may have an underscore");
	is_span(name.first.sequence, span_of("5"), "the first sequence number");
	is_number(name.first.sub, 3, "the number inside an aggregate");
	is_span(name.last.sequence, span_of("7"), "the last sequence number");
	is_number(name.last.sub, -1, "no number inside");
	is_span(name.digest, span_of(DIGEST), "the digest");
	is_number(name.compression, PACK_ZSTD, "the compression");
	rest = name.directory;
	ok(object_name_next_partition(&rest, &member, &value), "a partition");
	is_span(value, span_of("BTC%2FUSD"), "its value");
	ok(object_name_next_partition(&rest, &member, &value), "another");
	is_span(member, span_of("dt"), "its member");
	ok(!object_name_next_partition(&rest, &member, &value), "and no more");
}

static void
test_refused(void)
{
	static const char *const bad[] = {"", "/", "x", ".ndjson", "0_1_2_" DIGEST,
	    "0_1_2_" DIGEST ".json", "0_1_2_" DIGEST ".ndjson.bz2",
	    "0_1_2_" DIGEST ".ndjson.gz.tmp", "0_1_2_0123456789ABCDEF.ndjson",
	    "0_1_2_0123456789abcde.ndjson", "0_1_2_0123456789abcdef0.ndjson",
	    "1_2_" DIGEST ".ndjson", "_1_2_" DIGEST ".ndjson", "0_2_1_" DIGEST ".ndjson",
	    "0_01_2_" DIGEST ".ndjson", "0_1+_2_" DIGEST ".ndjson", "0_1_2+_" DIGEST ".ndjson",
	    "0__2_" DIGEST ".ndjson", "0_1.0_1_" DIGEST ".ndjson", "0_1._2_" DIGEST ".ndjson",
	    "a:b_1_2_" DIGEST ".ndjson", "\xC3\xBC_1_2_" DIGEST ".ndjson",
	    "/0_1_2_" DIGEST ".ndjson", "dt/0_1_2_" DIGEST ".ndjson", "dt=/0_1_2_" DIGEST ".ndjson",
	    "=1/0_1_2_" DIGEST ".ndjson", "dt=1//0_1_2_" DIGEST ".ndjson",
	    "../dt=1/0_1_2_" DIGEST ".ndjson", ".dt=1/0_1_2_" DIGEST ".ndjson",
	    "dt=.1/0_1_2_" DIGEST ".ndjson", "dt=a b/0_1_2_" DIGEST ".ndjson",
	    "dt=%2f/0_1_2_" DIGEST ".ndjson", "dt=%41/0_1_2_" DIGEST ".ndjson",
	    "dt=x%2E/0_1_2_" DIGEST ".ndjson", "dt=%5F/0_1_2_" DIGEST ".ndjson",
	    "dt=%5F_none__x/0_1_2_" DIGEST ".ndjson", "__none__=1/0_1_2_" DIGEST ".ndjson",
	    "dt=%/0_1_2_" DIGEST ".ndjson", "dt=%2/0_1_2_" DIGEST ".ndjson",
	    "dt=%%2F/0_1_2_" DIGEST ".ndjson", "dt=a=b/0_1_2_" DIGEST ".ndjson",
	    "dt=1" LETTERS_250 "ab/0_1_2_" DIGEST ".ndjson", LETTERS_250 "_1_2_" DIGEST ".ndjson"};
	struct object_name name;

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (!ok(!object_name_read(span_of(bad[i]), &name), "not read: number %zu", i))
			tap_show("read", span_of(bad[i]));
	ok(!object_name_read((struct span){NULL, 0}, &name), "not read: nothing");
	ok(!object_name_read((struct span){"0_1_2_012345678\0abcdef.ndjson", 29}, &name),
	    "not read: a NUL in the digest");
}

int
main(void)
{
	test_partitions();
	test_limits();
	test_names();
	test_parts();
	test_refused();
	return done();
}
