/* checkpoints_statement: SQL statements on the file of checkpoints. */
#include "group/file/internal.h"

sqlite3_stmt *
checkpoints_prepare(struct checkpoints_file *file, const char *sql, const char *first,
    const char *second, struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(&file->database, sql, failure);

	if (statement == NULL)
		return NULL;
	if (first != NULL)
		sqlite3_bind_text(statement, 1, first, -1, SQLITE_TRANSIENT);
	if (second != NULL)
		sqlite3_bind_text(statement, 2, second, -1, SQLITE_TRANSIENT);
	return statement;
}

bool
checkpoints_step(
    struct checkpoints_file *file, sqlite3_stmt *statement, bool *row, struct failure *failure)
{
	int code = sqlite3_step(statement);

	*row = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		database_failed(&file->database, failure, "use");
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}
