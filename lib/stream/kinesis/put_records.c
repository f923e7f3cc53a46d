/* put_records: writes the request of PutRecords and reads its reply. */
#include <string.h>

#include "text/base64.h"
#include "text/json.h"
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

/* Is it a code for throttling? A record with another code may succeed the next time. */
static bool
is_throttling(struct span code)
{
	return json_text_is(code, span_of("ProvisionedThroughputExceededException")) ||
	       json_text_is(code, span_of("KMSThrottlingException"));
}

static bool
read_result(struct span element, struct put_result *result)
{
	struct json_cursor cursor;
	struct span name, value;
	bool stored = false;

	*result = (struct put_result){.outcome = PUT_DONE};
	if (json_kind(element) != JSON_OBJECT)
		return false;
	cursor = json_enter(element);
	while (json_next_member(&cursor, &name, &value)) {
		if (json_kind(value) != JSON_STRING)
			continue;
		if (span_is(name, "ShardId"))
			result->shard = json_inside(value);
		else if (span_is(name, "ErrorCode") && value.length > 2)
			result->code = json_inside(value); /* of an emulator also "" */
		else if (span_is(name, "ErrorMessage"))
			result->message = json_inside(value);
		else if (span_is(name, "SequenceNumber"))
			stored = true;
	}
	if (result->code.start == NULL)
		return stored;
	result->outcome = is_throttling(result->code) ? PUT_THROTTLED : PUT_FAILED;
	return true;
}

bool
put_records_read(struct span reply, struct put_result *results, size_t count)
{
	struct json_wanted records = {.name = {"Records", 7}};
	struct json_cursor cursor;
	struct json_error error;
	struct span element;
	size_t read = 0;

	if (!json_find(reply, JSON_DEPTH, &records, 1, NULL, &error) || records.times != 1 ||
	    json_kind(records.value) != JSON_ARRAY)
		return false;
	cursor = json_enter(records.value);
	while (json_next_element(&cursor, &element)) {
		if (read == count || !read_result(element, &results[read]))
			return false;
		read++;
	}
	return read == count;
}
