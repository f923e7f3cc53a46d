/* read_call: starts the calls of reading when they are due and there is room. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stream/kinesis/read.h"

enum {
	LIMIT = 10000, /* records of a reply */
	FIRST_LIMIT = 1000, /* of the very first */
	UNKNOWN_LIMIT = 100, /* of others, while the size of records is unknown */
	REPLY_BYTES = 7 * 512 * 1024, /* wanted size of a reply if there are few shards */
	REPLY_LEAST = 1024 * 1024, /* … many: five of them a second are more than allowed */
	TIP_BYTES = 256 * 1024, /* … at the tip, where all shards call at once */
	FLYING_BYTES = 8 * 1024 * 1024, /* of all replies in flight */
	ITERATOR_CEILING = 64 * 1024,
	BLOCKED_WAIT = 1000 /* ms at most; a reply ends it */
};

void
kinesis_ask_iterator(struct kinesis_shard *shard, const struct kinesis *kinesis)
{
	struct buffer *body = &shard->body;

	buffer_clear(body);
	buffer_add_text(body, "{");
	kinesis_add_name(kinesis, body);
	buffer_add_format(body, ",\"ShardId\":\"%s\",\"ShardIteratorType\":", shard->name);
	kinesis_add_place(body, shard, "StartingSequenceNumber");
	buffer_add_text(body, "}");
}

static size_t
cap(const struct kinesis_shard *shard, size_t limit)
{
	return shard->limit_most > 0 && limit > shard->limit_most ? shard->limit_most : limit;
}

/* Decides how many records to request; the estimated size of the reply. */
static size_t
expect(const struct kinesis_reading *reading, struct kinesis_shard *shard)
{
	size_t each = shard->record_bytes > 0 ? shard->record_bytes : reading->record_bytes;
	size_t wanted = FLYING_BYTES / reading->count;
	bool known = each > 0 || reading->replied;

	if (wanted > REPLY_BYTES)
		wanted = REPLY_BYTES;
	if (wanted < REPLY_LEAST)
		wanted = REPLY_LEAST;
	if (shard->at_tip)
		wanted = TIP_BYTES;
	/* The very first call is the only one in flight. */
	shard->limit = cap(shard, known ? UNKNOWN_LIMIT : FIRST_LIMIT);
	if (each == 0)
		return known ? TIP_BYTES : FLYING_BYTES;
	shard->limit = cap(shard, wanted / each < LIMIT ? wanted / each : (size_t)LIMIT);
	if (shard->limit == 0)
		shard->limit = 1;
	return shard->limit * each;
}

static bool
call_iterator(struct kinesis_reading *reading, struct kinesis_shard *shard, int64_t now,
    struct failure *failure)
{
	struct aws_call call = {
	    .action = "GetShardIterator", .ceiling = ITERATOR_CEILING, .context = shard};

	kinesis_ask_iterator(shard, reading->kinesis);
	/* Records that arrive from now on are wanted, also if the iterator expires. */
	if (shard->from == FROM_LATEST)
		shard->time = aws_now(reading->kinesis->aws);
	call.body = buffer_span(&shard->body);
	if (!aws_start(reading->kinesis->aws, &call, failure))
		return false;
	shard->expected = 0;
	shard->in_flight = true;
	shard->iterator_due = now + (int64_t)KINESIS_READ_EVERY * 1000;
	return true;
}

static bool
call_records(struct kinesis_reading *reading, struct kinesis_shard *shard, size_t expected,
    int64_t now, struct failure *failure)
{
	/* Retried here, at the shard's own pace. */
	struct aws_call call = {.action = "GetRecords",
	    .ceiling = KINESIS_REPLY_CEILING,
	    .attempts = 1,
	    .context = shard};
	const struct kinesis *kinesis = reading->kinesis;

	buffer_clear(&shard->body);
	buffer_add_format(
	    &shard->body, "{\"ShardIterator\":\"%s\",\"Limit\":%zu", shard->iterator, shard->limit);
	if (kinesis->arn != NULL) {
		buffer_add_text(&shard->body, ",");
		kinesis_add_name(kinesis, &shard->body);
	}
	buffer_add_text(&shard->body, "}");
	call.body = buffer_span(&shard->body);
	if (!aws_start(kinesis->aws, &call, failure))
		return false;
	shard->in_flight = true;
	shard->due = now + (int64_t)KINESIS_READ_EVERY * 1000;
	shard->expected = expected;
	reading->expected += expected;
	return true;
}

