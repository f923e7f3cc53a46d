/* change: an embedded stream as a resource: read, created and changed while it is in use. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "sqlite/wal.h"
#include "stream/local/local.h"
#include "stream/local/change.h"
#include "stream/local/deletion.h"

/* Opens a stream as writers do, but does not create it. */
static bool
open_there(struct database *database, const char *path, enum database_use use, bool *missing,
    const struct caller *caller, struct failure *failure)
{
	*database = (struct database){.lock = -1, .caller = *caller};
	return database_open(
	    database, path, &stream_local_format, use, NULL, NULL, missing, failure);
}

/* Reads the first column of the first row, a count or a number of a shard. */
static bool
read_number(struct database *database, const char *sql, int64_t *number, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database, sql, failure);
	bool row;

	if (statement == NULL)
		return false;
	row = sqlite3_step(statement) == SQLITE_ROW;
	if (!row)
		database_failed(database, failure, "read");
	else if (!database_number(statement, 0, 0, INT32_MAX, number))
		row = database_damaged(database, failure, "its shards are invalid");
	sqlite3_finalize(statement);
	return row;
}

static const char *
text_of(sqlite3_stmt *row, int column)
{
	const char *text = (const char *)sqlite3_column_text(row, column);

	return text != NULL ? text : "";
}

static bool
read_shape(struct database *database, struct stream_shape *shape, struct failure *failure)
{
	static const char *const sql[] = {
	    "SELECT id, retention, (SELECT count(*) FROM shard), NULL FROM stream",
	    "SELECT id, retention, (SELECT count(*) FROM shard), made_by FROM stream"};
	sqlite3_stmt *statement;
	int64_t version, shards;
	bool row;

	if (!read_number(database, "PRAGMA user_version", &version, failure))
		return false;
	statement = database_prepare(database, sql[version > 1], failure);
	if (statement == NULL)
		return false;
	row = sqlite3_step(statement) == SQLITE_ROW;
	if (!row) {
		database_failed(database, failure, "read");
	} else if (strlen(text_of(statement, 0)) != LOCAL_ID ||
	           !database_number(statement, 1, 1, INT64_MAX, &shape->retention) ||
	           !database_number(statement, 2, 1, LOCAL_SHARDS, &shards)) {
		row =
		    database_damaged(database, failure, "its id, retention or shards are invalid");
	} else {
		snprintf(shape->id, sizeof shape->id, "%s", text_of(statement, 0));
		snprintf(shape->made_by, sizeof shape->made_by, "%s", text_of(statement, 3));
		shape->shards = (unsigned)shards;
	}
	if (row && sqlite3_step(statement) != SQLITE_DONE)
		row = database_damaged(database, failure, "it has several ids");
	sqlite3_finalize(statement);
	return row;
}

bool
stream_local_read(const char *path, struct stream_shape *shape, bool *missing,
    const struct caller *caller, struct failure *failure)
{
	struct database database;
	bool done;

	*shape = (struct stream_shape){.shards = 0};
	if (!open_there(&database, path, DATABASE_READ, missing, caller, failure))
		return false;
	done = database_run(&database, "BEGIN", failure) && read_shape(&database, shape, failure);
	database_close(&database);
	return done;
}

/* A stream of this name may have been deleted, but not completely. */
static bool
complete_deletion(const char *path, const struct caller *caller, struct failure *failure)
{
	struct stream_shape shape;
	bool missing;

	return (stream_local_read(path, &shape, &missing, caller, failure) || missing) &&
	       deletion_complete(path, shape.id, caller, failure);
}

bool
stream_local_make(const char *path, const struct stream_shape *shape, const struct caller *caller,
    struct failure *failure)
{
	struct database database = {.lock = -1, .caller = *caller};
	struct local_new new = {.shards = shape->shards,
	    .retention = shape->retention,
	    .made_by = shape->made_by[0] != '\0' ? shape->made_by : NULL};

	if (shape->shards > STREAM_SHARDS_MOST)
		return fail(failure, FAILURE_PERMANENT, "a stream has at most %d shards",
		    STREAM_SHARDS_MOST);
	if (!complete_deletion(path, caller, failure) ||
	    !database_open(&database, path, &stream_local_format, DATABASE_CREATE,
	        stream_local_prepare, &new, NULL, failure))
		return false;
	database_close(&database);
	return new.made || fail(failure, FAILURE_REFUSED, "the stream %s exists already", path);
}

