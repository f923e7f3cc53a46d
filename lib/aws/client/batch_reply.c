/* batch_reply: finds the result of each record. */
#include "aws/client/batch_reply.h"
#include "text/json.h"

const struct batch_reply batch_reply_kinesis = {.list = {"Records", 7},
    .id = {"SequenceNumber", 14},
    .throttling = {"ProvisionedThroughputExceededException", "KMSThrottlingException"}};

/* The code is that of more than the stream's limit. */
const struct batch_reply batch_reply_firehose = {.list = {"RequestResponses", 16},
    .id = {"RecordId", 8},
    .throttling = {"ServiceUnavailableException"}};

static bool
is_throttling(const struct batch_reply *names, struct span code)
{
	for (size_t i = 0; i < sizeof names->throttling / sizeof *names->throttling; i++) {
		if (names->throttling[i] != NULL &&
		    json_text_is(code, span_of(names->throttling[i])))
			return true;
	}
	return false;
}

static bool
read_result(const struct batch_reply *names, struct span element, struct batch_result *result)
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
		if (span_is(name, "ShardId"))
			result->shard = json_inside(value);
		else if (span_is(name, "ErrorCode") && value.length > 2)
			result->code = json_inside(value); /* of an emulator also "" */
		else if (span_is(name, "ErrorMessage"))
			result->message = json_inside(value);
		else if (span_equal(name, names->id))
			taken = true;
	}
	if (result->code.start == NULL)
		return taken;
	result->outcome = is_throttling(names, result->code) ? BATCH_THROTTLED : BATCH_FAILED;
	return true;
}

bool
batch_reply_read(
    const struct batch_reply *names, struct span reply, struct batch_result *results, size_t count)
{
	struct json_wanted list = {.name = names->list};
	struct json_cursor cursor;
	struct json_error error;
	struct span element;
	size_t read = 0;

	if (!json_find(reply, JSON_DEPTH, &list, 1, NULL, &error) || list.times != 1 ||
	    json_kind(list.value) != JSON_ARRAY)
		return false;
	cursor = json_enter(list.value);
	while (json_next_element(&cursor, &element)) {
		if (read == count || !read_result(names, element, &results[read]))
			return false;
		read++;
	}
	return read == count;
}
