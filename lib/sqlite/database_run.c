/* database_run: prepares and runs SQL, and says what went wrong. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sqlite/database.h"
#include "sqlite/readonly.h"

bool
database_damaged(const struct database *database, struct failure *failure, const char *what)
{
	return fail(failure, FAILURE_PERMANENT, "%s is damaged: %s", database->path, what);
}

/* What SQLite's error number says; *advice: what to add to the message. */
static enum failure_kind
kind_of(const struct database *database, int code, int error, const char **advice)
{
	switch (code & 0xFF) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		*advice = "; another program holds it";
		return FAILURE_TEMPORARY;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_NOMEM:
	case SQLITE_PROTOCOL:
		return FAILURE_TEMPORARY;
	case SQLITE_CANTOPEN:
		if (error == ENOSPC || error == EMFILE || error == ENFILE)
			return FAILURE_TEMPORARY;
		if (database->directory != NULL && access(database->directory, W_OK) < 0)
			*advice = "; its directory must be writable";
		break;
	default:
		break;
	}
	return FAILURE_PERMANENT;
}

bool
database_failed(struct database *database, struct failure *failure, const char *doing)
{
	int code = sqlite3_extended_errcode(database->handle);
	int error = sqlite3_system_errno(database->handle);
	const char *advice = "";
	enum failure_kind kind = kind_of(database, code, error, &advice);

	switch (code & 0xFF) {
	case SQLITE_ERROR: /* our statements are right, so it is what they work on */
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return database_damaged(database, failure, sqlite3_errmsg(database->handle));
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		if (caller_is_stopped(&database->caller))
			return fail_stopped(failure);
		break;
	default:
		break;
	}
	if (database->frozen && kind == FAILURE_TEMPORARY && !readonly_check(database, failure))
		return false;
	return fail(failure, kind, "could not %s %s: %s%s%s%s", doing, database->path,
	    sqlite3_errmsg(database->handle), error != 0 ? ": " : "",
	    error != 0 ? strerror(error) : "", advice);
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
