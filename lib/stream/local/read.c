/* read: finds sequence numbers, and reads records from one on. */
#include <stdio.h>
#include <stdlib.h>

#include "stream/local/local.h"
#include "stream/local/rows.h"

bool
local_tip(struct stream *stream, const char *shard, uint64_t *sequence, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	size_t number;

	return local_find(local, span_of(shard), &number, failure) &&
	       local_next_of(local, number, sequence, failure);
}

/* Adds how much was put in, and when the shard was closed. */
static bool
add_in(struct local *local, size_t shard, struct shard_state *state, struct failure *failure)
{
	sqlite3_stmt *statement;
	int64_t bytes;
	bool row;

	/* Numbers that going_back.c passes over are of records that were put, and lost. */
	state->in_records = state->next - 1;
	if (local->version == 1)
		return true;
	statement = local_statement(local, LOCAL_IN, failure);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)shard);
	row = sqlite3_step(statement) == SQLITE_ROW;
	if (!row) {
		database_failed(&local->database, failure, "read");
	} else if (!database_number(statement, 0, 0, LOCAL_BYTES, &bytes) ||
	           !database_number(statement, 1, 0, DATABASE_TIME_MOST, &state->in_since) ||
	           !database_number(statement, 2, 0, DATABASE_TIME_MOST, &state->closed)) {
		row = database_damaged(&local->database, failure, "its shards are invalid");
	} else {
		state->in_bytes_counted = true;
		state->in_bytes = (uint64_t)bytes;
	}
	sqlite3_reset(statement);
	return row;
}

/* Takes the sums of a shard's batches. */
static bool
take_sums(sqlite3_stmt *row, uint64_t base, struct shard_state *state)
{
	int64_t records, bytes, first;

	state->first = state->next;
	if (sqlite3_column_type(row, 0) == SQLITE_NULL)
		return true;
	if (!database_number(row, 0, 1, (int64_t)state->next - 1, &records) ||
	    !database_number(row, 1, 0, LOCAL_BYTES, &bytes) ||
	    !database_number(row, 2, 0, DATABASE_TIME_MOST, &state->oldest) ||
	    !database_number(row, 3, 0, DATABASE_TIME_MOST, &state->newest) ||
	    !database_number(row, 4, (int64_t)base + 1, (int64_t)(base + state->next) - 1, &first))
		return false;
	state->records = (uint64_t)records;
	state->bytes = (uint64_t)bytes;
	state->first = (uint64_t)first - base;
	return records <= (int64_t)(state->next - state->first);
}

bool
local_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	sqlite3_stmt *statement;
	uint64_t base;
	bool good;

	*state = (struct shard_state){.counted = true};
	if (!local_tip(stream, shard, &state->next, failure) ||
	    !local_shard(local, shard, &base, failure))
		return false;
	state->open = !local->shards[base >> LOCAL_SHARD_SHIFT].closed;
	state->generation = local->shards[base >> LOCAL_SHARD_SHIFT].generation;
	local_parents(local, (size_t)(base >> LOCAL_SHARD_SHIFT), state);
	statement = local_statement(local, LOCAL_STATE, failure);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)base);
	sqlite3_bind_int64(statement, 2, (int64_t)(base + state->next));
	good = sqlite3_step(statement) == SQLITE_ROW;
	if (!good)
		database_failed(&local->database, failure, "read");
	else if (!take_sums(statement, base, state))
		good = database_damaged(&local->database, failure, "a batch is inconsistent");
	sqlite3_reset(statement);
	return good && add_in(local, (size_t)(base >> LOCAL_SHARD_SHIFT), state, failure);
}

/* The sequence number of the first batch (by_time: that arrived at time or later), or the tip. */
static bool
first_since(struct local *local, const char *shard, bool by_time, int64_t time, uint64_t *sequence,
    struct failure *failure)
{
	sqlite3_stmt *statement;
	uint64_t base;
	int code;

