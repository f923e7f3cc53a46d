/* read_take: takes the replies to the calls of reading. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stream/kinesis/read.h"

enum {
	LIMIT_USUAL = 10000, /* records: from here on, a reply that was too large is forgotten */
	TIP_MARGIN = 2000 /* ms by which the clocks of the service may differ */
};

static void
forget_iterator(struct kinesis_shard *shard)
{
	free(shard->iterator);
	shard->iterator = NULL;
}

static bool
take_iterator(struct kinesis_shard *shard, const struct aws_reply *reply, struct failure *failure)
{
	struct json_wanted wanted = {.name = {"ShardIterator", 13}};
	struct json_error error;
	struct span inside;

	if (!json_find(reply->body, JSON_DEPTH, &wanted, 1, NULL, &error) ||
	    wanted.value.start == NULL || json_kind(wanted.value) != JSON_STRING)
		return fail(
		    failure, FAILURE_TEMPORARY, "Kinesis's GetShardIterator gave no iterator");
	inside = json_inside(wanted.value);
	forget_iterator(shard);
	shard->iterator = memory_copy(inside.start, inside.length);
	shard->stage = SHARD_READS;
	shard->failures = 0;
	if (shard->from == FROM_LATEST)
		shard->from = FROM_TIME;
	return true;
}

void
kinesis_begin_reply(struct kinesis_reading *reading, struct kinesis_shard *shard, size_t length)
{
	shard->failures = 0;
	reading->without = 0;
	shard->behind = reading->records.behind;
	shard->at_tip = shard->behind == 0;
	shard->reply_bytes = length;
	reading->current = shard;
	reading->replied = true;
}

static bool
take_records(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct aws_reply *reply, struct failure *failure)
{
	struct kinesis_records *records = &reading->records;

	if (!kinesis_records_open(records, reply->body, failure))
		return false;
	shard->setbacks = 0;
	shard->limit_most *= 2;
	if (shard->limit_most > LIMIT_USUAL)
		shard->limit_most = 0;
	forget_iterator(shard);
	if (records->iterator.start != NULL)
		shard->iterator = memory_copy(records->iterator.start, records->iterator.length);
	kinesis_begin_reply(reading, shard, reply->body.length);
	return true;
}

static bool
take_list(struct kinesis_reading *reading, const struct aws_reply *reply, struct failure *failure)
{
	bool whole;

	reading->list_flying = false;
	if (reply->failure.kind == FAILURE_NONE) {
		if (!kinesis_list_take(reading, reply->body, &whole, failure))
			return false;
		reading->list_failures = 0;
		if (whole) {
			kinesis_promote(reading);
			if (reading->follow || reading->shared)
				kinesis_want_list(reading, true);
			else
				reading->list_wanted = false;
		}
		return true;
	}
	if (reading->token != NULL && strcmp(reply->code, "ExpiredNextTokenException") == 0) {
		free(reading->token);
		reading->token = NULL;
		return true;
	}
	if (reply->failure.kind != FAILURE_TEMPORARY && !reply->throttled) {
		*failure = reply->failure;
		return false;
	}
	return kinesis_wait_longer(
	    reading, reply, &reading->list_failures, &reading->list_due, failure);
}

bool
kinesis_take(
    struct kinesis_reading *reading, const struct aws_reply *reply, struct failure *failure)
{
	struct kinesis_shard *shard = reply->context;

	if (shard == NULL)
		return take_list(reading, reply, failure);
	shard->in_flight = false;
	reading->expected -= shard->expected;
	shard->expected = 0;
	if (reply->failure.kind != FAILURE_NONE)
		return kinesis_take_failure(reading, shard, reply, failure);
	if (strcmp(reply->action, "GetShardIterator") == 0)
		return take_iterator(shard, reply, failure);
	return take_records(reading, shard, reply, failure);
}

/* Without follow: is this the tip that the shard had when reading began? */
static bool
is_at_tip(const struct kinesis_reading *reading, const struct kinesis_shard *shard)
{
	const struct kinesis_records *records = &reading->records;

	if (records->taken > 0 && records->arrived >= reading->start_time + TIP_MARGIN)
		return true;
	/* A full reply may end between records that arrived at the same time. The end of a closed
	 * shard is reported by the service. */
	return shard->at_tip && shard->open && records->taken < shard->limit;
}

/* No more of it is read. */
static void
end(struct kinesis_reading *reading, struct kinesis_shard *shard)
{
	shard->stage = SHARD_ENDED;
	forget_iterator(shard);
	if (shard->subscription != NULL)
		kinesis_unsubscribe(reading, shard);
}

/* A shard is read to its end: its children may begin. */
static void
finish(struct kinesis_reading *reading, struct kinesis_shard *shard)
{
	end(reading, shard);
	shard->finished = true;
	shard->ended_at = reading->listing + kinesis_is_listing(reading);
	kinesis_promote(reading);
	if (reading->only == NULL)
		kinesis_want_list(reading, false);
}

/* Was that the last reply, or the last event, of a closed shard? */
static bool
has_ended(const struct kinesis_shard *shard, const struct kinesis_records *records, bool pushed)
{
	if (pushed ? records->children : records->iterator.start == NULL)
		return true;
	/* Emulators never report the end of a closed shard. */
	return !shard->open && shard->at_tip && records->taken == 0 &&
	       (pushed || !shard->in_flight);
}

void
kinesis_end_reply(struct kinesis_reading *reading)
{
	struct kinesis_shard *shard = reading->current;
	struct kinesis_records *records = &reading->records;
	bool pushed = kinesis_is_pushed(reading, shard);

	reading->current = NULL;
	if (records->taken > 0) {
		snprintf(shard->place, sizeof shard->place, "%s:%.*s+", shard->name,
		    (int)records->sequence.length, records->sequence.start);
		position_parse(span_of(shard->place), &shard->position);
		shard->from = FROM_POSITION;
		shard->skips = false;
		shard->record_bytes = shard->reply_bytes / records->taken + 1;
		reading->record_bytes = shard->record_bytes;
	} else if (shard->at_tip && !pushed) {
		int64_t idle = clock_steady() + (int64_t)KINESIS_IDLE_EVERY * 1000;

		if (!shard->in_flight && shard->due < idle)
			shard->due = idle;
	}
	if (pushed && records->continuation.start != NULL)
		kinesis_subscription_continue(shard->subscription, records->continuation);
	if (pushed && records->taken > 0)
		shard->subscription->damaged = 0;
	if (has_ended(shard, records, pushed))
		finish(reading, shard);
	else if (!reading->follow && is_at_tip(reading, shard))
		end(reading, shard);
}
