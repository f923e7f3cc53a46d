/* read_take: takes the replies to the calls of reading. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stream/kinesis/read.h"

enum {
	BACKOFF_FIRST = 500, /* ms */
	BACKOFF_MOST = 20000,
	LIMIT_USUAL = 10000, /* records: from here on, a reply that was too large is forgotten */
	TIP_MARGIN = 2000 /* ms by which the clocks of the service may differ */
};

static bool
is_code(const struct aws_reply *reply, const char *code)
{
	return strcmp(reply->code, code) == 0;
}

static void
forget_iterator(struct kinesis_shard *shard)
{
	free(shard->iterator);
	shard->iterator = NULL;
}

/* A call failed: only its shard waits. */
static bool
wait_longer(struct kinesis_reading *reading, const struct aws_reply *reply, unsigned *failures,
    int64_t *due, struct failure *failure)
{
	int64_t now = clock_steady();
	int64_t delay = backoff_delay(
	    &reading->backoff, *failures < 8 ? *failures : 8, BACKOFF_FIRST, BACKOFF_MOST);

	*failures += 1;
	if (!reply->throttled && *failures >= KINESIS_GIVE_UP) {
		*failure = reply->failure;
		return false;
	}
	if (!kinesis_may_retry(reading, reply, now, failure))
		return false;
	*due = now + delay * 1000;
	kinesis_report_failure(reading, reply, *failures, delay, now);
	return true;
}

/* An iterator has expired, or its shard is gone: retried at once, later ones after a delay. */
static bool
lose_iterator(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct aws_reply *reply, bool gone, struct failure *failure)
{
	unsigned before = shard->setbacks++;
	int64_t now = clock_steady(), delay = gone ? KINESIS_IDLE_EVERY : 0;

	forget_iterator(shard);
	if (!kinesis_may_retry(reading, reply, now, failure))
		return false;
	if (before > 0)
		delay = backoff_delay(
		    &reading->backoff, before < 8 ? before : 8, KINESIS_IDLE_EVERY, BACKOFF_MOST);
	if (delay > 0)
		shard->due = now + delay * 1000;
	if (before > 0)
		kinesis_report_failure(reading, reply, shard->setbacks, delay, now);
	/* The shard may be gone, or the stream: listing finds out. */
	shard->gone = gone;
	if (gone)
		kinesis_want_list(reading, false);
	return true;
}

/* A call for a shard failed. */
static bool
take_failure(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct aws_reply *reply, struct failure *failure)
{
	bool gone = is_code(reply, "ResourceNotFoundException");

	if (gone || is_code(reply, "ExpiredIteratorException"))
		return lose_iterator(reading, shard, reply, gone, failure);
	/* The service may refuse a sequence number that retention has removed. */
	if (is_code(reply, "InvalidArgumentException") && shard->iterator == NULL &&
	    shard->from_checkpoint && shard->from == FROM_POSITION && !shard->first_seen) {
		shard->from = FROM_TRIM_HORIZON;
		shard->lost_some = true;
		return true;
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
	return wait_longer(reading, reply, &shard->failures, &shard->due, failure);
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

static bool
take_records(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct aws_reply *reply, struct failure *failure)
{
	struct kinesis_records *records = &reading->records;

	if (!kinesis_records_open(records, reply->body, failure))
		return false;
	shard->failures = shard->setbacks = 0;
	shard->limit_most *= 2;
	if (shard->limit_most > LIMIT_USUAL)
		shard->limit_most = 0;
	reading->without = 0;
	shard->behind = records->behind;
	shard->at_tip = records->behind == 0;
	forget_iterator(shard);
	if (records->iterator.start != NULL)
		shard->iterator = memory_copy(records->iterator.start, records->iterator.length);
	shard->reply_bytes = reply->body.length;
	reading->current = shard;
	reading->replied = true;
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
			if (reading->follow)
				kinesis_want_list(reading, true);
			else
				reading->list_wanted = false;
			kinesis_promote(reading);
		}
		return true;
	}
	if (reading->token != NULL && is_code(reply, "ExpiredNextTokenException")) {
		free(reading->token);
		reading->token = NULL;
		return true;
	}
	if (reply->failure.kind != FAILURE_TEMPORARY && !reply->throttled) {
		*failure = reply->failure;
		return false;
	}
	return wait_longer(reading, reply, &reading->list_failures, &reading->list_due, failure);
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
		return take_failure(reading, shard, reply, failure);
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

/* A shard is read to its end: its children may begin. */
static void
finish(struct kinesis_reading *reading, struct kinesis_shard *shard)
{
	shard->stage = SHARD_ENDED;
	shard->finished = true;
	forget_iterator(shard);
	kinesis_promote(reading);
	if (reading->only == NULL)
		kinesis_want_list(reading, false);
}

void
kinesis_end_reply(struct kinesis_reading *reading)
{
	struct kinesis_shard *shard = reading->current;
	struct kinesis_records *records = &reading->records;

	reading->current = NULL;
	if (records->taken > 0) {
		snprintf(shard->place, sizeof shard->place, "%s:%.*s+", shard->name,
		    (int)records->sequence.length, records->sequence.start);
		position_parse(span_of(shard->place), &shard->position);
		shard->from = FROM_POSITION;
		shard->skips = false;
		shard->record_bytes = shard->reply_bytes / records->taken + 1;
		reading->record_bytes = shard->record_bytes;
	} else if (shard->at_tip) {
		int64_t idle = clock_steady() + (int64_t)KINESIS_IDLE_EVERY * 1000;

		if (!shard->in_flight && shard->due < idle)
			shard->due = idle;
	}
	/* Emulators never report the end of a closed shard. */
	if (records->iterator.start == NULL ||
	    (!shard->open && shard->at_tip && records->taken == 0 && !shard->in_flight))
		finish(reading, shard);
	else if (!reading->follow && is_at_tip(reading, shard))
		shard->stage = SHARD_ENDED;
}
