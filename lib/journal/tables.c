/* tables: reads and writes the tables in a journal's file. */
#include <stdlib.h>

#include "base/memory.h"
#include "journal/tables.h"

static const char *const schema[] = {
    "CREATE TABLE about (id INTEGER PRIMARY KEY CHECK (id = 1), stream TEXT NOT NULL,"
    " of_group TEXT NOT NULL, options TEXT NOT NULL)",
    "CREATE TABLE batch (number INTEGER PRIMARY KEY, inputs BLOB NOT NULL)",
    "CREATE TABLE snapshot (number INTEGER PRIMARY KEY, positions TEXT NOT NULL,"
    " state BLOB NOT NULL)",
    NULL};

const struct database_format tables_format = {
    .noun = "state of a filter",
    .application = 0x66787374, /* "fxst" */
    .version = 1,
    .schema = schema,
};

/* Runs a statement that gives no rows, and finalizes it. */
static bool
finish(struct database *database, sqlite3_stmt *statement, struct failure *failure)
{
	bool done = statement != NULL && sqlite3_step(statement) == SQLITE_DONE;

	if (statement != NULL && !done)
		database_failed(database, failure, "write");
	sqlite3_finalize(statement);
	return done;
}

static void
bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

bool
tables_prepare(sqlite3 *handle, void *context, struct failure *failure)
{
	static const char sql[] = "INSERT INTO about VALUES (1, ?, ?, ?)";
	const struct tables_about *about = context;
	struct database made = {.handle = handle, .path = "the new file"};
	sqlite3_stmt *statement = database_prepare(&made, sql, failure);

	if (statement == NULL)
		return false;
	bind_text(statement, 1, about->stream);
	bind_text(statement, 2, about->group);
	bind_text(statement, 3, about->options);
	return finish(&made, statement, failure);
}

bool
tables_about(struct database *database, const char *column, char **value, struct failure *failure)
{
	char *sql = memory_format("SELECT %s FROM about WHERE id = 1", column);
	sqlite3_stmt *statement = database_prepare(database, sql, failure);
	const char *text = NULL;

	*value = NULL;
	free(sql);
	if (statement == NULL)
		return false;
	if (sqlite3_step(statement) == SQLITE_ROW)
		text = (const char *)sqlite3_column_text(statement, 0);
	if (text != NULL)
		*value = memory_copy_text(text);
	else
		database_damaged(database, failure, "its table about has no row");
	sqlite3_finalize(statement);
	return *value != NULL;
}

bool
tables_set_stream(struct database *database, const char *stream, struct failure *failure)
{
	sqlite3_stmt *statement =
	    database_prepare(database, "UPDATE about SET stream = ?", failure);

	if (statement == NULL)
		return false;
	bind_text(statement, 1, stream);
	return finish(database, statement, failure);
}

static struct span
column(sqlite3_stmt *row, int index)
{
	const void *bytes = sqlite3_column_blob(row, index);

	return (struct span){bytes != NULL ? bytes : "", (size_t)sqlite3_column_bytes(row, index)};
}

bool
tables_newest_snapshot(struct database *database, int64_t limit, struct tables_snapshot *snapshot,
    bool *found, struct failure *failure)
{
	int code;

	*found = false;
	if (snapshot->row == NULL) {
		snapshot->row = database_prepare(database,
		    "SELECT number, positions, state FROM snapshot WHERE number <= ?"
		    " ORDER BY number DESC",
		    failure);
		if (snapshot->row == NULL)
			return false;
		sqlite3_bind_int64(snapshot->row, 1, limit);
	}
	code = sqlite3_step(snapshot->row);
	if (code == SQLITE_DONE)
		return true;
	if (code != SQLITE_ROW)
		return database_failed(database, failure, "read");
	if (!database_number(snapshot->row, 0, 0, INT64_MAX, &snapshot->number))
		return database_damaged(database, failure, "the number of a snapshot is invalid");
	snapshot->positions = column(snapshot->row, 1);
	snapshot->state = column(snapshot->row, 2);
	*found = true;
	return true;
}

bool
tables_add_snapshot(
    struct database *database, const struct tables_snapshot *snapshot, struct failure *failure)
{
	sqlite3_stmt *statement =
	    database_prepare(database, "INSERT INTO snapshot VALUES (?, ?, ?)", failure);

	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, snapshot->number);
	sqlite3_bind_text64(statement, 2, snapshot->positions.start, snapshot->positions.length,
	    SQLITE_STATIC, SQLITE_UTF8);
	sqlite3_bind_blob64(
	    statement, 3, snapshot->state.start, snapshot->state.length, SQLITE_STATIC);
	return finish(database, statement, failure);
}

static bool
run_with(struct database *database, const char *sql, int64_t number, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database, sql, failure);

	if (statement != NULL)
		sqlite3_bind_int64(statement, 1, number);
	return finish(database, statement, failure);
}

bool
tables_delete_snapshots(
    struct database *database, int64_t limit, bool oldest, struct failure *failure)
{
	return run_with(database,
	    oldest ? "DELETE FROM snapshot WHERE number < ?"
	           : "DELETE FROM snapshot WHERE number > ?",
	    limit, failure);
}

bool
tables_delete_batches(struct database *database, int64_t number, struct failure *failure)
{
	return run_with(database, "DELETE FROM batch WHERE number <= ?", number, failure);
}

bool
tables_last_batch(struct database *database, int64_t *number, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(database,
	    "SELECT max(coalesce((SELECT max(number) FROM batch), 0),"
	    " coalesce((SELECT max(number) FROM snapshot), 0))",
	    failure);
	bool good = statement != NULL;

	if (good && sqlite3_step(statement) != SQLITE_ROW)
		good = database_failed(database, failure, "read");
	if (good && !database_number(statement, 0, 0, INT64_MAX - 1, number))
		good = database_damaged(database, failure, "the number of a batch is invalid");
	sqlite3_finalize(statement);
	return good;
}

bool
tables_put_batch(
    struct database *database, int64_t number, struct span batch, struct failure *failure)
{
	sqlite3_stmt *statement =
	    database_prepare(database, "INSERT OR REPLACE INTO batch VALUES (?, ?)", failure);

	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, number);
	sqlite3_bind_blob64(
	    statement, 2, batch.length > 0 ? batch.start : "", batch.length, SQLITE_STATIC);
	return finish(database, statement, failure);
}

bool
tables_each_batch(struct database *database, int64_t number,
    bool (*visit)(void *context, int64_t number, struct span batch, struct failure *failure),
    void *context, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(
	    database, "SELECT number, inputs FROM batch WHERE number > ? ORDER BY number", failure);
	bool good = statement != NULL;
	int code = SQLITE_DONE;

	if (good)
		sqlite3_bind_int64(statement, 1, number);
	while (good && (code = sqlite3_step(statement)) == SQLITE_ROW)
		good = visit(
		    context, sqlite3_column_int64(statement, 0), column(statement, 1), failure);
	if (good && code != SQLITE_DONE)
		good = database_failed(database, failure, "read");
	sqlite3_finalize(statement);
	return good;
}
