/* schema: the tables of a stream's file, and the statements that work on them. */
#include "base/clock.h"
#include "stream/local/local.h"

/*
 * batch has a row for each batch. position is shard << 48 | sequence number of its first record.
 * lines holds the records, each followed by a newline; lengths, if a record holds a newline, the
 * length of each (32 bits, little-endian); keys, if there are any, each record's partition key as
 * JSON text without quotes, followed by a newline, an empty one standing for the MD5 of the data.
 *
 * shard has only the open shards: a program that does not know that a shard was closed finds no row
 * for it. bytes: put in since "since" (ms; 0: the first record). Format 1 had only shard and next
 * there, and neither closed_shard nor made_by.
 */
static const char *const schema[] = {
    "CREATE TABLE stream (id TEXT NOT NULL, created INTEGER NOT NULL,"
    " retention INTEGER NOT NULL, made_by TEXT)",
    "CREATE TABLE shard (shard INTEGER PRIMARY KEY, next INTEGER NOT NULL,"
    " generation INTEGER NOT NULL, bytes INTEGER NOT NULL, since INTEGER NOT NULL)",
    LOCAL_CLOSED_SHARD,
    "CREATE TABLE batch (position INTEGER PRIMARY KEY, count INTEGER NOT NULL,"
    " arrived INTEGER NOT NULL, bytes INTEGER NOT NULL, lengths BLOB,"
    " lines BLOB NOT NULL, keys BLOB)",
    "CREATE VIEW batches AS SELECT position >> 48 AS shard,"
    " position & 281474976710655 AS first, count, bytes,"
    " strftime('%Y-%m-%dT%H:%M:%fZ', arrived / 1000.0, 'unixepoch') AS arrived,"
    " CAST(lines AS TEXT) AS lines FROM batch",
    NULL};

/* Of format 1, and of what became of it in format 2. */
static const char *const others[] = {
    "CREATE TABLE stream (id TEXT NOT NULL, created INTEGER NOT NULL,"
    " retention INTEGER NOT NULL)",
    "CREATE TABLE shard (shard INTEGER PRIMARY KEY, next INTEGER NOT NULL)",
    "CREATE TABLE shard (shard INTEGER PRIMARY KEY, next INTEGER NOT NULL,"
    " generation INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,"
    " since INTEGER NOT NULL DEFAULT #)",
    NULL};

const struct database_format stream_local_format = {
    .noun = "stream",
    .application = 0x66787374, /* "fxst" */
    .oldest = 1,
    .version = 2,
    .schema = schema,
    .others = others,
};

static const int64_t default_retention = INT64_C(24) * 60 * 60 * 1000;

