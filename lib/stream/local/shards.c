/* shards: the shards of an embedded stream, open and closed. */
#include <stdio.h>
#include <stdlib.h>

#include "stream/local/local.h"

/* All shards, the closed ones first. By format. */
static const char *const shards_of[] = {
    [1] = "SELECT shard, next, 0, 0, 0, 0, 0, 0 FROM shard ORDER BY shard",
    [2] = "SELECT shard, next, generation, 0, 0, bytes, since, 0 FROM shard"
          " UNION ALL SELECT shard, next, generation, 1, NOT EXISTS (SELECT 1 FROM batch"
          " WHERE position >= shard << 48 AND position < (shard + 1) << 48), bytes, since, closed"
          " FROM closed_shard ORDER BY 1",
};

static bool
damaged(const struct local *local, struct failure *failure)
{
	return database_damaged(&local->database, failure, "its shards are invalid");
}

/* The number of the next record, which a shard that is full does not take. */
static bool
take_next(sqlite3_stmt *row, int column, uint64_t *next)
{
	int64_t number;
	bool good = database_number(row, column, 1, INT64_C(1) << LOCAL_SHARD_SHIFT, &number);

	*next = (uint64_t)number;
	return good;
}

/* Takes the row of shard number index. */
static bool
take_shard(struct local *local, sqlite3_stmt *row, size_t index)
{
	int64_t number, generation, bytes, time;
	int64_t least = index > 0 ? local->shards[index - 1].generation : 0;
	struct local_shard *shard;

	if (index == LOCAL_NUMBERS || !database_number(row, 0, 0, LOCAL_NUMBERS, &number) ||
	    number != (int64_t)index ||
	    !database_number(row, 2, least, LOCAL_NUMBERS, &generation) ||
	    !database_number(row, 5, 0, LOCAL_BYTES, &bytes) ||
	    !database_number(row, 6, 0, DATABASE_TIME_MOST, &time) ||
	    !database_number(row, 7, 0, DATABASE_TIME_MOST, &time))
		return false;
	if (index == local->count) {
		/* A power of two at a time. */
		if ((index & (index - 1)) == 0)
			local->shards = memory_resize(
			    local->shards, index > 0 ? 2 * index : 1, sizeof *local->shards);
		local->shards[index] = (struct local_shard){.name = memory_format("%zu", index)};
		local->count++;
	}
	shard = &local->shards[index];
	shard->generation = (uint32_t)generation;
	shard->closed = sqlite3_column_int(row, 3) != 0;
	shard->gone = sqlite3_column_int(row, 4) != 0;
	return take_next(row, 1, &shard->end);
}

static bool
load_shards(struct local *local, struct failure *failure)
{
	sqlite3_stmt *statement =
	    database_prepare(&local->database, shards_of[local->version], failure);
	int code = SQLITE_ERROR;
	bool good = true;
	size_t index = 0, first = 0, open = 0;

	if (statement == NULL)
		return false;
	while (good && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		good = take_shard(local, statement, index);
		if (good && !local->shards[index].closed && open++ == 0)
			first = index;
		good = good && (open == 0 || !local->shards[index].closed);
		index++;
	}
	if (good && code != SQLITE_DONE)
		good = database_failed(&local->database, failure, "read");
	else if (good && open > 0 && index < local->count)
		good = local_fail_replaced(local, failure);
	else if (!good || index != local->count || open == 0 || open > LOCAL_SHARDS)
		good = damaged(local, failure);
	sqlite3_finalize(statement);
	if (!good)
		return false;
	/* Until then, what is put goes by the shards that were open before. */
	local->open_first = first;
	local->open_count = open;
	return true;
}

/* Takes the row of the stream. *version: of its format now. */
static bool
take_stream(struct local *local, sqlite3_stmt *row, int64_t *version)
{
	const char *id = (const char *)sqlite3_column_text(row, 0);

	if (id == NULL || strlen(id) != LOCAL_ID ||
	    !database_number(row, 1, 1, INT64_MAX, &local->retention) ||
	    !database_number(row, 2, 0, INT32_MAX, version))
		return false;
	snprintf(local->id, sizeof local->id, "%s", id);
	return true;
}

