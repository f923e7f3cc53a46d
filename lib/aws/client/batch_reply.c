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

/* The members of a result. */
enum { ID, SHARD, CODE, MESSAGE, MEMBERS };

/* The inside of a member that is a string; start NULL: it is not one. */
static struct span
text_of(const struct json_wanted *member)
{
	if (json_kind(member->value) != JSON_STRING)
		return (struct span){NULL, 0};
	return json_inside(member->value);
}

static bool
read_result(const struct batch_reply *names, const struct json_wanted members[MEMBERS],
    struct batch_result *result)
{
	*result = (struct batch_result){.outcome = BATCH_DONE,
	    .shard = text_of(&members[SHARD]),
	    .code = text_of(&members[CODE]),
	    .message = text_of(&members[MESSAGE])};
	for (size_t i = 0; i < MEMBERS; i++) {
		if (members[i].times > 1)
			return false;
	}
	if (result->code.length == 0) { /* emulators may send "" */
		result->code.start = NULL;
		return text_of(&members[ID]).start != NULL;
	}
	result->outcome = is_throttling(names, result->code) ? BATCH_THROTTLED : BATCH_FAILED;
	return true;
}

bool
batch_reply_read(
    const struct batch_reply *names, struct span reply, struct batch_result *results, size_t count)
{
	struct json_wanted list = {.name = names->list};
	struct json_wanted members[MEMBERS] = {[ID] = {.name = names->id},
	    [SHARD] = {.name = {"ShardId", 7}},
	    [CODE] = {.name = {"ErrorCode", 9}},
	    [MESSAGE] = {.name = {"ErrorMessage", 12}}};
	struct json_cursor cursor;
	struct json_error error;
	struct span more;
	size_t read = 0;

	if (!json_find(reply, JSON_DEPTH, &list, 1, NULL, &error) || list.times != 1 ||
	    json_kind(list.value) != JSON_ARRAY)
		return false;
	cursor = json_enter(list.value);
	while (read < count && json_next_object(&cursor, members, MEMBERS)) {
		if (!read_result(names, members, &results[read]))
			return false;
		read++;
	}
	return read == count && !json_next_element(&cursor, &more);
}
