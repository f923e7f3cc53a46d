/* read_next: passes on the records of the replies. */
#include "system/output.h"
#include "stream/kinesis/read.h"

enum { WAIT_AT_MOST = 1000 /* ms: a signal may arrive just before the wait */ };

static void
warn(const struct kinesis_reading *reading, const char *what, const struct chunk *chunk,
    struct span sequence)
{
	caller_warn(&reading->kinesis->settings.caller, "the record at %s:%.*s %s", chunk->shard,
	    (int)sequence.length, sequence.start, what);
}

/* Once each. */
static void
warn_of_aggregates(struct kinesis_reading *reading, const struct chunk *chunk)
{
	const struct kinesis_records *records = &reading->records;

	if (records->damaged.start != NULL && !reading->warned_damaged) {
		reading->warned_damaged = true;
		warn(reading,
		    "looks like an aggregate, but is not a valid one: it and other such records "
		    "are passed on unchanged",
		    chunk, records->damaged);
	}
	if (records->foreign.start != NULL && !reading->warned_foreign) {
		reading->warned_foreign = true;
		warn(reading,
		    "is an aggregate with a member whose key belongs to another shard: it and "
		    "other such members are passed on too",
		    chunk, records->foreign);
	}
}

/* Did retention remove records before the first one that the group gets? */
static bool
has_lost(const struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct kinesis_records *records)
{
	const struct kinesis *kinesis = reading->kinesis;
	int64_t horizon = aws_now(kinesis->aws) - kinesis->summary.retention;
	int64_t arrived;

	if (shard->first_seen || records->count == 0)
		return false;
	shard->first_seen = true;
	arrived = records->records[0].arrived;
	/* The service does not report it; a record that will expire soon had others before it. */
	return shard->from_checkpoint && shard->skips && arrived > 0 &&
	       arrived < horizon + kinesis->summary.retention / 100 &&
	       !span_equal(records->places[0].sequence, shard->position.sequence);
}

/* The next piece of the current reply. *news: it holds records. */
static bool
next_piece(
    struct kinesis_reading *reading, struct chunk *chunk, bool *news, struct failure *failure)
{
	struct kinesis_records *records = &reading->records;
	struct kinesis_shard *shard = reading->current;
	struct kinesis_filter filter = {.keys = reading->kinesis->settings.want_keys};
	bool more;

	if (shard->skips)
		filter.done = &shard->position;
	if (!reading->warned_foreign && shard->hash_first != NULL && shard->hash_last != NULL) {
		filter.hash_first = span_of(shard->hash_first);
		filter.hash_last = span_of(shard->hash_last);
	}
	if (!kinesis_records_next(records, &filter, &more, failure))
		return false;
	*news = records->count > 0;
	*chunk = (struct chunk){.shard = shard->name,
	    .number = shard->number,
	    .places = records->places,
	    .records = records->records,
	    .count = records->count,
	    .lost_some = has_lost(reading, shard, records)};
	warn_of_aggregates(reading, chunk);
	if (!more)
		kinesis_end_reply(reading);
	return true;
}

/* A shard whose beginning, or whose lost records, the caller does not know yet. */
static bool
announce(struct kinesis_reading *reading, struct chunk *chunk)
{
	for (size_t i = 0; i < reading->count; i++) {
		struct kinesis_shard *shard = reading->shards[i];
		bool begins = shard->stage == SHARD_STARTS && !shard->announced;

		if (!begins && !shard->lost_some)
			continue;
		*chunk = (struct chunk){.shard = shard->name, .number = shard->number};
		chunk->lost_some = shard->lost_some;
		/* The mark "through 0": the shard is read from its beginning. */
		if (begins && shard->from == FROM_TRIM_HORIZON)
			chunk->first = 1;
		shard->announced = shard->announced || begins;
		shard->lost_some = false;
		return true;
	}
	return false;
}

static bool
is_active(const struct kinesis_reading *reading)
{
	if (reading->list_flying || (reading->list_wanted && !reading->follow && !reading->shared))
		return true;
	for (size_t i = 0; i < reading->count; i++) {
		const struct kinesis_shard *shard = reading->shards[i];

		if (shard->in_flight || shard->gone || shard->stage == SHARD_STARTS ||
		    shard->stage == SHARD_READS || (shard->taken && shard->finished))
			return true;
	}
	return false;
}

/* Takes a reply, or an event of a subscription. *taken false: there is none. */
static bool
take_next(struct kinesis_reading *reading, bool *taken, struct failure *failure)
{
	struct aws_reply reply;

	*taken = aws_next(reading->kinesis->aws, &reply);
	if (!*taken)
		return kinesis_take_event(reading, taken, failure);
	return strcmp(reply.action, "SubscribeToShard") == 0
	           ? kinesis_take_end(reading, &reply, failure)
	           : kinesis_take(reading, &reply, failure);
}

enum stream_news
kinesis_next(struct stream *stream, struct chunk *chunk, struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	struct kinesis_reading *reading = kinesis->reading;
	bool news = false, taken;

	for (;;) {
		while (reading->current != NULL) {
			/* Calls in flight make progress meanwhile. */
			if (!aws_wait(kinesis->aws, -1, -1, 0, failure))
				return STREAM_FAILED;
			if (!next_piece(reading, chunk, &news, failure))
				return STREAM_FAILED;
			if (news)
				return STREAM_CHUNK;
		}
		if (announce(reading, chunk) ||
		    (reading->shared && kinesis_tell_end(reading, chunk)))
			return STREAM_CHUNK;
		if (!take_next(reading, &taken, failure))
			return STREAM_FAILED;
		if (!taken)
			break;
		/* The next call is in flight while the caller writes these records. */
		if (!kinesis_call_due(reading, failure))
			return STREAM_FAILED;
	}
	if (!kinesis_call_due(reading, failure))
		return STREAM_FAILED;
	return reading->follow || is_active(reading) ? STREAM_IDLE : STREAM_END;
}

bool
kinesis_wait(struct stream *stream, int watch, int timeout, struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	int most = kinesis_call_wait(kinesis->reading);

	if (most < 0 || most > WAIT_AT_MOST)
		most = WAIT_AT_MOST;
	if (timeout >= 0 && timeout < most)
		most = timeout;
	if (!aws_wait(kinesis->aws, -1, watch, most, failure))
		return false;
	if (watch >= 0 && output_reader_gone(watch))
		return fail_reader_gone(failure);
	return true;
}

bool
kinesis_lag(struct stream *stream, struct lag *lag, struct failure *failure)
{
	const struct kinesis_reading *reading = ((struct kinesis *)stream)->reading;

	(void)failure;
	*lag = (struct lag){.counted = false};
	for (size_t i = 0; i < reading->count; i++) {
		const struct kinesis_shard *shard = reading->shards[i];

		if (shard->stage == SHARD_READS && shard->behind > lag->milliseconds)
			lag->milliseconds = shard->behind;
	}
	return true;
}
