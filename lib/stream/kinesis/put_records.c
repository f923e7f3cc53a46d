/* put_records: writes the request of PutRecords. */
#include <string.h>

#include "text/base64.h"
#include "stream/partition.h"
#include "stream/kinesis/put_records.h"

void
put_records_begin(struct buffer *body)
{
	buffer_clear(body);
	buffer_add_text(body, "{\"Records\":[");
}

/* Text into memory that is known to have room. */
static char *
put(char *to, const char *text, size_t length)
{
	memcpy(to, text, length);
	return to + length;
}

#define PUT(to, text) put(to, text, sizeof text - 1)

bool
put_records_add(struct buffer *body, const struct record *record, struct failure *failure)
{
	struct span key = record->key;
	char room[PARTITION_ROOM];
	char *to;

	/* A key from a line is JSON text already, with its escapes. */
	if (key.start == NULL && !partition_text(record, room, &key, failure))
		return false;
	if (!buffer_reserve(body,
	        (record->data.length + 2) / 3 * 4 + key.length + record->hash_key.length + 100))
		return fail(failure, FAILURE_REFUSED, "too long for a request");
	to = body->data + body->length;
	to = body->data[body->length - 1] == '[' ? PUT(to, "{\"Data\":\"")
	                                         : PUT(to, ",{\"Data\":\"");
	if (record->data.length > 0)
		to += base64_write(to, record->data.start, record->data.length);
	to = PUT(to, "\",\"PartitionKey\":\"");
	to = put(to, key.start, key.length);
	if (record->hash_key.start != NULL) {
		to = PUT(to, "\",\"ExplicitHashKey\":\"");
		to = put(to, record->hash_key.start, record->hash_key.length);
	}
	to = PUT(to, "\"}");
	body->length = (size_t)(to - body->data);
	return true;
}

void
put_records_end(struct buffer *body, struct span name)
{
	buffer_add_text(body, "],");
	buffer_add(body, name.start, name.length);
	buffer_add_text(body, "}");
}