static bool
check_version(struct local *local, int64_t version, struct failure *failure)
{
	if (version < stream_local_format.oldest || version > stream_local_format.version)
		return fail(failure, FAILURE_PERMANENT,
		    "%s is now a stream in format %d, but this program knows format %d",
		    local->database.path, (int)version, stream_local_format.version);
	if (version != local->version) {
		sqlite3_finalize(local->statements[LOCAL_ADVANCE]);
		local->statements[LOCAL_ADVANCE] = NULL;
	}
	local->version = (int)version;
	return true;
}

static bool
load_stream(struct local *local, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(&local->database,
	    "SELECT id, retention, user_version FROM stream, pragma_user_version", failure);
	int64_t version = 0;
	bool taken;
	int code;

	if (statement == NULL)
		return false;
	code = sqlite3_step(statement);
	taken = code == SQLITE_ROW && take_stream(local, statement, &version);
	/* It has one row. */
	if (taken)
		code = sqlite3_step(statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		taken = database_failed(&local->database, failure, "read");
	else if (!taken || code == SQLITE_ROW)
		taken =
		    database_damaged(&local->database, failure, "its id or retention is invalid");
	sqlite3_finalize(statement);
	return taken && check_version(local, version, failure);
}

/* Are all batches in shards that exist? */
static bool
check_range(struct local *local, struct failure *failure)
{
	static const char sql[] = "SELECT coalesce((SELECT min(position) FROM batch), 1),"
	                          " coalesce((SELECT max(position) FROM batch), 1)";
	int64_t most = (int64_t)((uint64_t)local->count << LOCAL_SHARD_SHIFT) - 1, position;
	sqlite3_stmt *statement = database_prepare(&local->database, sql, failure);
	bool good;

	if (statement == NULL)
		return false;
	good = sqlite3_step(statement) == SQLITE_ROW;
	if (!good)
		database_failed(&local->database, failure, "read");
	else if (!database_number(statement, 0, 1, most, &position) ||
	         !database_number(statement, 1, 1, most, &position))
		good = database_damaged(
		    &local->database, failure, "a batch belongs to no shard of the stream");
	sqlite3_finalize(statement);
	return good;
}

static void
make_parts(struct local *local)
{
	if (local->part_count >= local->open_count)
		return;
	local->parts = memory_resize(local->parts, local->open_count, sizeof *local->parts);
	for (size_t i = local->part_count; i < local->open_count; i++) {
		local->parts[i] = (struct local_part){.count = 0};
		buffer_init(&local->parts[i].lines, LOCAL_CEILING);
		buffer_init(&local->parts[i].lengths, LOCAL_CEILING);
		buffer_init(&local->parts[i].keys, LOCAL_CEILING);
	}
	local->part_count = local->open_count;
}

bool
local_load(struct local *local, struct failure *failure)
{
	/* Both as of the same moment. */
	bool own = sqlite3_get_autocommit(local->database.handle) != 0;
	bool loaded;

	if (own && !database_run(&local->database, "BEGIN", failure))
		return false;
	loaded = load_stream(local, failure) && load_shards(local, failure) &&
	         (local->schema != 0 || check_range(local, failure)) &&
	         (local->schema != 0 || local_read_schema(local, &local->schema, failure));
	if (own)
		sqlite3_exec(local->database.handle, "COMMIT", NULL, NULL, NULL);
	if (loaded)
		make_parts(local);
	return loaded;
}

/* A shard's name is its number. SIZE_MAX: it is not a number. */
static size_t
number_of(struct span name)
{
	size_t number = 0;

	if (name.length == 0 || name.length > 5 || (name.start[0] == '0' && name.length > 1))
		return SIZE_MAX;
	for (size_t i = 0; i < name.length; i++) {
		if (name.start[i] < '0' || name.start[i] > '9')
			return SIZE_MAX;
		number = number * 10 + (size_t)(name.start[i] - '0');
	}
	return number;
}

bool
local_find(struct local *local, struct span name, size_t *shard, struct failure *failure)
{
	struct shown shown;

	*shard = number_of(name);
	/* It may have been opened since they were read. */
	if (*shard < LOCAL_NUMBERS && *shard >= local->count && !local_load(local, failure))
		return false;
	if (*shard < local->count)
		return true;
	return fail(failure, FAILURE_PERMANENT, "the stream has no shard %s, only %zu to %zu",
	    show(&shown, name.start, name.length), (size_t)0, local->count - 1);
}

bool
local_shard(struct local *local, const char *shard, uint64_t *base, struct failure *failure)
{
	size_t number;

	if (!local_find(local, span_of(shard), &number, failure))
		return false;
	*base = (uint64_t)number << LOCAL_SHARD_SHIFT;
	return true;
}

/* *found false: the shard is not open. */
static bool
read_next_number(
    struct local *local, size_t shard, uint64_t *sequence, bool *found, struct failure *failure)
{
	sqlite3_stmt *statement = local_statement(local, LOCAL_NEXT, failure);
	int code;

	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)shard);
	code = sqlite3_step(statement);
	*found = code == SQLITE_ROW;
	if (*found && !take_next(statement, 0, sequence))
		code = damaged(local, failure) ? code : SQLITE_CORRUPT;
	else if (!*found && code != SQLITE_DONE)
		database_failed(&local->database, failure, "read");
	sqlite3_reset(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

static bool
find_next(struct local *local, size_t shard, uint64_t *sequence, struct failure *failure)
{
	bool found = false;

	if (!local->shards[shard].closed) {
		if (!read_next_number(local, shard, sequence, &found, failure))
			return false;
		if (found)
			return true;
		if (!local_load(local, failure))
			return false;
	}
	*sequence = local->shards[shard].end;
	return local->shards[shard].closed || damaged(local, failure);
}

/* The sequence number after the last batch of the shard; 0: it has none. */
static bool
find_end(struct local *local, size_t shard, uint64_t *end, struct failure *failure)
{
	uint64_t base = (uint64_t)shard << LOCAL_SHARD_SHIFT;
	sqlite3_stmt *statement = local_statement(local, LOCAL_COVERING, failure);
	int64_t count;
	int code;

	*end = 0;
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)base);
	sqlite3_bind_int64(statement, 2, (int64_t)(base + LOCAL_SEQUENCES - 1));
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && database_number(statement, 1, 1, INT64_MAX, &count))
		*end = (uint64_t)sqlite3_column_int64(statement, 0) - base + (uint64_t)count;
	else if (code == SQLITE_ROW)
		*end = UINT64_MAX;
	else if (code != SQLITE_DONE)
		database_failed(&local->database, failure, "read");
	sqlite3_reset(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool
local_next_of(struct local *local, size_t shard, uint64_t *sequence, struct failure *failure)
{
	bool checked = local->shards[shard].checked;
	uint64_t end = 0;

	/* The end first: meanwhile a writer may move both on. */
	if ((!checked && !find_end(local, shard, &end, failure)) ||
	    !find_next(local, shard, sequence, failure))
		return false;
	local->shards[shard].checked = true;
	return end <= *sequence || database_damaged(&local->database, failure,
	                               "a batch has the numbers of records that are still to come");
}

void
local_parents(const struct local *local, size_t shard, struct shard_state *state)
{
	uint32_t generation = local->shards[shard].generation;
	size_t first = shard, end = shard, before, index, count, parents;

	while (first > 0 && local->shards[first - 1].generation == generation)
		first--;
	while (end < local->count && local->shards[end].generation == generation)
		end++;
	state->parent = 0;
	state->parent_count = 0;
	if (first == 0)
		return;
	before = first;
	while (before > 0 && local->shards[before - 1].generation == generation - 1)
		before--;
	/* Each has an equal part of the keys: [index/count, (index+1)/count). */
	index = shard - first;
	count = end - first;
	parents = first - before;
	state->parent = before + index * parents / count;
	state->parent_count = before + ((index + 1) * parents + count - 1) / count - state->parent;
}

size_t
local_shards(struct stream *stream, const char *const **shards, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	size_t listed = 0;

	if (!local_load(local, failure))
		return 0;
	local->listed = memory_resize(local->listed, local->count, sizeof *local->listed);
	for (size_t i = 0; i < local->count; i++) {
		if (!local->shards[i].gone || local->shared)
			local->listed[listed++] = local->shards[i].name;
	}
	*shards = local->listed;
	return listed;
}

size_t
local_open_shards(struct stream *stream, struct failure *failure)
{
	struct local *local = (struct local *)stream;

	return local_load(local, failure) ? local->open_count : 0;
}
