/* next: passes on the records of the replies. */
#include "stream/dynamodbstreams/changes.h"
#include "system/output.h"

enum { WAIT_AT_MOST = 1000 /* ms: a signal may arrive just before the wait */ };

/* The next piece of the current reply. *news: it holds records. */
static bool
next_piece(struct changes *changes, struct chunk *chunk, bool *news, struct failure *failure)
{
	struct change_records *records = &changes->records;
	struct changes_shard *shard = changes->current;
	bool more;

	if (!change_records_next(records, shard->since, &more, failure))
		return false;
	*news = records->count > 0;
	*chunk = (struct chunk){.shard = shard->name,
	    .number = shard->number,
	    .places = records->places,
	    .records = records->records,
	    .count = records->count};
	if (!more)
		changes_end_reply(changes);
	return true;
}

/* A shard whose beginning, or whose lost records, the caller does not know yet. */
static bool
announce(struct changes *changes, struct chunk *chunk)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct changes_shard *shard = changes->shards[i];
		bool begins = shard->stage == CHANGES_STARTS && !shard->announced;

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
is_active(const struct changes *changes)
{
	if (changes->list_flying || (changes->list_wanted && !changes->follow && !changes->shared))
		return true;
	for (size_t i = 0; i < changes->count; i++) {
		const struct changes_shard *shard = changes->shards[i];

		if (shard->in_flight || shard->gone || shard->stage == CHANGES_STARTS ||
		    shard->stage == CHANGES_READS || changes_awaits_followers(changes, shard))
			return true;
	}
	return false;
}

/* Nothing is to be read now. */
static enum stream_news
rest(const struct changes *changes, struct failure *failure)
{
	bool active = is_active(changes);

	/* Of a shared stream, others may still read. */
	if (changes->follow && changes->off && !active && !changes->shared) {
		fail(failure, FAILURE_PERMANENT,
		    "the stream %s of the table %s was switched off, and all its records have been "
		    "read: once the table has a stream again, start again",
		    changes->label, changes->table);
		return STREAM_FAILED;
	}
	return changes->follow || active ? STREAM_IDLE : STREAM_END;
}

enum stream_news
changes_next(struct stream *stream, struct chunk *chunk, struct failure *failure)
{
	struct changes *changes = (struct changes *)stream;
	struct aws_reply reply;
	bool news = false;

	for (;;) {
		while (changes->current != NULL) {
			/* Calls in flight make progress meanwhile. */
			if (!aws_wait(changes->aws, -1, -1, 0, failure) ||
			    !next_piece(changes, chunk, &news, failure))
				return STREAM_FAILED;
			if (news)
				return STREAM_CHUNK;
		}
		if (announce(changes, chunk) ||
		    (changes->shared && changes_tell_end(changes, chunk)))
			return STREAM_CHUNK;
		if (!aws_next(changes->aws, &reply))
			break;
		/* The calls of other shards are in flight while the caller writes these records. */
		if (!changes_take(changes, &reply, failure) || !changes_call_due(changes, failure))
			return STREAM_FAILED;
	}
	return changes_call_due(changes, failure) ? rest(changes, failure) : STREAM_FAILED;
}

bool
changes_wait(struct stream *stream, int watch, int timeout, struct failure *failure)
{
	struct changes *changes = (struct changes *)stream;
	int most = changes_call_wait(changes);

	if (most < 0 || most > WAIT_AT_MOST)
		most = WAIT_AT_MOST;
	if (timeout >= 0 && timeout < most)
		most = timeout;
	if (!aws_wait(changes->aws, -1, watch, most, failure))
		return false;
	if (watch >= 0 && output_reader_gone(watch))
		return fail_reader_gone(failure);
	return true;
}

/* By the age of the last record of each shard that is not read to its tip. */
bool
changes_lag(struct stream *stream, struct lag *lag, struct failure *failure)
{
	const struct changes *changes = (struct changes *)stream;
	int64_t now = aws_now(changes->aws);

	(void)failure;
	*lag = (struct lag){.counted = false};
	for (size_t i = 0; i < changes->count; i++) {
		const struct changes_shard *shard = changes->shards[i];

		if (shard->stage == CHANGES_READS && shard->created > 0 &&
		    now - shard->created > lag->milliseconds)
			lag->milliseconds = now - shard->created;
	}
	return true;
}