bool
stream_local_prepare(sqlite3 *handle, void *context, struct failure *failure)
{
	struct local_new *new = context;
	unsigned shards = new->shards > 0 ? new->shards : 1;
	int64_t retention = new->retention > 0 ? new->retention : default_retention;
	long long now = (long long)clock_now();
	char *sql = sqlite3_mprintf(
	    "INSERT INTO stream VALUES (lower(hex(randomblob(16))), %lld, %lld, %Q);"
	    "WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < %u)"
	    "INSERT INTO shard SELECT i, 1, 0, 0, 0 FROM n",
	    now, (long long)retention, new->made_by, shards - 1);
	int code = sql != NULL ? sqlite3_exec(handle, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	sqlite3_free(sql);
	if (code != SQLITE_OK)
		return fail(failure, FAILURE_TEMPORARY, "could not create the stream: %s",
		    sqlite3_errmsg(handle));
	new->made = true;
	return true;
}

sqlite3_stmt *
local_statement(struct local *local, enum local_statement which, struct failure *failure)
{
	static const char *const advance_1 = "UPDATE shard SET next = ?2 WHERE shard = ?1";
	static const char *const sql[LOCAL_STATEMENTS] = {
	    [LOCAL_NEXT] = "SELECT next FROM shard WHERE shard = ?",
	    [LOCAL_SCHEMA] = "PRAGMA schema_version",
	    [LOCAL_RAISE] = "UPDATE shard SET next = ?2 WHERE shard = ?1 AND next < ?2",
	    [LOCAL_ADVANCE] = "UPDATE shard SET next = ?2, bytes = bytes + ?3 WHERE shard = ?1",
	    [LOCAL_INSERT] =
	        "INSERT INTO batch (position, count, arrived, bytes, lengths, lines, keys)"
	        " VALUES (?, ?, ?, ?, ?, ?, ?)",
	    [LOCAL_DATES] =
	        "SELECT position, arrived, bytes FROM batch WHERE position >= ? AND position < ?"
	        " ORDER BY position",
	    [LOCAL_TRIM] = "DELETE FROM batch WHERE position >= ? AND position <= ?",
	    [LOCAL_RETENTION] = "SELECT retention FROM stream",
	    [LOCAL_STATE] = "SELECT sum(count), sum(bytes), (SELECT arrived FROM batch"
	                    " WHERE position >= ?1 AND position < ?2 ORDER BY position LIMIT 1),"
	                    " (SELECT arrived FROM batch WHERE position >= ?1 AND position < ?2"
	                    " ORDER BY position DESC LIMIT 1), min(position)"
	                    " FROM batch WHERE position >= ?1 AND position < ?2",
	    [LOCAL_IN] = "SELECT bytes, since, 0 FROM shard WHERE shard = ?1 UNION ALL"
	                 " SELECT bytes, since, closed FROM closed_shard WHERE shard = ?1",
	    [LOCAL_ARRIVED] =
	        "SELECT arrived FROM batch WHERE position >= (SELECT coalesce(max(position), ?1)"
	        " FROM batch WHERE position >= ?1 AND position <= ?2)"
	        " AND position < ?3 AND position + count > ?2 AND arrived BETWEEN ?4 AND ?5"
	        " ORDER BY position LIMIT 1",
	    [LOCAL_OLDEST] = "SELECT position FROM batch WHERE position >= ? AND position < ?"
	                     " ORDER BY position LIMIT 1",
	    /* The first after the last that arrived before time ?3, of those before the first that
	     * arrived between then and now (?4). A wrong clock may have dated some in the future. */
	    [LOCAL_SINCE] =
	        "SELECT position FROM batch WHERE position < ?2 AND position >= coalesce("
	        "(SELECT position + count FROM batch WHERE position >= ?1 AND position < coalesce("
	        "(SELECT position FROM batch WHERE position >= ?1 AND position < ?2"
	        " AND arrived BETWEEN ?3 AND ?4 ORDER BY position LIMIT 1), ?2)"
	        " AND arrived < ?3 ORDER BY position DESC LIMIT 1), ?1) ORDER BY position LIMIT 1",
	    [LOCAL_COVERING] = "SELECT position, count FROM batch WHERE position >= ?1"
	                       " AND position <= ?2 ORDER BY position DESC LIMIT 1",
	    [LOCAL_READ] = "SELECT position, count, arrived, lengths, lines, keys, bytes FROM batch"
	                   " WHERE position >= ? AND position < ? ORDER BY position",
	};

	if (local->statements[which] == NULL)
		local->statements[which] = database_prepare(&local->database,
		    which == LOCAL_ADVANCE && local->version == 1 ? advance_1 : sql[which],
		    failure);
	else
		sqlite3_reset(local->statements[which]);
	return local->statements[which];
}

bool
local_read_schema(struct local *local, int64_t *number, struct failure *failure)
{
	sqlite3_stmt *statement = local_statement(local, LOCAL_SCHEMA, failure);
	bool row;

	if (statement == NULL)
		return false;
	row = sqlite3_step(statement) == SQLITE_ROW;
	if (row)
		*number = sqlite3_column_int64(statement, 0);
	else
		database_failed(&local->database, failure, "read");
	sqlite3_reset(statement);
	return row;
}

bool
local_fail_replaced(const struct local *local, struct failure *failure)
{
	return fail(failure, FAILURE_TEMPORARY,
	    "%s was restored from a backup, or repacked, while it was in use: start again",
	    local->database.path);
}
