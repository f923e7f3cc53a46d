/* call: starts the calls of reading when they are due. */
#include <stdlib.h>

#include "base/clock.h"
#include "stream/dynamodbstreams/changes.h"
#include "text/json.h"

enum { BLOCKED_WAIT = 1000 /* ms at most; a reply ends it */ };

/* A sequence number as the service takes it: it has 21 digits or more, emulators' begin with 0. */
static void
add_sequence(struct buffer *body, struct span sequence)
{
	enum { LEAST = 21 };

	for (size_t i = sequence.length; i < LEAST; i++)
		buffer_add_text(body, "0");
	buffer_add(body, sequence.start, sequence.length);
}

static void
add_place(struct buffer *body, const struct changes_shard *shard)
{
	switch (shard->from) {
	case FROM_LATEST:
		buffer_add_text(body, "\"LATEST\"}");
		break;
	case FROM_POSITION:
		buffer_add_format(body, "\"%s_SEQUENCE_NUMBER\",\"SequenceNumber\":\"",
		    shard->position.through ? "AFTER" : "AT");
		add_sequence(body, shard->position.sequence);
		buffer_add_text(body, "\"}");
		break;
	case FROM_TRIM_HORIZON:
	case FROM_TIME:
		buffer_add_text(body, "\"TRIM_HORIZON\"}");
		break;
	}
}

void
changes_ask_iterator(const struct changes *changes, struct changes_shard *shard)
{
	struct buffer *body = &shard->body;

	buffer_clear(body);
	buffer_add_text(body, "{\"StreamArn\":");
	json_add_string(body, changes->arn, strlen(changes->arn));
	buffer_add_format(body, ",\"ShardId\":\"%s\",\"ShardIteratorType\":", shard->name);
	add_place(body, shard);
	shard->since = 0;
	if (shard->from == FROM_TIME && shard->time > CHANGES_MARGIN)
		shard->since = shard->time - CHANGES_MARGIN;
}

void
changes_ask_records(struct changes_shard *shard, struct span iterator, size_t limit)
{
	buffer_clear(&shard->body);
	buffer_add_format(&shard->body, "{\"ShardIterator\":\"%.*s\",\"Limit\":%zu}",
	    (int)iterator.length, iterator.start, limit);
}

static bool
call_iterator(struct changes *changes, struct changes_shard *shard, struct failure *failure)
{
	struct aws_call call = {
	    .action = "GetShardIterator", .ceiling = CHANGES_ITERATOR_CEILING, .context = shard};

	changes_ask_iterator(changes, shard);
	/* Records that are created from now on are wanted, also if the iterator expires. */
	if (shard->from == FROM_LATEST)
		shard->time = aws_now(changes->aws);
	call.body = buffer_span(&shard->body);
	shard->in_flight = aws_start(changes->aws, &call, failure);
	return shard->in_flight;
}

static bool
call_records(
    struct changes *changes, struct changes_shard *shard, int64_t now, struct failure *failure)
{
	/* Retried here, at the shard's own pace. */
	struct aws_call call = {.action = "GetRecords",
	    .ceiling = CHANGES_REPLY_CEILING,
	    .attempts = 1,
	    .context = shard};

	shard->limit = shard->limit_most > 0 ? shard->limit_most : (size_t)CHANGES_LIMIT;
	changes_ask_records(shard, span_of(shard->iterator), shard->limit);
	call.body = buffer_span(&shard->body);
	shard->due = now + (int64_t)CHANGES_READ_EVERY * 1000;
	shard->in_flight = aws_start(changes->aws, &call, failure);
	return shard->in_flight;
}

static bool
call_list(struct changes *changes, struct failure *failure)
{
	struct aws_call call = {.action = "DescribeStream", .ceiling = CHANGES_LIST_CEILING};

	changes_list_ask(changes);
	call.body = buffer_span(&changes->list_body);
	changes->list_flying = aws_start(changes->aws, &call, failure);
	return changes->list_flying;
}

/* When the shard's next call may start; INT64_MAX: it wants none. */
static int64_t
due(const struct changes *changes, const struct changes_shard *shard)
{
	if (shard->in_flight || shard->gone ||
	    (shard->stage != CHANGES_STARTS && shard->stage != CHANGES_READS))
		return INT64_MAX;
	/* Where to continue, and whether to, is known once all records have been passed on. */
	return shard == changes->current ? INT64_MAX : shard->due;
}

static bool
wants_list(const struct changes *changes)
{
	return changes->list_wanted && !changes->list_flying;
}

bool
changes_call_due(struct changes *changes, struct failure *failure)
{
	int64_t now = clock_steady();

	if (wants_list(changes) && changes->list_due <= now && aws_room(changes->aws) > 0 &&
	    !call_list(changes, failure))
		return false;
	for (size_t i = 0; i < changes->count && aws_room(changes->aws) > 0; i++) {
		struct changes_shard *shard = changes->shards[changes->turn++ % changes->count];

		if (due(changes, shard) > now)
			continue;
		if (!(shard->iterator == NULL ? call_iterator(changes, shard, failure)
		                              : call_records(changes, shard, now, failure)))
			return false;
	}
	return true;
}

int
changes_call_wait(const struct changes *changes)
{
	int64_t now = clock_steady();
	int64_t next = wants_list(changes) ? changes->list_due : INT64_MAX;

	if (aws_room(changes->aws) == 0)
		return BLOCKED_WAIT;
	for (size_t i = 0; i < changes->count; i++) {
		int64_t time = due(changes, changes->shards[i]);

		if (time < next)
			next = time;
	}
	if (next == INT64_MAX)
		return -1;
	if (next <= now)
		return 0;
	return next - now < (int64_t)BLOCKED_WAIT * 1000 ? (int)((next - now + 999) / 1000)
	                                                 : BLOCKED_WAIT;
}
