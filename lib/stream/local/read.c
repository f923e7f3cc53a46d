/* read: finds sequence numbers, and copies records out of the file. */
#include <stdio.h>
#include <stdlib.h>

#include "stream/local/local.h"

enum { CHUNK_RECORDS = 10000, CHUNK_BYTES = 1024 * 1024 };

static const uint64_t sequences = UINT64_C(1) << LOCAL_SHARD_SHIFT;

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
	bool row;

	state->in_records = state->next - 1;
	if (local->version == 1)
		return true;
	statement = local_statement(local, LOCAL_IN, failure);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)shard);
	row = sqlite3_step(statement) == SQLITE_ROW;
	if (row) {
		state->in_bytes_counted = true;
		state->in_bytes = (uint64_t)sqlite3_column_int64(statement, 0);
		state->in_since = sqlite3_column_int64(statement, 1);
		state->closed = sqlite3_column_int64(statement, 2);
	} else {
		database_failed(&local->database, failure, "read");
	}
	sqlite3_reset(statement);
	return row;
}

bool
local_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	sqlite3_stmt *statement;
	uint64_t base;

	*state = (struct shard_state){.counted = true};
	if (!local_tip(stream, shard, &state->next, failure) ||
	    !local_shard(local, shard, &base, failure))
		return false;
	state->open = !local->shards[base >> LOCAL_SHARD_SHIFT].closed;
	local_parents(local, (size_t)(base >> LOCAL_SHARD_SHIFT), state);
	statement = local_statement(local, LOCAL_STATE, failure);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)base);
	sqlite3_bind_int64(statement, 2, (int64_t)(base + state->next));
	if (sqlite3_step(statement) != SQLITE_ROW)
		return database_failed(&local->database, failure, "read");
	state->records = (uint64_t)sqlite3_column_int64(statement, 0);
	state->bytes = (uint64_t)sqlite3_column_int64(statement, 1);
	state->oldest = sqlite3_column_int64(statement, 2);
	state->newest = sqlite3_column_int64(statement, 3);
	state->first =
	    state->records == 0 ? state->next : (uint64_t)sqlite3_column_int64(statement, 4) - base;
	sqlite3_reset(statement);
	return add_in(local, (size_t)(base >> LOCAL_SHARD_SHIFT), state, failure);
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

static bool
at_position(struct local *local, const char *shard, const struct position *position,
    uint64_t *sequence, struct failure *failure)
{
	struct span digits = position->sequence;
	uint64_t tip;

	if (!local_tip(&local->stream, shard, &tip, failure))
		return false;
	*sequence = 0;
	for (size_t i = 0; i < digits.length && *sequence < sequences; i++)
		*sequence = *sequence * 10 + (uint64_t)(digits.start[i] - '0');
	/* Numbers begin at 1: no record can be lost before it. */
	if (position->through || *sequence == 0)
		(*sequence)++;
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

/* A row that was copied: where its parts are in the buffers. */
struct row {
	uint64_t first;
	size_t count;
	int64_t arrived;
	size_t text;
	size_t text_length;
	size_t lengths; /* SIZE_MAX: none */
	size_t keys; /* SIZE_MAX: none */
	size_t keys_length;
};

static bool
copy_column(sqlite3_stmt *statement, int column, struct buffer *to, size_t *offset, size_t *length)
{
	const void *bytes = sqlite3_column_blob(statement, column);

	*length = (size_t)sqlite3_column_bytes(statement, column);
	*offset = bytes != NULL || sqlite3_column_type(statement, column) == SQLITE_BLOB
	              ? to->length
	              : SIZE_MAX;
	return buffer_add(to, bytes, *length);
}

static bool
copy_row(struct local *local, sqlite3_stmt *statement, uint64_t base)
{
	struct row row = {.keys = SIZE_MAX};
	sqlite3_int64 count = sqlite3_column_int64(statement, 1);
	size_t lengths_length;

	/* Each record has at least a newline. */
	if (count < 1 || count > sqlite3_column_bytes(statement, 4))
		return false;
	row.first = (uint64_t)sqlite3_column_int64(statement, 0) - base;
	row.count = (size_t)count;
	row.arrived = sqlite3_column_int64(statement, 2);
	return copy_column(statement, 3, &local->lengths, &row.lengths, &lengths_length) &&
	       (row.lengths == SIZE_MAX || lengths_length == 4 * row.count) &&
	       copy_column(statement, 4, &local->text, &row.text, &row.text_length) &&
	       (!local->want_keys ||
	           copy_column(statement, 5, &local->keys, &row.keys, &row.keys_length)) &&
	       buffer_add(&local->rows, &row, sizeof row);
}

/* Copies rows from position from on; resetting the statement ends the read transaction. */
static bool
copy_rows(struct local *local, uint64_t from, uint64_t to, uint64_t base, struct failure *failure)
{
	sqlite3_stmt *statement = local_statement(local, LOCAL_READ, failure);
	size_t records = 0;
	bool good = true;
	int code = SQLITE_ROW;

	buffer_clear(&local->text);
	buffer_clear(&local->lengths);
	buffer_clear(&local->keys);
	buffer_clear(&local->rows);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)from);
	sqlite3_bind_int64(statement, 2, (int64_t)to);
	while (good && records < CHUNK_RECORDS && local->text.length < CHUNK_BYTES &&
	       (code = sqlite3_step(statement)) == SQLITE_ROW) {
		records += (size_t)sqlite3_column_int64(statement, 1);
		good = copy_row(local, statement, base);
	}
	if (!good)
		fail(failure, FAILURE_PERMANENT, "%s is damaged: a batch is inconsistent",
		    local->database.path);
	else if (code != SQLITE_ROW && code != SQLITE_DONE)
		good = database_failed(&local->database, failure, "read");
	sqlite3_reset(statement);
	return good;
}

