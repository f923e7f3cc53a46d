/* checkpoints_forget: deletes the checkpoints of a stream that is gone. */
#include <stdlib.h>

#include "group/file/internal.h"
#include "sqlite/remove.h"

static bool
delete_of(struct checkpoints_file *file, const char *sql, const char *id, struct failure *failure)
{
	sqlite3_stmt *delete = checkpoints_prepare(file, sql, id, NULL, failure);
	bool row;

	return delete != NULL && checkpoints_step(file, delete, &row, failure);
}

static bool
delete_all(struct checkpoints_file *file, const char *id, struct failure *failure)
{
	bool exist;

	return delete_of(file, "DELETE FROM checkpoint WHERE stream = ?", id, failure) &&
	       lease_rows_exist(file, &exist, failure) &&
	       (!exist || delete_of(file, "DELETE FROM lease WHERE stream = ?", id, failure));
}

/* *rest: there are checkpoints of other streams. */
static bool
forget_stream(struct checkpoints_file *file, const char *id, bool *rest, struct failure *failure)
{
	sqlite3_stmt *others = NULL;

	if (!database_begin(&file->database, failure))
		return false;
	if (delete_all(file, id, failure))
		others = checkpoints_prepare(
		    file, "SELECT 1 FROM checkpoint LIMIT 1", NULL, NULL, failure);
	if (others == NULL || !checkpoints_step(file, others, rest, failure)) {
		database_rollback(&file->database);
		return false;
	}
	return database_commit(&file->database, failure);
}

bool
checkpoints_file_forget(
    const char *stream_name, const char *id, const struct caller *caller, struct failure *failure)
{
	bool missing, rest = false, forgotten = true;
	struct checkpoints *groups =
	    checkpoints_file_open(stream_name, CHECKPOINTS_WRITE, &missing, caller, failure);
	char *path;

	if (groups != NULL)
		forgotten = forget_stream(checkpoints_file_of(groups), id, &rest, failure);
	checkpoints_close(groups);
	if ((groups == NULL && !missing) || !forgotten || rest)
		return groups != NULL && forgotten;
	failure->kind = FAILURE_NONE;
	path = checkpoints_path(stream_name, caller, failure);
	forgotten =
	    path != NULL && remove_database(path, &checkpoints_format, NULL, NULL, caller, failure);
	free(path);
	return forgotten;
}