/* Runs sql as one transaction. */
static bool
change(struct database *database, const char *sql, struct failure *failure)
{
	if (!database_begin(database, failure))
		return false;
	if (!database_run(database, sql, failure)) {
		database_rollback(database);
		return false;
	}
	return database_commit(database, failure) && database_still_there(database, failure);
}

bool
stream_local_retention(
    const char *path, int64_t milliseconds, const struct caller *caller, struct failure *failure)
{
	struct database database;
	char sql[80];
	bool changed;

	if (!open_there(&database, path, DATABASE_WRITE, NULL, caller, failure))
		return false;
	sqlite3_snprintf(
	    sizeof sql, sql, "UPDATE stream SET retention = %lld", (long long)milliseconds);
	changed = change(&database, sql, failure);
	database_close(&database);
	return changed;
}

/* From format 1, which had no closed shards, and counted no bytes of records that are gone. */
static bool
migrate(struct database *database, struct failure *failure)
{
	char sql[700];

	sqlite3_snprintf(sizeof sql, sql,
	    "ALTER TABLE stream ADD COLUMN made_by TEXT;"
	    "ALTER TABLE shard ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;"
	    "ALTER TABLE shard ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;"
	    "ALTER TABLE shard ADD COLUMN since INTEGER NOT NULL DEFAULT 0;"
	    "UPDATE shard SET since = %lld WHERE next > 1;" LOCAL_CLOSED_SHARD ";"
	    "PRAGMA user_version=2",
	    (long long)clock_now());
	return database_run(database, sql, failure);
}

/* Within a transaction: closes the open shards and opens others. */
static bool
replace_shards(struct database *database, unsigned shards, struct failure *failure)
{
	long long now = (long long)clock_now();
	int64_t first, generation;
	char sql[500];

	if (!read_number(database, "SELECT max(shard) + 1 FROM shard", &first, failure) ||
	    !read_number(database, "SELECT max(generation) + 1 FROM shard", &generation, failure))
		return false;
	if (first + shards > LOCAL_NUMBERS)
		return fail(failure, FAILURE_PERMANENT,
		    "%s has had %lld shards, but %d is the maximum in the life of a stream: keep "
		    "its shards, or re-create it",
		    database->path, (long long)first, LOCAL_NUMBERS);
	sqlite3_snprintf(sizeof sql, sql,
	    "INSERT INTO closed_shard SELECT shard, next, generation, bytes, since, %lld"
	    " FROM shard;"
	    "DELETE FROM shard;"
	    "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
	    "INSERT INTO shard (shard, next, generation, bytes, since)"
	    " SELECT %lld + i, 1, %lld, 0, 0 FROM n",
	    now, shards - 1, (long long)first, (long long)generation);
	return database_run(database, sql, failure);
}

static bool
reshard(struct database *database, unsigned shards, bool *migrated, struct failure *failure)
{
	int64_t version, open;

	if (!read_number(database, "PRAGMA user_version", &version, failure) ||
	    !read_number(database, "SELECT count(*) FROM shard", &open, failure))
		return false;
	if (open == (int64_t)shards)
		return true;
	*migrated = version == 1;
	return (version > 1 || migrate(database, failure)) &&
	       replace_shards(database, shards, failure);
}

bool
stream_local_reshard(
    const char *path, unsigned shards, const struct caller *caller, struct failure *failure)
{
	struct database database;
	bool migrated = false, changed;

	if (shards < 1 || shards > STREAM_SHARDS_MOST)
		return fail(
		    failure, FAILURE_PERMANENT, "a stream has 1 to %d shards", STREAM_SHARDS_MOST);
	if (!open_there(&database, path, DATABASE_WRITE, NULL, caller, failure))
		return false;
	changed = database_begin(&database, failure);
	if (changed) {
		changed = reshard(&database, shards, &migrated, failure);
		if (changed)
			changed = database_commit(&database, failure) &&
			          database_still_there(&database, failure);
		else
			database_rollback(&database);
	}
	/* An older program reads the format from the file itself, not from its log. */
	if (changed && migrated)
		wal_copy_back(&database);
	database_close(&database);
	return changed;
}
