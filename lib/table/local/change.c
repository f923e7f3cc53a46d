/* change: an embedded table as a resource: read, created and deleted. */
#include <stdio.h>

#include "sqlite/remove.h"
#include "table/local/local.h"
#include "table/local/change.h"

/* The note of its maker, if there is one. */
static bool
read_note(struct database *database, struct table_shape *shape, struct failure *failure)
{
	sqlite3_stmt *statement =
	    database_prepare(database, "SELECT 1 FROM sqlite_schema WHERE name = 'made'", failure);
	const char *by;
	int code;

	if (statement == NULL)
		return false;
	code = sqlite3_step(statement);
	sqlite3_finalize(statement);
	if (code != SQLITE_ROW)
		return code == SQLITE_DONE || database_failed(database, failure, "read");
	statement = database_prepare(database, "SELECT by FROM made", failure);
	if (statement == NULL)
		return false;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && (by = (const char *)sqlite3_column_text(statement, 0)) != NULL)
		snprintf(shape->made_by, sizeof shape->made_by, "%s", by);
	else if (code != SQLITE_ROW && code != SQLITE_DONE)
		database_failed(database, failure, "read");
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool
table_local_read(const char *path, struct table_shape *shape, bool *missing,
    const struct caller *caller, struct failure *failure)
{
	struct database database = {.lock = -1, .caller = *caller};
	bool done;

	*shape = (struct table_shape){.made_by = ""};
	if (!database_open(
	        &database, path, &table_local_format, DATABASE_READ, NULL, NULL, missing, failure))
		return false;
	done = table_local_load_key(&database, &shape->key, failure) &&
	       read_note(&database, shape, failure);
	database_close(&database);
	return done;
}

bool
table_local_make(const char *path, const struct table_shape *shape, const struct caller *caller,
    struct failure *failure)
{
	struct database database = {.lock = -1, .caller = *caller};
	struct local_new_table new = {
	    .key = &shape->key, .made_by = shape->made_by[0] != '\0' ? shape->made_by : NULL};

	if (!database_open(&database, path, &table_local_format, DATABASE_CREATE,
	        table_local_make_new, &new, NULL, failure))
		return false;
	database_close(&database);
	return new.made || fail(failure, FAILURE_REFUSED, "the table %s exists already", path);
}

bool
table_local_delete(const char *path, const struct caller *caller, struct failure *failure)
{
	return remove_database(path, &table_local_format, NULL, NULL, caller, failure);
}