	if (!local_tip(&local->stream, shard, sequence, failure) ||
	    !local_shard(local, shard, &base, failure))
		return false;
	statement = local_statement(local, by_time ? LOCAL_SINCE : LOCAL_OLDEST, failure);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)base);
	sqlite3_bind_int64(statement, 2, (int64_t)(base + *sequence));
	if (by_time) {
		sqlite3_bind_int64(statement, 3, time);
		sqlite3_bind_int64(statement, 4, clock_now());
	}
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		*sequence = (uint64_t)sqlite3_column_int64(statement, 0) - base;
	else if (code != SQLITE_DONE)
		database_failed(&local->database, failure, "read");
	sqlite3_reset(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

uint64_t
local_sequence(const struct position *position)
{
	struct span digits = position->sequence;
	uint64_t sequence = 0;

	for (size_t i = 0; i < digits.length && sequence < LOCAL_SEQUENCES; i++)
		sequence = sequence * 10 + (uint64_t)(digits.start[i] - '0');
	/* Numbers begin at 1: no record can be lost before it. */
	return position->through || sequence == 0 ? sequence + 1 : sequence;
}

static bool
at_position(struct local *local, const char *shard, const struct position *position,
    uint64_t *sequence, struct failure *failure)
{
	struct span digits = position->sequence;
	uint64_t tip;

	if (!local_tip(&local->stream, shard, &tip, failure))
		return false;
	*sequence = local_sequence(position);
	if (position->sub >= 0)
		return fail(failure, FAILURE_PERMANENT,
		    "shard %s has no position %.*s.%lld: this stream has no aggregates", shard,
		    (int)digits.length, digits.start, (long long)position->sub);
	if (*sequence > tip)
		return fail(failure, FAILURE_PERMANENT,
		    "shard %s has no position %.*s yet: its next record will be %llu; is the "
		    "position from another stream?",
		    shard, (int)digits.length, digits.start, (unsigned long long)tip);
	return true;
}

bool
local_seek(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, uint64_t *sequence, struct failure *failure)
{
	struct local *local = (struct local *)stream;

	switch (from) {
	case FROM_LATEST:
		return local_tip(stream, shard, sequence, failure);
	case FROM_POSITION:
		return at_position(local, shard, position, sequence, failure);
	case FROM_TIME:
	case FROM_TRIM_HORIZON:
		break;
	}
	return first_since(local, shard, from == FROM_TIME, time, sequence, failure);
}

/* Retention removes the oldest batches first: if there is one before the gap, it did not make it. */
static bool
explain_gap(struct local *local, uint64_t base, uint64_t sequence, struct chunk *chunk,
    struct failure *failure)
{
	sqlite3_stmt *statement = local_statement(local, LOCAL_OLDEST, failure);
	int code;

	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)base);
	sqlite3_bind_int64(statement, 2, (int64_t)(base + sequence));
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW) {
		chunk->missing = chunk->lost;
		chunk->lost = 0;
	} else if (code != SQLITE_DONE) {
		database_failed(&local->database, failure, "read");
	}
	sqlite3_reset(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool
local_read(struct stream *stream, const char *shard, uint64_t sequence, uint64_t until,
    struct chunk *chunk, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	sqlite3_stmt *statement;
	uint64_t base, from;
	int code;

	*chunk = (struct chunk){.first = sequence};
	if (until > LOCAL_SEQUENCES)
		until = LOCAL_SEQUENCES;
	if (sequence >= until)
		return true;
	if (!local_shard(local, shard, &base, failure))
		return false;
	/* sequence may lie inside a batch. */
	from = base + sequence;
	statement = local_statement(local, LOCAL_COVERING, failure);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)base);
	sqlite3_bind_int64(statement, 2, (int64_t)from);
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && (uint64_t)sqlite3_column_int64(statement, 0) +
	                                  (uint64_t)sqlite3_column_int64(statement, 1) >
	                              from)
		from = (uint64_t)sqlite3_column_int64(statement, 0);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		database_failed(&local->database, failure, "read");
	sqlite3_reset(statement);
	return (code == SQLITE_ROW || code == SQLITE_DONE) &&
	       rows_copy(local, from, base + until, base, failure) &&
	       rows_split(local, sequence, until, chunk, failure) &&
	       (chunk->lost == 0 || explain_gap(local, base, sequence, chunk, failure));
}
