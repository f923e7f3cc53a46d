/* checkpoints_forget: deletes the checkpoints of a stream that is gone. */
#include <stdlib.h>

#include "group/file/internal.h"
#include "sqlite/remove.h"

/* *rest: there are checkpoints of other streams. */
static bool
forget_stream(struct checkpoints_file *file, const char *id, bool *rest, struct failure *failure)
{
	sqlite3_stmt *delete, *others = NULL;
	bool row;

	if (!database_begin(&file->database, failure))
		return false;
	delete =
	    checkpoints_prepare(file, "DELETE FROM checkpoint WHERE stream = ?", id, NULL, failure);
	if (delete != NULL && checkpoints_step(file, delete, &row, failure))
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
