/* stream_dynamodbstreams: names of the kind, and replies to GetRecords, whole and odd, in pieces. */
#include <stdlib.h>

#include "base/name.h"
#include "stream/dynamodbstreams/change_records.h"
#include "stream/kind.h"
#include "tap.h"

static struct change_records records;
static struct failure failure;

#define KEYS "\"Keys\":{\"k\":{\"S\":\"a\\\"\"}}"

static bool
opens(const char *reply)
{
	return change_records_open(&records, span_of(reply), &failure);
}

static void
test_reply(void)
{
	bool more = false;

	ok(opens("{\"NextShardIterator\":\"a\\nb\",\"Records\":[{\"eventName\":\"INSERT\","
	         "\"dynamodb\":{" KEYS ",\"NewImage\":{\"n\":{\"N\":\"1E+5\"}},"
	         "\"SequenceNumber\":\"00120\",\"ApproximateCreationDateTime\":1.736208000123E9}},"
	         "{\"dynamodb\":{\"SequenceNumber\":\"13\"," KEYS "},\"eventName\":\"REMOVE\"}]}"),
	    "a reply");
	is_span(records.iterator, span_of("a\\nb"), "the iterator as it is written");
	ok(change_records_next(&records, 0, &more, &failure) && !more, "its records");
	is_number((int64_t)records.count, 2, "how many");
	is_span(records.records[0].data,
	    span_of("{\"event\":\"INSERT\",\"keys\":{\"k\":\"a\\\"\"},\"new\":{\"n\":1E+5},"
	            "\"at\":\"2025-01-07T00:00:00.123Z\"}"),
	    "a line");
	is_span(records.records[0].key, span_of("{\\\"k\\\":\\\"a\\\\\\\"\\\"}"), "its key");
	is_number(records.records[0].arrived, INT64_C(1736208000123), "when it was created");
	is_span(records.places[0].sequence, span_of("120"), "its number, without zeros in front");
	is_span(records.records[1].data,
	    span_of("{\"event\":\"REMOVE\",\"keys\":{\"k\":\"a\\\"\"}}"), "another");
	ok(records.places[1].sub == -1 && records.places[1].last, "no aggregate");
	is_span(records.sequence, span_of("13"), "the last number");
	ok(opens("{\"Records\":[],\"NextShardIterator\":null}") && records.iterator.start == NULL,
	    "a shard's end");
	ok(!opens("{\"Records\":[}") && !opens("[]") && !opens("{}") && !opens(""), "no replies");
}

static bool
refuses(const char *change)
{
	struct buffer reply;
	bool more, refused;

	buffer_init(&reply, 10000);
	buffer_add_format(
	    &reply, "{\"Records\":[{\"eventName\":\"INSERT\",\"dynamodb\":{%s}}]}", change);
	refused = change_records_open(&records, buffer_span(&reply), &failure) &&
	          !change_records_next(&records, 0, &more, &failure);
	buffer_free(&reply);
	return refused && failure.kind == FAILURE_TEMPORARY;
}

static void
test_refused(void)
{
	ok(refuses("\"SequenceNumber\":\"1\""), "no keys");
	ok(refuses(KEYS), "no number");
	ok(refuses(KEYS ",\"SequenceNumber\":\"\""), "an empty number");
	ok(refuses(KEYS ",\"SequenceNumber\":\"1x\""), "no decimal");
	ok(refuses(KEYS ",\"SequenceNumber\":\"1\",\"NewImage\":{\"a\":{\"N\":5}}"),
	    "a bare number");
	ok(refuses(KEYS ",\"SequenceNumber\":\"1\",\"NewImage\":{\"a\":{\"NS\":[5]}}"), "in a set");
	ok(refuses(KEYS ",\"SequenceNumber\":\"1\",\"NewImage\":{\"a\":{\"SS\":\"\"}}"), "no set");
	ok(refuses(KEYS ",\"SequenceNumber\":\"1\",\"NewImage\":{\"a\":{\"BS\":[{}]}}"),
	    "in binary");
	ok(refuses(KEYS ",\"SequenceNumber\":\"1\",\"NewImage\":{\"a\":{\"N\":\"true\"}}"), "true");
	ok(refuses(KEYS ",\"SequenceNumber\":\"1\",\"NewImage\":{\"a\":{\"N\":\"\\n9\"}}"),
	    "a newline");
	ok(refuses(KEYS ",\"SequenceNumber\":\"1\",\"NewImage\":{\"a\":{\"M\":5}}"), "no map");
	ok(refuses(KEYS ",\"SequenceNumber\":\"1\",\"OldImage\":{\"a\":5}"), "no typed value");
}

