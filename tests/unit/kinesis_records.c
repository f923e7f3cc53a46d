/* kinesis_records: replies to GetRecords, whole and odd, in pieces, and what was done before. */
#include <stdlib.h>

#include "text/base64.h"
#include "stream/kinesis/records.h"
#include "tap.h"

static struct kinesis_records records;
static struct failure failure;

static const char aggregate[] = /* the golden one of aggregate.c */
    "84mawgoHQlRDL1VTRAoHRVRIL1VTRBoLCAAaB3siYSI6MX0aCwgBGgd7ImIiOjJ9GgsIABoHeyJjIjozfcv0GJNTuiO+"
    "VYDac6qzyog=";

static bool
opens(const char *reply)
{
	return kinesis_records_open(&records, span_of(reply), &failure);
}

static void
test_reply(void)
{
	struct kinesis_filter filter = {.keys = true};
	bool more = false;

	ok(opens("{\"MillisBehindLatest\":1.5E3,\"NextShardIterator\":\"a\\nb\",\"ChildShards\":[],"
	         "\"Records\":[{\"Data\":\"e30=\",\"PartitionKey\":\"k\\\"\",\"SequenceNumber\":\"12\","
	         "\"ApproximateArrivalTimestamp\":1.736208000123E9},{\"SequenceNumber\":\"13\","
	         "\"Data\":\"\",\"ApproximateArrivalTimestamp\":1736208000.5}]}"),
	    "a reply");
	is_number(records.behind, 1500, "how far behind");
	is_span(records.iterator, span_of("a\\nb"), "the iterator as it is written");
	ok(kinesis_records_next(&records, &filter, &more, &failure), "its records");
	ok(!more, "all of them");
	is_number((int64_t)records.count, 2, "how many");
	is_span(records.records[0].data, span_of("{}"), "data");
	is_span(records.records[0].key, span_of("k\\\""), "key");
	is_number(records.records[0].arrived, INT64_C(1736208000123), "arrival, with an exponent");
	is_number(records.records[1].arrived, INT64_C(1736208000500), "arrival, with a point");
	is_span(records.places[1].sequence, span_of("13"), "its number");
	ok(records.places[1].sub == -1 && records.places[1].last, "no aggregate");
	ok(opens("{\"Records\":[],\"NextShardIterator\":null}") && records.iterator.start == NULL,
	    "a shard's end");
	ok(!opens("{\"Records\":[}") && !opens("[]") && !opens("{}") && !opens(""), "no replies");
}

static bool
refuses(const char *record)
{
	struct kinesis_filter filter = {.keys = false};
	struct buffer reply;
	bool more, refused;

	buffer_init(&reply, 1000);
	buffer_add_format(&reply, "{\"Records\":[%s]}", record);
	refused = kinesis_records_open(&records, buffer_span(&reply), &failure) &&
	          !kinesis_records_next(&records, &filter, &more, &failure);
	buffer_free(&reply);
	return refused && failure.kind == FAILURE_TEMPORARY;
}

static void
test_refused(void)
{
	ok(refuses("1"), "no object");
	ok(refuses("{\"SequenceNumber\":\"1\"}"), "no data");
	ok(refuses("{\"Data\":\"\"}"), "no number");
	ok(refuses("{\"Data\":\"\",\"SequenceNumber\":\"01\"}"), "a zero in front");
	ok(refuses("{\"Data\":\"\",\"SequenceNumber\":\"1x\"}"), "no decimal");
	ok(refuses("{\"Data\":\"e30\",\"SequenceNumber\":\"1\"}"), "no base64");
}

