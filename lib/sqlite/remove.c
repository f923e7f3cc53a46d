/* remove: deletes a database and the files beside it. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sqlite/check.h"
#include "sqlite/lock.h"
#include "sqlite/remove.h"
#include "sqlite/wal.h"
#include "system/directory.h"
#include "base/memory.h"

static bool
remove_file(const char *path, const char *suffix, struct failure *failure)
{
	char *file = memory_format("%s%s", path, suffix);
	bool removed = unlink(file) == 0 || errno == ENOENT ||
	               fail_errno(failure, errno, "could not delete %s", file);

	free(file);
	return removed;
}

/* Deletes the file itself, unless it is not of this format. */
static bool
remove_name(
    const struct database *database, const struct database_format *format, struct failure *failure)
{
	bool missing;

	if (!check_database(database->path, format, &missing, failure)) {
		if (missing)
			failure->kind = FAILURE_NONE;
		return missing;
	}
	return remove_file(database->path, "", failure) && directory_sync(database->path, failure);
}

bool
remove_database(const char *path, const struct database_format *format,
    bool (*also)(void *context, struct failure *failure), void *context,
    const struct caller *caller, struct failure *failure)
{
	struct database database = {.lock = -1, .caller = *caller};
	bool removed;

	database_name(&database, path);
	/* Without the directory there is nothing to delete. */
	if (access(database.directory, F_OK) < 0 && errno == ENOENT) {
		database_close(&database);
		return true;
	}
	removed = lock_hold(&database, failure) && remove_name(&database, format, failure) &&
	          (also == NULL || also(context, failure)) && wal_remove(database.path, failure) &&
	          remove_file(database.path, "-new", failure);
	/* A program that waits for the lock notices the deletion and creates a new file
	 * (lock_hold). */
	removed = removed && remove_file(database.path, "-lock", failure) &&
	          directory_sync(database.path, failure);
	if (database.lock >= 0)
		lock_let_go(&database);
	database_close(&database);
	return removed;
}
