/*
 * change_records: the input as a reply to GetRecords of DynamoDB Streams, and as the contents of
 * its Records. Each record that is returned is a line of valid JSON, and has a position.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stream/dynamodbstreams/change_records.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct change_records *records, size_t i)
{
	struct span line = records->records[i].data, key = records->records[i].key;
	struct span sequence = records->places[i].sequence;
	struct position position;
	struct json_error error;
	char text[POSITION_SIZE];

	must(json_check(line, JSON_DEPTH, &error) && json_kind(line) == JSON_OBJECT);
	must(memchr(line.start, '\n', line.length) == NULL);
	/* The key is in quotes in its buffer. */
	must(json_check((struct span){key.start - 1, key.length + 2}, 1, &error));
	snprintf(text, sizeof text, "s:%.*s", (int)sequence.length, sequence.start);
	must(position_parse(span_of(text), &position));
}

static void
try(struct span reply)
{
	static struct change_records records;
	struct failure failure;
	bool more = true;

	if (!change_records_open(&records, reply, &failure))
		return;
	while (more && change_records_next(&records, 0, &more, &failure)) {
		for (size_t i = 0; i < records.count; i++)
			check(&records, i);
	}
}

/* A record around the input. */
static void
try_inside(const char *before, const uint8_t *data, size_t size, const char *after)
{
	struct buffer reply;

	buffer_init(&reply, 1 << 20);
	buffer_add_text(&reply, before);
	buffer_add(&reply, data, size);
	buffer_add_text(&reply, after);
	try(buffer_span(&reply));
	buffer_free(&reply);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try((struct span){(const char *)data, size});
	try_inside("{\"Records\":[{\"eventName\":\"INSERT\",\"dynamodb\":{\"SequenceNumber\":\"7\","
	           "\"Keys\":{\"k\":{\"S\":\"a\"}},\"NewImage\":{",
	    data, size, "}}}],\"NextShardIterator\":\"x\"}");
	try_inside("{\"Records\":[", data, size, "]}");
	return 0;
}