/* The length of the next record of a row, at the start of rest. False: the row is damaged. */
static bool
record_length(const struct local *local, const struct row *row, size_t index, struct span rest,
    size_t *length)
{
	const unsigned char *little;
	const char *newline;

	if (row->lengths == SIZE_MAX) {
		newline = rest.length > 0 ? memchr(rest.start, '\n', rest.length) : NULL;
		*length = newline != NULL ? (size_t)(newline - rest.start) : 0;
		return newline != NULL;
	}
	little = (const unsigned char *)local->lengths.data + row->lengths + 4 * index;
	*length = (size_t)little[0] | (size_t)little[1] << 8 | (size_t)little[2] << 16 |
	          (size_t)little[3] << 24;
	return *length < rest.length;
}

/* Takes the next key of a row off keys. */
static struct span
take_key(struct span *keys)
{
	const char *newline = keys->length > 0 ? memchr(keys->start, '\n', keys->length) : NULL;
	struct span key = {keys->start, 0};

	if (newline == NULL)
		return (struct span){NULL, 0};
	key.length = (size_t)(newline - keys->start);
	keys->start += key.length + 1;
	keys->length -= key.length + 1;
	return key.length > 0 ? key : (struct span){NULL, 0};
}

/* Splits a row into records, after those of the rows before. */
static bool
split_row(struct local *local, const struct row *row, struct chunk *chunk)
{
	struct span rest = {local->text.data + row->text, row->text_length};
	struct span keys = {NULL, 0};

	if (row->keys != SIZE_MAX)
		keys = (struct span){local->keys.data + row->keys, row->keys_length};
	if (chunk->count + row->count > local->capacity) {
		local->capacity = 2 * (chunk->count + row->count);
		local->records =
		    memory_resize(local->records, local->capacity, sizeof *local->records);
	}
	for (size_t i = 0; i < row->count; i++) {
		struct chunk_record *record = &local->records[chunk->count++];
		size_t length;

		if (!record_length(local, row, i, rest, &length))
			return false;
		*record =
		    (struct chunk_record){{rest.start, length}, take_key(&keys), row->arrived};
		rest.start += length + 1;
		rest.length -= length + 1;
	}
	return true;
}

/* The rows that were copied, as a chunk that begins at sequence and ends before until. */
static bool
split(struct local *local, uint64_t sequence, uint64_t until, struct chunk *chunk,
    struct failure *failure)
{
	size_t count = local->rows.length / sizeof(struct row);
	uint64_t next = 0;
	size_t ahead;

	*chunk = (struct chunk){.first = sequence};
	for (size_t i = 0; i < count; i++) {
		struct row row;

		memcpy(&row, local->rows.data + i * sizeof row, sizeof row);
		if (i > 0 && row.first != next)
			break; /* a gap: the next chunk begins after it */
		if (i == 0)
			chunk->first = row.first;
		next = row.first + row.count;
		if (!split_row(local, &row, chunk))
			return fail(failure, FAILURE_PERMANENT,
			    "%s is damaged: a batch is inconsistent", local->database.path);
	}
	ahead = sequence > chunk->first ? (size_t)(sequence - chunk->first) : 0;
	chunk->lost = chunk->first > sequence && count > 0 ? chunk->first - sequence : 0;
	if (ahead > chunk->count)
		ahead = chunk->count;
	chunk->first += ahead;
	chunk->count -= ahead;
	chunk->records = local->records + ahead;
	if (chunk->first + chunk->count > until)
		chunk->count = until > chunk->first ? (size_t)(until - chunk->first) : 0;
	return true;
}

bool
local_read(struct stream *stream, const char *shard, uint64_t sequence, uint64_t until,
    struct chunk *chunk, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	sqlite3_stmt *statement;
	uint64_t base, from;

	*chunk = (struct chunk){.first = sequence};
	if (until > sequences)
		until = sequences;
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
	if (sqlite3_step(statement) == SQLITE_ROW &&
	    (uint64_t)sqlite3_column_int64(statement, 0) +
	            (uint64_t)sqlite3_column_int64(statement, 1) >
	        from)
		from = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return copy_rows(local, from, base + until, base, failure) &&
	       split(local, sequence, until, chunk, failure);
}
