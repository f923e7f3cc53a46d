/* retention: removes the records that are older than the retention of the stream. */
#include "sqlite/lock.h"
#include "stream/local/local.h"
#include "stream/local/clock_readings.h"

enum {
	TRIM_EVERY = 1000 * 1000, /* µs */
	TRIM_REST = 20, /* the next one begins at least 20 times as late as one takes */
	/* What one new batch removes at most, so that its receipt does not wait for long. */
	TRIM_ROWS = 500,
	TRIM_BYTES = 16 * 1024 * 1024
};

/* What is removed from all shards with one new batch. */
struct trim {
	int rows;
	int64_t bytes;
	bool more; /* more is left than one batch may remove */
};

/* Longer than any clock can be trusted; keeps sums of times within their type. */
static const int64_t longest = INT64_C(1) << 52;
static const int64_t first_fxpipe = INT64_C(1577836800000); /* 2020 */

int64_t
local_earliest(int64_t now)
{
	return now < first_fxpipe ? 0 : first_fxpipe;
}

/*
 * Can the time be when a batch arrived? Not if it is in the future, or before fxpipe existed: then
 * it is from a wrong clock.
 */
static bool
is_plausible(int64_t arrived, int64_t now)
{
	return arrived >= local_earliest(now) && arrived <= now;
}

/* Retention may have changed. */
static bool
read_retention(struct local *local, struct failure *failure)
{
	sqlite3_stmt *statement = local_statement(local, LOCAL_RETENTION, failure);
	bool row;

	if (statement == NULL)
		return false;
	row = sqlite3_step(statement) == SQLITE_ROW;
	if (!row)
		database_failed(&local->database, failure, "read");
	else if (!database_number(statement, 0, 1, INT64_MAX, &local->retention))
		row = database_damaged(&local->database, failure, "its retention is invalid");
	sqlite3_reset(statement);
	return row;
}

/* Records that arrived before this time may be removed. */
static int64_t
find_limit(const struct local *local, const struct clock_reading *now)
{
	int64_t retention = local->retention < longest ? local->retention : longest;
	char text[CLOCK_READINGS_TEXT];
	struct clock_readings readings;
	bool changed;
	int64_t sure;

	clock_readings_parse(&readings, text, lock_note_read(&local->database, text));
	sure = clock_readings_take(&readings, now, local->boot, retention, &changed);
	if (changed)
		lock_note_write(&local->database, text, clock_readings_format(&readings, text));
	return sure - retention;
}

/* Is there room for that row? The first one is always removed. */
static bool
take(struct trim *trim, int64_t bytes)
{
	int64_t size = bytes >= 0 && bytes < TRIM_BYTES ? bytes : TRIM_BYTES;

	if (trim->rows == TRIM_ROWS || (trim->rows > 0 && size > TRIM_BYTES - trim->bytes))
		return false;
	trim->rows++;
	trim->bytes += size;
	return true;
}

/*
 * Finds the last batch of a shard to remove, *last -1: none. Those before the first that is not too
 * old are removed, oldest first, up to the limit. A batch without a plausible date is as old as
 * the ones after it: while none of those is too old, it stays, and takes no room.
 */
static bool
find_last(struct local *local, size_t shard, int64_t limit, int64_t now, struct trim *trim,
    int64_t *last, struct failure *failure)
{
	sqlite3_stmt *statement = local_statement(local, LOCAL_DATES, failure);
	struct trim taken = *trim;
	int64_t end = -1;
	bool full = false;
	int code = SQLITE_DONE;

	*last = -1;
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)((uint64_t)shard << LOCAL_SHARD_SHIFT));
	sqlite3_bind_int64(statement, 2, (int64_t)((uint64_t)(shard + 1) << LOCAL_SHARD_SHIFT));
	while (!(full && *last == end) && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		int64_t arrived = sqlite3_column_int64(statement, 1);
		bool plausible = is_plausible(arrived, now);

		if (plausible && arrived >= limit)
			break;
		full = full || !take(&taken, sqlite3_column_int64(statement, 2));
		if (!full)
			end = sqlite3_column_int64(statement, 0);
		if (plausible)
			*last = end;
	}
	if (*last >= 0)
		*trim = taken;
	trim->more = trim->more || (full && *last == end);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		database_failed(&local->database, failure, "read");
	sqlite3_reset(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

static bool
trim_shard(struct local *local, size_t shard, int64_t limit, int64_t now, struct trim *trim,
    struct failure *failure)
{
	sqlite3_stmt *statement;
	int64_t last;

	if (!find_last(local, shard, limit, now, trim, &last, failure))
		return false;
	if (last < 0)
		return true;
	statement = local_statement(local, LOCAL_TRIM, failure);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)((uint64_t)shard << LOCAL_SHARD_SHIFT));
	sqlite3_bind_int64(statement, 2, last);
	if (sqlite3_step(statement) != SQLITE_DONE)
		return database_failed(&local->database, failure, "write to");
	sqlite3_reset(statement);
	return true;
}

bool
local_trim(struct local *local, struct failure *failure)
{
	int64_t steady = clock_steady(), limit, rest;
	struct clock_reading now;
	struct trim trim = {0};

	if (steady < local->trim_due)
		return true;
	if (!read_retention(local, failure))
		return false;
	now = (struct clock_reading){.wall = clock_now(), .boot = clock_boot()};
	limit = find_limit(local, &now);
	for (size_t i = 0; i < local->count; i++) {
		if (!local->shards[i].gone &&
		    !trim_shard(local, i, limit, now.wall, &trim, failure))
			return false;
	}
	/* If there may be more, with the next batch. */
	rest = TRIM_REST * (clock_steady() - steady);
	local->trim_due = trim.more ? 0 : steady + (rest > TRIM_EVERY ? rest : TRIM_EVERY);
	return true;
}
