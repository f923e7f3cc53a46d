#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "sqlite/check.h"
#include "sqlite/remove.h"
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

/* The name goes; what is not of this kind stays. */
static bool
remove_name(
    const struct database *database, const struct database_format *format, struct failure *failure)
{
	bool missing;

	if (!database_check(database->path, format, &missing, failure)) {
		if (missing)
			failure->kind = FAILURE_NONE;
		return missing;
	}
	return remove_file(database->path, "", failure) && directory_sync(database->path, failure);
}

bool
database_remove(const char *path, const struct database_format *format,
    bool (*also)(void *context, struct failure *failure), void *context, struct failure *failure)
{
	static const char *const beside[] = {"-wal", "-shm", "-journal", "-new"};
	struct database database = {.lock = -1};
	bool removed;

	database_name(&database, path);
	/* Where there is no directory there is nothing. */
	if (access(database.directory, F_OK) < 0 && errno == ENOENT) {
		database_close(&database);
		return true;
	}
	removed = database_hold(&database, failure) && remove_name(&database, format, failure) &&
	          (also == NULL || also(context, failure));
	for (size_t i = 0; i < sizeof beside / sizeof *beside && removed; i++)
		removed = remove_file(database.path, beside[i], failure);
	/* Who waits for the lock sees that it has gone, and makes another. */
	removed = removed && remove_file(database.path, "-lock", failure) &&
	          directory_sync(database.path, failure);
	if (database.lock >= 0)
		database_let_go(&database);
	database_close(&database);
	return removed;
}