/* Records that are older than a time are left out, and counted as taken. */
static void
test_since(void)
{
	bool more;

	ok(opens("{\"Records\":[{\"eventName\":\"INSERT\",\"dynamodb\":{" KEYS
	         ",\"SequenceNumber\":\"1\",\"ApproximateCreationDateTime\":1736208000}},"
	         "{\"eventName\":\"INSERT\",\"dynamodb\":{" KEYS
	         ",\"SequenceNumber\":\"2\",\"ApproximateCreationDateTime\":1736208001}},"
	         "{\"eventName\":\"INSERT\",\"dynamodb\":{" KEYS ",\"SequenceNumber\":\"3\"}}]}") &&
	        change_records_next(&records, INT64_C(1736208001000), &more, &failure),
	    "three records");
	is_number((int64_t)records.count, 2, "one is older, and one may be");
	is_number((int64_t)records.taken, 3, "all were taken");
	is_span(records.places[0].sequence, span_of("2"), "the first that counts");
}

/* More records than a piece holds: all are returned, in order, with their own bytes. */
static void
test_pieces(void)
{
	struct buffer reply;
	size_t seen = 0, good = 0, pieces = 0;
	bool more = true;
	char text[64];

	buffer_init(&reply, 1 << 20);
	buffer_add_text(&reply, "{\"Records\":[");
	for (int i = 1; i <= 2500; i++)
		buffer_add_format(&reply,
		    "%s{\"eventName\":\"INSERT\",\"dynamodb\":{\"Keys\":{\"n\":{\"N\":\"%d\"}},"
		    "\"SequenceNumber\":\"%d\"}}",
		    i > 1 ? "," : "", i, i);
	buffer_add_text(&reply, "]}");
	ok(change_records_open(&records, buffer_span(&reply), &failure), "2,500 records");
	while (more && change_records_next(&records, 0, &more, &failure)) {
		pieces++;
		for (size_t i = 0; i < records.count; i++) {
			snprintf(text, sizeof text, "{\"event\":\"INSERT\",\"keys\":{\"n\":%zu}}",
			    ++seen);
			good += span_is(records.records[i].data, text);
		}
	}
	is_number((int64_t)seen, 2500, "all of them");
	is_number((int64_t)good, 2500, "each with its bytes");
	ok(pieces > 1, "in pieces");
	buffer_free(&reply);
}

static void
is_named(const char *text, const char *table)
{
	struct name name;

	ok(name_parse(text, &name_stream, &name, &failure), "%s", text);
	ok(name.place == NAME_CHANGES, "the changes of a table");
	is_text(name.name, table, "its name");
	is_text(name.scheme, "dynamodbstreams", "the scheme");
	name_free(&name);
}

static void
test_names(void)
{
	static const char *const invalid[] = {"dynamodbstreams:", "dynamodbstreams:a/b",
	    "arn:aws:dynamodb:eu-west-1:1:table/", "arn:aws:dynamodb:eu-west-1:1:table/a/",
	    "arn:aws:dynamodb:eu-west-1:1:table/a/stream/",
	    "arn:aws:dynamodb:eu-west-1:1:table/a/stream/x",
	    "arn:aws:dynamodb:eu-west-1:1:table/a/index/2025", "arn:aws:dynamodb::1:table/a",
	    "arn:aws:dynamodb:eu-west-1:1:stream/a", "arn:aws:kinesis:eu-west-1:1:table/a"};
	struct name name;

	is_named("dynamodbstreams:there", "there");
	is_named("arn:aws:dynamodb:eu-west-1:1:table/there", "there");
	is_named(
	    "arn:aws-cn:dynamodb:cn-north-1:1:table/a.b/stream/2025-01-07T01:00:00.123", "a.b");
	for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
		ok(!name_parse(invalid[i], &name_stream, &name, &failure), "not %s", invalid[i]);
		name_free(&name);
	}
	ok(!name_parse("dynamodbstreams:a", &name_table, &name, &failure), "not a table");
	name_free(&name);
	ok(name_parse("arn:aws:dynamodb:eu-west-1:1:table/a", &name_table, &name, &failure) &&
	        name.place == NAME_AWS,
	    "a table, where one is wanted");
	name_free(&name);
}

static void
test_write(void)
{
	struct name name = {.place = NAME_CHANGES, .name = "there"};
	const struct stream_settings settings = {.shards = 0};
	bool missing;

	ok(stream_dynamodbstreams_open(&name, STREAM_WRITE, &settings, &missing, &failure) ==
	            NULL &&
	        failure.kind == FAILURE_PERMANENT,
	    "it cannot be written");
}

int
main(void)
{
	test_reply();
	test_refused();
	test_since();
	test_pieces();
	test_names();
	test_write();
	change_records_free(&records);
	return done();
}