static bool
call_list(struct kinesis_reading *reading, struct failure *failure)
{
	struct aws_call call = {.action = "ListShards", .ceiling = KINESIS_LIST_CEILING};

	kinesis_list_ask(reading);
	call.body = buffer_span(&reading->list_body);
	if (!aws_start(reading->kinesis->aws, &call, failure))
		return false;
	reading->list_flying = true;
	return true;
}

/* When the shard's next call may start; INT64_MAX: it wants none. */
static int64_t
due(const struct kinesis_reading *reading, const struct kinesis_shard *shard)
{
	if (shard->gone || (shard->stage != SHARD_STARTS && shard->stage != SHARD_READS))
		return INT64_MAX;
	if (kinesis_is_pushed(reading, shard))
		return kinesis_subscription_due(reading, shard);
	if (shard->in_flight)
		return INT64_MAX;
	if (shard->iterator == NULL) {
		/* Where to continue is known once all records have been passed on. */
		if (shard == reading->current)
			return INT64_MAX;
		return shard->iterator_due > shard->due && shard->stage == SHARD_READS
		           ? shard->iterator_due
		           : shard->due;
	}
	/* The last reply decides whether there is another call, and when. */
	if (shard == reading->current && shard->at_tip)
		return INT64_MAX;
	return shard->due;
}

/* Starts a call. *fits false: there is no room for its reply now. */
static bool
call_shard(struct kinesis_reading *reading, struct kinesis_shard *shard, int64_t now, bool *fits,
    struct failure *failure)
{
	size_t expected;

	if (kinesis_is_pushed(reading, shard))
		return kinesis_subscribe(reading, shard, now, failure);
	if (shard->iterator == NULL)
		return call_iterator(reading, shard, now, failure);
	expected = expect(reading, shard);
	*fits = reading->expected == 0 || reading->expected + expected <= FLYING_BYTES;
	return !*fits || call_records(reading, shard, expected, now, failure);
}

bool
kinesis_call_due(struct kinesis_reading *reading, struct failure *failure)
{
	int64_t now = clock_steady();
	bool fits = true;

	reading->blocked = false;
	if (reading->list_wanted && !reading->list_flying && reading->list_due <= now &&
	    aws_room(reading->kinesis->aws) > 0 && !call_list(reading, failure))
		return false;
	for (size_t i = 0; i < reading->count; i++) {
		struct kinesis_shard *shard;

		reading->blocked = !fits || aws_room(reading->kinesis->aws) == 0;
		if (reading->blocked)
			break;
		shard = reading->shards[reading->turn % reading->count];
		if (due(reading, shard) <= now && !call_shard(reading, shard, now, &fits, failure))
			return false;
		/* A shard whose call did not fit is the first next time. */
		if (fits)
			reading->turn = (reading->turn + 1) % reading->count;
	}
	return true;
}

int
kinesis_call_wait(const struct kinesis_reading *reading)
{
	int64_t now = clock_steady(), next = INT64_MAX;

	if (reading->list_wanted && !reading->list_flying)
		next = reading->list_due;
	for (size_t i = 0; i < reading->count; i++) {
		int64_t time = due(reading, reading->shards[i]);

		if (time < next)
			next = time;
	}
	if (next == INT64_MAX)
		return -1;
	if (next <= now)
		return reading->blocked ? BLOCKED_WAIT : 0;
	return next - now < (int64_t)BLOCKED_WAIT * 1000 ? (int)((next - now + 999) / 1000)
	                                                 : BLOCKED_WAIT;
}
