/* read_place: answers questions about single shards and places. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stream/kinesis/read.h"

static struct kinesis_shard *
find_shard(struct kinesis_reading *reading, const char *shard, struct failure *failure)
{
	struct kinesis_shard *found;
	struct shown shown;

	if (reading->listing == 0 && !kinesis_list(reading, failure))
		return NULL;
	found = kinesis_find(reading, span_of(shard));
	if (found == NULL)
		fail(failure, FAILURE_PERMANENT, "the stream has no shard %s",
		    show(&shown, shard, strlen(shard)));
	return found;
}

bool
kinesis_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure)
{
	struct kinesis_shard *found =
	    find_shard(((struct kinesis *)stream)->reading, shard, failure);

	if (found == NULL)
		return false;
	*state = (struct shard_state){
	    .open = found->open, .parents = {found->parents[0], found->parents[1]}};
	return true;
}

/* Checks only that it is a name as the service makes them: a call for each would be too many. */
bool
kinesis_has(struct stream *stream, const struct position *position, struct failure *failure)
{
	static const char prefix[] = "shardId-";
	struct span shard = position->shard;
	size_t digits = 0, length = sizeof prefix - 1;

	(void)stream;
	if (span_begins(shard, prefix)) {
		while (length + digits < shard.length && shard.start[length + digits] >= '0' &&
		       shard.start[length + digits] <= '9')
			digits++;
	}
	if (digits > 0 && length + digits == shard.length)
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "a stream of Kinesis has no shard %.*s: was the position taken from another stream?",
	    (int)shard.length, shard.start);
}

bool
kinesis_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	char sub[24] = "";

	(void)failure;
	switch (from) {
	case FROM_TRIM_HORIZON:
		snprintf(place, POSITION_SIZE, "%s:0", shard);
		return true;
	case FROM_LATEST:
		time = aws_now(kinesis->aws);
		break;
	case FROM_TIME:
		break;
	case FROM_POSITION:
		if (position->sub >= 0)
			snprintf(sub, sizeof sub, ".%lld", (long long)position->sub);
		snprintf(place, POSITION_SIZE, "%s:%.*s%s%s", shard, (int)position->sequence.length,
		    position->sequence.start, sub, position->through ? "+" : "");
		return true;
	}
	snprintf(place, POSITION_SIZE, "%s:@%lld", shard, (long long)(time > 0 ? time : 0));
	return true;
}

/* Requests an iterator and returns it as JSON text without quotes; NULL on failure. */
static char *
ask_iterator(struct kinesis *kinesis, struct kinesis_shard *shard, struct failure *failure)
{
	struct json_wanted wanted = {.name = {"ShardIterator", 13}};
	struct aws_call call = {.action = "GetShardIterator", .ceiling = 64 * 1024};
	struct json_error error;
	struct aws_reply reply;
	struct span inside;

	kinesis_ask_iterator(shard, kinesis);
	call.body = buffer_span(&shard->body);
	if (!aws_call_and_wait(kinesis->aws, &call, &reply, failure))
		return NULL;
	if (!json_find(reply.body, JSON_DEPTH, &wanted, 1, NULL, &error) ||
	    wanted.value.start == NULL || json_kind(wanted.value) != JSON_STRING) {
		fail(failure, FAILURE_TEMPORARY, "Kinesis's GetShardIterator gave no iterator");
		return NULL;
	}
	inside = json_inside(wanted.value);
	return memory_copy(inside.start, inside.length);
}

bool
kinesis_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	struct kinesis_shard *found = find_shard(kinesis->reading, shard, failure);
	struct kinesis_records *records = &kinesis->reading->records;
	struct aws_call call = {.action = "GetRecords", .ceiling = KINESIS_REPLY_CEILING};
	struct aws_reply reply;
	char *iterator;
	bool asked;

	*lag = (struct lag){.counted = false};
	if (found == NULL || (place != NULL && !kinesis_set_place(found, place, failure)))
		return false;
	iterator = ask_iterator(kinesis, found, failure);
	if (iterator == NULL)
		return false;
	buffer_clear(&found->body);
	buffer_add_format(&found->body, "{\"ShardIterator\":\"%s\",\"Limit\":1", iterator);
	free(iterator);
	if (kinesis->arn != NULL) {
		buffer_add_text(&found->body, ",");
		kinesis_add_name(kinesis, &found->body);
	}
	buffer_add_text(&found->body, "}");
	call.body = buffer_span(&found->body);
	asked = aws_call_and_wait(kinesis->aws, &call, &reply, failure) &&
	        kinesis_records_open(records, reply.body, failure);
	lag->milliseconds = asked ? records->behind : 0;
	return asked;
}
