/* database_run: prepares and runs SQL, and says what went wrong. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sqlite/cannot_open.h"
#include "sqlite/database.h"
#include "sqlite/readonly.h"

bool
database_damaged(const struct database *database, struct failure *failure, const char *what)
{
	return fail(failure, FAILURE_PERMANENT, "%s is damaged: %s", database->path, what);
}

static bool
failed_to_open(const struct database *database, struct failure *failure, const char *doing)
{
	const char *says = sqlite3_errmsg(database->handle), *advice = "";
	bool readonly = sqlite3_errcode(database->handle) == SQLITE_READONLY;
	int reported = readonly ? 0 : sqlite3_system_errno(database->handle);
	int error = cannot_open_cause(database->path, reported);

	if (error == 0)
		error = reported;
	if (error == 0 || error == ENOENT)
		return fail(
		    failure, FAILURE_TEMPORARY, "could not %s %s: %s", doing, database->path, says);
	if (database->directory != NULL && access(database->directory, W_OK) < 0)
		advice = " (its directory must be writable)";
	return fail_errno(
	    failure, error, "could not %s %s%s: %s", doing, database->path, advice, says);
}

/* Locks, the disk, and whatever is left. */
static bool
failed_otherwise(struct database *database, int code, struct failure *failure, const char *doing)
{
	int error = sqlite3_system_errno(database->handle);
	bool busy = code == SQLITE_BUSY || code == SQLITE_LOCKED;
	bool temporary = busy || code == SQLITE_FULL || code == SQLITE_IOERR ||
	                 code == SQLITE_NOMEM || code == SQLITE_PROTOCOL;

	if (busy && caller_is_stopped(&database->caller))
		return fail_stopped(failure);
	if (database->frozen && temporary && !readonly_check(database, failure))
		return false;
	return fail(failure, temporary ? FAILURE_TEMPORARY : FAILURE_PERMANENT,
	    "could not %s %s: %s%s%s%s", doing, database->path, sqlite3_errmsg(database->handle),
	    error != 0 ? ": " : "", error != 0 ? strerror(error) : "",
	    busy ? "; another program holds it" : "");
}

bool
database_failed(struct database *database, struct failure *failure, const char *doing)
{
	int code = sqlite3_errcode(database->handle);

	switch (code) {
	case SQLITE_ERROR: /* our statements are right, so it is what they work on */
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return database_damaged(database, failure, sqlite3_errmsg(database->handle));
	case SQLITE_READONLY: /* SQLite could only open it read-only */
	case SQLITE_CANTOPEN:
		return failed_to_open(database, failure, doing);
	default:
		return failed_otherwise(database, code, failure, doing);
	}
}

bool
database_number(sqlite3_stmt *row, int column, int64_t least, int64_t most, int64_t *number)
{
	*number = sqlite3_column_int64(row, column);
	return sqlite3_column_type(row, column) == SQLITE_INTEGER && *number >= least &&
	       *number <= most;
}

sqlite3_stmt *
database_prepare(struct database *database, const char *sql, struct failure *failure)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
	        NULL) != SQLITE_OK)
		database_failed(database, failure, "use");
	return statement;
}

bool
database_run(struct database *database, const char *sql, struct failure *failure)
{
	if (sqlite3_exec(database->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return database_failed(database, failure, "use");
	return true;
}
