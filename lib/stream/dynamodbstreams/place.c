/* place: answers questions about single shards and places. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stream/dynamodbstreams/changes.h"

enum {
	PAGES = 50 /* at most, for the records before a time that are passed over */
};

static struct changes_shard *
find_shard(struct changes *changes, const char *shard, struct failure *failure)
{
	struct changes_shard *found;
	struct shown shown;

	if (changes->listing == 0 && !changes_list(changes, failure))
		return NULL;
	found = changes_shard_named(changes, span_of(shard));
	if (found == NULL)
		fail(failure, FAILURE_PERMANENT, "the stream has no shard %s",
		    show(&shown, shard, strlen(shard)));
	return found;
}

bool
changes_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure)
{
	struct changes_shard *found = find_shard((struct changes *)stream, shard, failure);

	if (found == NULL)
		return false;
	*state = (struct shard_state){.open = found->end == NULL, .parents = {found->parent}};
	return true;
}

/* Checks only that it is a name as the service makes them, shardId-DIGITS-HEX. */
bool
changes_has(struct stream *stream, const struct position *position, struct failure *failure)
{
	static const char prefix[] = "shardId-";
	struct span shard = position->shard;
	size_t at = sizeof prefix - 1, digits = 0;

	(void)stream;
	if (span_begins(shard, prefix)) {
		while (at + digits < shard.length && shard.start[at + digits] >= '0' &&
		       shard.start[at + digits] <= '9')
			digits++;
		at += digits;
	}
	if (digits > 0 && at + 1 < shard.length && shard.start[at] == '-' && position->sub < 0)
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "a stream of DynamoDB has no position %.*s:%.*s: was it taken from another stream?",
	    (int)shard.length, shard.start, (int)position->sequence.length,
	    position->sequence.start);
}

bool
changes_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure)
{
	struct changes *changes = (struct changes *)stream;
	const struct changes_shard *found;

	(void)time;
	snprintf(place, POSITION_SIZE, "%s:0", shard);
	switch (from) {
	case FROM_LATEST:
		found = find_shard(changes, shard, failure);
		if (found != NULL)
			changes_latest(found, aws_now(changes->aws), place);
		return found != NULL;
	case FROM_POSITION:
		if (!changes_has(stream, position, failure))
			return false;
		snprintf(place, POSITION_SIZE, "%s:%.*s%s", shard, (int)position->sequence.length,
		    position->sequence.start, position->through ? "+" : "");
		return true;
	case FROM_TIME:
		return fail(failure, FAILURE_PERMANENT,
		    "a stream of DynamoDB cannot begin at a time: use trim-horizon, latest or a "
		    "position");
	case FROM_TRIM_HORIZON:
		break;
	}
	return true;
}

/* Requests an iterator and returns it as JSON text without quotes; NULL on failure. If the place is
 * older than the oldest record, reading would begin there. */
static char *
ask_iterator(struct changes *changes, struct changes_shard *shard, struct failure *failure)
{
	struct aws_call call = {.action = "GetShardIterator", .ceiling = CHANGES_ITERATOR_CEILING};
	struct aws_reply reply;
	struct span iterator;

	changes_ask_iterator(changes, shard);
	call.body = buffer_span(&shard->body);
	if (!aws_call_and_wait(changes->aws, &call, &reply, failure)) {
		if (shard->from != FROM_POSITION ||
		    strcmp(reply.code, "TrimmedDataAccessException") != 0)
			return NULL;
		failure->kind = FAILURE_NONE;
		shard->from = FROM_TRIM_HORIZON;
		return ask_iterator(changes, shard, failure);
	}
	iterator = changes_iterator_in(reply.body, failure);
	return iterator.start != NULL ? memory_copy(iterator.start, iterator.length) : NULL;
}

/* Requests records after an iterator; those that count are in changes->records. */
static bool
ask_records(struct changes *changes, struct changes_shard *shard, struct span iterator,
    struct failure *failure)
{
	struct aws_call call = {.action = "GetRecords", .ceiling = CHANGES_REPLY_CEILING};
	struct change_records *records = &changes->records;
	struct aws_reply reply;
	bool more = true;

	changes_ask_records(shard, iterator, shard->since > 0 ? CHANGES_LIMIT : 1);
	call.body = buffer_span(&shard->body);
	if (!aws_call_and_wait(changes->aws, &call, &reply, failure) ||
	    !change_records_open(records, reply.body, failure))
		return false;
	while (more && records->count == 0) {
		if (!change_records_next(records, shard->since, &more, failure))
			return false;
	}
	return true;
}

/* The age of the next record; 0: there is none, as far as a few replies say. */
static bool
measure(struct changes *changes, struct changes_shard *shard, struct span iterator,
    int64_t *milliseconds, struct failure *failure)
{
	const struct change_records *records = &changes->records;
	int64_t arrived;

	*milliseconds = 0;
	for (unsigned pages = 0, empty = 0; pages < PAGES && empty < CHANGES_TIP; pages++) {
		if (!ask_records(changes, shard, iterator, failure))
			return false;
		if (records->count > 0) {
			arrived = records->records[0].arrived;
			if (arrived > 0 && arrived < aws_now(changes->aws))
				*milliseconds = aws_now(changes->aws) - arrived;
			return true;
		}
		if (records->iterator.start == NULL)
			return true;
		empty = records->taken > 0 ? 0 : empty + 1;
		/* The reply is replaced by the next. */
		buffer_clear(&changes->list_body);
		buffer_add(&changes->list_body, records->iterator.start, records->iterator.length);
		iterator = buffer_span(&changes->list_body);
	}
	return true;
}

bool
changes_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure)
{
	struct changes *changes = (struct changes *)stream;
	struct changes_shard *found = find_shard(changes, shard, failure);
	char *iterator;
	bool measured;

	*lag = (struct lag){.counted = false};
	if (found == NULL)
		return false;
	/* Another group may have been asked about before. */
	found->from = FROM_TRIM_HORIZON;
	if (place != NULL && !changes_set_place(found, place, failure))
		return false;
	if (changes_is_done(found))
		return true;
	iterator = ask_iterator(changes, found, failure);
	measured = iterator != NULL &&
	           measure(changes, found, span_of(iterator), &lag->milliseconds, failure);
	free(iterator);
	return measured;
}