/* Counts what is handed out of records 1, an aggregate 2 of three, and 3. */
static size_t
count_past(const char *done)
{
	struct kinesis_filter filter = {.keys = true};
	struct position position;
	struct buffer reply;
	bool more = true;
	size_t count = 0;

	buffer_init(&reply, 2000);
	buffer_add_format(&reply,
	    "{\"Records\":[{\"Data\":\"e30=\",\"SequenceNumber\":\"1\"},"
	    "{\"Data\":\"%s\",\"PartitionKey\":\"a\",\"SequenceNumber\":\"2\"},"
	    "{\"Data\":\"e30=\",\"SequenceNumber\":\"3\"}]}",
	    aggregate);
	if (done != NULL && position_parse(span_of(done), &position))
		filter.done = &position;
	kinesis_records_open(&records, buffer_span(&reply), &failure);
	while (more && kinesis_records_next(&records, &filter, &more, &failure)) {
		for (size_t i = 0; i < records.count; i++) {
			const struct chunk_place *place = &records.places[i];

			ok(place->last == (place->sub < 0 || place->sub == 2), "the last of its kind");
			if (place->sub == 1)
				is_span(records.records[i].key, span_of("ETH/USD"), "a member's key");
		}
		count += records.count;
	}
	buffer_free(&reply);
	return count;
}

static void
test_done(void)
{
	static const struct {
		const char *done;
		size_t count;
	} cases[] = {{NULL, 5}, {"0:1", 5}, {"0:1+", 4}, {"0:2", 4}, {"0:2.0", 4}, {"0:2.0+", 3},
	    {"0:2.2", 2}, {"0:2.2+", 1}, {"0:2+", 1}, {"0:3", 1}, {"0:3+", 0}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		is_number((int64_t)count_past(cases[i].done), (int64_t)cases[i].count,
		    cases[i].done != NULL ? cases[i].done : "all");
}

static void
test_foreign(void)
{
	struct kinesis_filter filter = {.hash_first = span_of("0"), .hash_last = span_of("9")};
	struct buffer reply;
	bool more = true;

	buffer_init(&reply, 2000);
	buffer_add_format(&reply, "{\"Records\":[{\"Data\":\"%s\",\"SequenceNumber\":\"2\"},"
	                          "{\"Data\":\"84mawgAAAAAAAAAAAAAAAAAAAAAAAAAA\","
	                          "\"SequenceNumber\":\"3\"}]}",
	    aggregate);
	kinesis_records_open(&records, buffer_span(&reply), &failure);
	while (more && kinesis_records_next(&records, &filter, &more, &failure))
		;
	is_span(records.foreign, span_of("2"), "a member of another shard is reported");
	is_span(records.damaged, span_of("3"), "a damaged one as well");
	buffer_free(&reply);
}

/* More records than a piece holds, and larger ones. */
static void
test_pieces(size_t count, size_t size)
{
	struct kinesis_filter filter = {.keys = false};
	char *data = malloc(size + 1);
	struct buffer reply;
	bool more = true;
	size_t seen = 0, wrong = 0;

	memset(data, 'x', size + 1);
	buffer_init(&reply, 64 * 1024 * 1024);
	buffer_add_text(&reply, "{\"Records\":[");
	for (size_t i = 0; i < count; i++) {
		buffer_add_format(&reply, "%s{\"SequenceNumber\":\"%zu\",\"Data\":\"",
		    i > 0 ? "," : "", i + 1);
		base64_encode(&reply, data, size + i % 2);
		buffer_add_text(&reply, "\"}");
	}
	buffer_add_text(&reply, "]}");
	wrong += !kinesis_records_open(&records, buffer_span(&reply), &failure);
	while (more && kinesis_records_next(&records, &filter, &more, &failure)) {
		for (size_t i = 0; i < records.count; i++, seen++)
			wrong += records.records[i].data.length != size + seen % 2;
	}
	ok(wrong == 0 && seen == count && records.taken == count, "%zu records of %zu", count,
	    size);
	buffer_free(&reply);
	free(data);
}

int
main(void)
{
	test_reply();
	test_refused();
	test_done();
	test_foreign();
	test_pieces(10000, 164);
	test_pieces(100, 100000);
	test_pieces(3, 3000000);
	kinesis_records_free(&records);
	return done();
}
