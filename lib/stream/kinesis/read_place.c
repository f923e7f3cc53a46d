/* read_place: answers questions about single shards and places. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stream/kinesis/read.h"

enum { LOOKS = 8 /* replies without a record in a row, in a closed shard */ };

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
	*state = (struct shard_state){.open = found->open,
	    .parents = {found->parents[0], found->parents[1]},
	    .hash_keys = {found->hash_first, found->hash_last},
	    .last = found->last};
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

/* Requests the next record after an iterator; the reply is in records. */
static bool
ask_record(struct kinesis *kinesis, struct kinesis_shard *shard, struct span iterator,
    struct failure *failure)
{
	struct aws_call call = {.action = "GetRecords", .ceiling = KINESIS_REPLY_CEILING};
	struct buffer *body = &shard->body;
	struct aws_reply reply;

	buffer_clear(body);
	buffer_add_format(
	    body, "{\"ShardIterator\":\"%.*s\",\"Limit\":1", (int)iterator.length, iterator.start);
	if (kinesis->arn != NULL) {
		buffer_add_text(body, ",");
		kinesis_add_name(kinesis, body);
	}
	buffer_add_text(body, "}");
	call.body = buffer_span(body);
	return aws_call_and_wait(kinesis->aws, &call, &reply, failure) &&
	       kinesis_records_open(&kinesis->reading->records, reply.body, failure);
}

/* Does the reply hold a record that is not done? */
static bool
has_record(struct kinesis_records *records, const struct kinesis_shard *shard, bool *has,
    struct failure *failure)
{
	struct kinesis_filter filter = {.done = shard->skips ? &shard->position : NULL};
	bool more = true;

	*has = false;
	while (more && !*has) {
		if (!kinesis_records_next(records, &filter, &more, failure))
			return false;
		*has = records->count > 0;
	}
	return true;
}

/* A closed shard counts as behind only if it holds a record that is not done; a reply without
 * records does not say so, unless it is the last. */
static bool
measure(struct kinesis *kinesis, struct kinesis_shard *shard, struct span iterator,
    int64_t *milliseconds, struct failure *failure)
{
	struct kinesis_records *records = &kinesis->reading->records;
	bool has = false;

	for (unsigned looks = 0; looks < LOOKS; looks++) {
		if (!ask_record(kinesis, shard, iterator, failure) ||
		    !has_record(records, shard, &has, failure))
			return false;
		iterator = records->iterator;
		*milliseconds = has || iterator.start != NULL ? records->behind : 0;
		if (has || iterator.start == NULL || shard->open || records->behind == 0)
			break;
	}
	return true;
}

bool
kinesis_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	struct kinesis_shard *found = find_shard(kinesis->reading, shard, failure);
	char *iterator;
	bool measured;

	*lag = (struct lag){.counted = false};
	if (found == NULL)
		return false;
	/* Another group may have been asked about before. */
	found->from = FROM_TRIM_HORIZON;
	found->skips = false;
	if (place != NULL && !kinesis_set_place(found, place, failure))
		return false;
	iterator = ask_iterator(kinesis, found, failure);
	measured = iterator != NULL &&
	           measure(kinesis, found, span_of(iterator), &lag->milliseconds, failure);
	free(iterator);
	return measured;
}

/* The first record after an iterator: *position; "": there is none yet. */
static bool
find_first(struct kinesis *kinesis, struct kinesis_shard *shard, struct span iterator,
    char position[POSITION_SIZE], struct failure *failure)
{
	struct kinesis_records *records = &kinesis->reading->records;
	bool has = false;

	position[0] = '\0';
	while (!has) {
		if (!ask_record(kinesis, shard, iterator, failure) ||
		    !has_record(records, shard, &has, failure))
			return false;
		if (has)
			snprintf(position, POSITION_SIZE, "%s:%.*s", shard->name,
			    (int)records->places[0].sequence.length,
			    records->places[0].sequence.start);
		iterator = records->iterator;
		if (iterator.start == NULL || records->behind == 0)
			break;
	}
	return true;
}

bool
kinesis_resolve(
    struct stream *stream, const char *name, char place[POSITION_SIZE], struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	struct kinesis_shard *shard = find_shard(kinesis->reading, name, failure);
	char position[POSITION_SIZE], *iterator;
	struct span of;
	int64_t time;
	bool found;

	if (shard == NULL)
		return false;
	if (!position_is_time(span_of(place), &of, &time))
		return true;
	shard->skips = false;
	if (!kinesis_set_place(shard, place, failure))
		return false;
	iterator = ask_iterator(kinesis, shard, failure);
	found =
	    iterator != NULL && find_first(kinesis, shard, span_of(iterator), position, failure);
	free(iterator);
	if (found && position[0] != '\0')
		snprintf(place, POSITION_SIZE, "%s", position);
	return found;
}
