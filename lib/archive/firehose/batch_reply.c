/* batch_reply: reads which records of a PutRecordBatch were taken, and why others were not. */
#include <stdbool.h>
#include <stddef.h>

#include "archive/firehose/batch_reply.h"
#include "text/json.h"

static bool
read_result(struct span element, struct batch_result *result)
{
	struct json_cursor cursor;
	struct span name, value;
	bool taken = false;

	*result = (struct batch_result){.outcome = BATCH_DONE};
	if (json_kind(element) != JSON_OBJECT)
		return false;
	cursor = json_enter(element);
	while (json_next_member(&cursor, &name, &value)) {
		if (json_kind(value) != JSON_STRING)
			continue;
		if (span_is(name, "ErrorCode") && value.length > 2)
			result->code = json_inside(value);
		else if (span_is(name, "ErrorMessage"))
			result->message = json_inside(value);
		else if (span_is(name, "RecordId"))
			taken = true;
	}
	if (result->code.start == NULL)
		return taken;
	/* Firehose's name for more than the stream's limit. */
	result->outcome = json_text_is(result->code, span_of("ServiceUnavailableException"))
	                      ? BATCH_THROTTLED
	                      : BATCH_FAILED;
	return true;
}

bool
batch_reply_read(struct span reply, struct batch_result *results, size_t count)
{
	struct json_wanted responses = {.name = {"RequestResponses", 16}};
	struct json_cursor cursor;
	struct json_error error;
	struct span element;
	size_t read = 0;

	if (!json_find(reply, JSON_DEPTH, &responses, 1, NULL, &error) || responses.times != 1 ||
	    json_kind(responses.value) != JSON_ARRAY)
		return false;
	cursor = json_enter(responses.value);
	while (json_next_element(&cursor, &element)) {
		if (read == count || !read_result(element, &results[read]))
			return false;
		read++;
	}
	return read == count;
}
