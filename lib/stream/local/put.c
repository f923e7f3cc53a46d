/* put: appends batches of records. */
#include <stdlib.h>

#include "base/clock.h"
#include "stream/partition.h"
#include "stream/local/local.h"

bool
local_accepts(struct stream *stream, const struct record *record, struct failure *failure)
{
	(void)stream;
	return partition_check(record, failure);
}

/* Chooses an open shard by the MD5 of the key, a fraction of all there are, as Kinesis does. */
static bool
place(
    const struct local *local, const struct record *record, size_t *shard, struct failure *failure)
{
	unsigned char digest[MD5_BYTES];
	uint32_t high;

	*shard = 0;
	if (local->open_count == 1)
		return true;
	if (!partition_place(record, digest, failure))
		return false;
	high = (uint32_t)digest[0] << 24 | (uint32_t)digest[1] << 16 | (uint32_t)digest[2] << 8 |
	       digest[3];
	*shard = (size_t)((uint64_t)high * local->open_count >> 32);
	return true;
}

/* Adds bytes and a newline. */
static bool
add_line(struct buffer *to, struct span bytes)
{
	if (to->capacity - to->length <= bytes.length && !buffer_reserve(to, bytes.length + 1))
		return false;
	if (bytes.length > 0)
		memcpy(to->data + to->length, bytes.start, bytes.length);
	to->length += bytes.length;
	to->data[to->length++] = '\n';
	return true;
}

static bool
add_record(struct local_part *part, const struct record *record)
{
	uint32_t length = (uint32_t)record->data.length;
	unsigned char little[4] = {
	    length & 0xFF, length >> 8 & 0xFF, length >> 16 & 0xFF, length >> 24};

	part->count++;
	return add_line(&part->lines, record->data) &&
	       (!part->has_newline || buffer_add(&part->lengths, little, 4)) &&
	       (!part->has_key || add_line(&part->keys, record->key));
}

static void
clear_parts(struct local *local, bool has_newline, bool has_key)
{
	for (size_t i = 0; i < local->open_count; i++) {
		struct local_part *part = &local->parts[i];

		buffer_clear(&part->lines);
		buffer_clear(&part->lengths);
		buffer_clear(&part->keys);
		part->count = 0;
		part->has_newline = has_newline;
		part->has_key = has_key;
	}
}

/* Sorts the records by shard. */
static bool
divide(struct local *local, const struct record *records, size_t count, struct failure *failure)
{
	bool has_newline = false, has_key = false;

	for (size_t i = 0; i < count; i++) {
		struct span data = records[i].data;

		has_key = has_key || records[i].key.start != NULL;
		has_newline = has_newline ||
		              (data.length > 0 && memchr(data.start, '\n', data.length) != NULL);
	}
	clear_parts(local, has_newline, has_key);
	for (size_t i = 0; i < count; i++) {
		size_t shard;

		if (!place(local, &records[i], &shard, failure))
			return false;
		if (!add_record(&local->parts[shard], &records[i]))
			return fail(failure, FAILURE_TEMPORARY, "the batch is too large");
	}
	return true;
}

/* Runs a statement without result rows. */
static bool
finish(struct local *local, sqlite3_stmt *statement, struct failure *failure)
{
	if (sqlite3_step(statement) != SQLITE_DONE)
		return database_failed(&local->database, failure, "write to");
	sqlite3_reset(statement);
	return true;
}

static bool
insert(struct local *local, size_t number, uint64_t sequence, struct failure *failure)
{
	const struct local_part *part = &local->parts[number];
	uint64_t shard = local->open_first + number;
	sqlite3_stmt *statement = local_statement(local, LOCAL_INSERT, failure);

	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)(shard << LOCAL_SHARD_SHIFT | sequence));
	sqlite3_bind_int64(statement, 2, part->count);
	sqlite3_bind_int64(statement, 3, clock_now());
	sqlite3_bind_int64(statement, 4, (int64_t)(part->lines.length - part->count));
	if (part->has_newline)
		sqlite3_bind_blob64(
		    statement, 5, part->lengths.data, part->lengths.length, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, 5);
	sqlite3_bind_blob64(statement, 6, part->lines.data, part->lines.length, SQLITE_STATIC);
	if (part->has_key)
		sqlite3_bind_blob64(
		    statement, 7, part->keys.data, part->keys.length, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, 7);
	return finish(local, statement, failure);
}

static bool
check_room(size_t shard, uint64_t next, uint64_t count, struct failure *failure)
{
	return count <= LOCAL_SEQUENCES - next ||
	       fail(failure, FAILURE_PERMANENT,
	           "shard %zu is full: it has used up its sequence numbers", shard);
}

static bool
append(struct local *local, size_t number, struct failure *failure)
{
	const struct local_part *part = &local->parts[number];
	size_t shard = local->open_first + number;
	sqlite3_stmt *statement;
	uint64_t sequence;

	if (part->count == 0)
		return true;
	if (!local_next_of(local, shard, &sequence, failure) ||
	    !check_room(shard, sequence, part->count, failure) ||
	    !insert(local, number, sequence, failure))
		return false;
	statement = local_statement(local, LOCAL_ADVANCE, failure);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)shard);
	sqlite3_bind_int64(statement, 2, (int64_t)(sequence + part->count));
	sqlite3_bind_int64(statement, 3, (int64_t)(part->lines.length - part->count));
	return finish(local, statement, failure);
}

/* Inside the transaction: divides the records again if the shards have changed. */
static bool
divide_again(
    struct local *local, const struct record *records, size_t count, struct failure *failure)
{
	size_t first = local->open_first;
	uint64_t sequence;

	if (!local_next_of(local, first, &sequence, failure))
		return false;
	return local->open_first == first || divide(local, records, count, failure);
}

bool
local_put(
    struct stream *stream, const struct record *records, size_t count, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	bool appended;

	if (!divide(local, records, count, failure) || !database_begin(&local->database, failure))
		return false;
	appended = divide_again(local, records, count, failure) &&
	           local_keep_ahead(local, failure) && local_trim(local, failure);
	for (size_t i = 0; i < local->open_count && appended; i++)
		appended = append(local, i, failure);
	if (!appended) {
		database_rollback(&local->database);
		return false;
	}
	/* Records in a deleted file are lost and get no receipt. */
	return database_commit(&local->database, failure) &&
	       database_still_there(&local->database, failure);
}
