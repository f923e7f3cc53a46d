/* take: takes the replies to the calls of reading. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stream/dynamodbstreams/changes.h"

static bool
is_code(const struct aws_reply *reply, const char *code)
{
	return strcmp(reply->code, code) == 0;
}

static void
forget_iterator(struct changes_shard *shard)
{
	free(shard->iterator);
	shard->iterator = NULL;
}

/* An iterator has expired, or its shard is gone: the first is retried at once. */
static bool
lose_iterator(struct changes *changes, struct changes_shard *shard, const struct aws_reply *reply,
    bool gone, struct failure *failure)
{
	forget_iterator(shard);
	/* The shard may be gone, or the stream: listing finds out. */
	shard->gone = gone;
	if (gone)
		changes_want_list(changes, false);
	if (shard->setbacks == 0 && !gone) {
		shard->setbacks++;
		return true;
	}
	return changes_wait_longer(changes, reply, &shard->setbacks, &shard->due, failure);
}

/* The place where a shard was to begin, or its iterator, is older than the oldest record kept. */
static void
begin_trimmed(struct changes_shard *shard)
{
	/* Nobody knows whether there were any before the oldest, if all were to be read. */
	shard->lost_some = shard->lost_some || shard->from == FROM_POSITION;
	shard->from = FROM_TRIM_HORIZON;
	forget_iterator(shard);
}

/* A call for a shard failed. */
static bool
take_failure(struct changes *changes, struct changes_shard *shard, const struct aws_reply *reply,
    struct failure *failure)
{
	bool gone = is_code(reply, "ResourceNotFoundException");

	if (gone || is_code(reply, "ExpiredIteratorException"))
		return lose_iterator(changes, shard, reply, gone, failure);
	if (is_code(reply, "TrimmedDataAccessException")) {
		begin_trimmed(shard);
		return changes_wait_longer(changes, reply, &shard->setbacks, &shard->due, failure);
	}
	/* The iterator is still valid: the same records, in smaller pages. */
	if (reply->too_long && shard->iterator != NULL && shard->limit > 1) {
		shard->limit_most = shard->limit / 2;
		return true;
	}
	if (reply->failure.kind != FAILURE_TEMPORARY && !reply->throttled) {
		*failure = reply->failure;
		return false;
	}
	return changes_wait_longer(changes, reply, &shard->failures, &shard->due, failure);
}

struct span
changes_iterator_in(struct span reply, struct failure *failure)
{
	struct json_wanted wanted = {.name = {"ShardIterator", 13}};
	struct json_error error;

	if (json_find(reply, JSON_DEPTH, &wanted, 1, NULL, &error) && wanted.value.start != NULL &&
	    json_kind(wanted.value) == JSON_STRING)
		return json_inside(wanted.value);
	fail(failure, FAILURE_TEMPORARY, "DynamoDB Streams's GetShardIterator gave no iterator");
	return (struct span){NULL, 0};
}

static bool
take_iterator(struct changes_shard *shard, const struct aws_reply *reply, struct failure *failure)
{
	struct span iterator = changes_iterator_in(reply->body, failure);

	if (iterator.start == NULL)
		return false;
	forget_iterator(shard);
	shard->iterator = memory_copy(iterator.start, iterator.length);
	shard->stage = CHANGES_READS;
	shard->failures = 0;
	if (shard->from == FROM_LATEST)
		shard->from = FROM_TIME;
	return true;
}

static bool
take_records(struct changes *changes, struct changes_shard *shard, const struct aws_reply *reply,
    struct failure *failure)
{
	struct change_records *records = &changes->records;

	if (!change_records_open(records, reply->body, failure))
		return false;
	shard->failures = shard->setbacks = 0;
	shard->limit_most *= 2;
	if (shard->limit_most >= CHANGES_LIMIT)
		shard->limit_most = 0;
	changes->without = 0;
	forget_iterator(shard);
	if (records->iterator.start != NULL)
		shard->iterator = memory_copy(records->iterator.start, records->iterator.length);
	changes->current = shard;
	return true;
}

static bool
take_list(struct changes *changes, const struct aws_reply *reply, struct failure *failure)
{
	bool whole;

	changes->list_flying = false;
	if (reply->failure.kind == FAILURE_NONE) {
		if (!changes_list_take(changes, reply->body, &whole, NULL, failure))
			return false;
		changes->list_failures = 0;
		if (!whole) {
			changes->list_due = clock_steady() + (int64_t)CHANGES_PAGE_EVERY * 1000;
			return true;
		}
		changes_promote(changes);
		changes_forget(changes);
		if (changes->follow || changes->shared)
			changes_want_list(changes, true);
		else
			changes->list_wanted = false;
		return true;
	}
	if (reply->failure.kind != FAILURE_TEMPORARY && !reply->throttled) {
		*failure = reply->failure;
		return false;
	}
	return changes_wait_longer(
	    changes, reply, &changes->list_failures, &changes->list_due, failure);
}

bool
changes_take(struct changes *changes, const struct aws_reply *reply, struct failure *failure)
{
	struct changes_shard *shard = reply->context;

	if (shard == NULL)
		return take_list(changes, reply, failure);
	shard->in_flight = false;
	if (reply->failure.kind != FAILURE_NONE)
		return take_failure(changes, shard, reply, failure);
	if (strcmp(reply->action, "GetShardIterator") == 0)
		return take_iterator(shard, reply, failure);
	return take_records(changes, shard, reply, failure);
}

void
changes_finish(struct changes *changes, struct changes_shard *shard)
{
	shard->stage = CHANGES_ENDED;
	shard->finished = true;
	shard->created = 0;
	shard->ended_at = changes->listing + changes_is_listing(changes);
	forget_iterator(shard);
	changes_promote(changes);
	if (changes->only == NULL)
		changes_want_list(changes, false);
}

/* Where it continues if its iterator expires. */
static void
note_place(struct changes_shard *shard, const struct change_records *records)
{
	snprintf(shard->place, sizeof shard->place, "%s:%.*s+", shard->name,
	    (int)records->sequence.length, records->sequence.start);
	position_parse(span_of(shard->place), &shard->position);
	shard->from = FROM_POSITION;
	shard->created = records->created;
	shard->empty = 0;
}

void
changes_end_reply(struct changes *changes)
{
	struct changes_shard *shard = changes->current;
	struct change_records *records = &changes->records;
	bool past = records->created >= changes->start_time + CHANGES_MARGIN;

	changes->current = NULL;
	if (records->taken > 0) {
		note_place(shard, records);
	} else if (++shard->empty >= CHANGES_TIP) {
		int64_t idle = clock_steady() + (int64_t)CHANGES_IDLE_EVERY * 1000;

		shard->created = 0;
		if (shard->end == NULL && shard->due < idle)
			shard->due = idle;
	}
	if (records->iterator.start == NULL)
		changes_finish(changes, shard);
	else if (!changes->follow && (past || (shard->end == NULL && shard->empty >= CHANGES_TIP)))
		shard->stage = CHANGES_ENDED;
}
