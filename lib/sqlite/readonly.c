/* readonly: decides how a database is read where this process may not write. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "sqlite/readonly.h"
#include "sqlite/wal.h"

bool
readonly_is(const struct database *database)
{
	return access(database->path, W_OK) < 0 || access(database->directory, W_OK) < 0;
}

static bool
may_read(const struct database *database, const char *suffix, struct failure *failure)
{
	char *file = memory_format("%s%s", database->path, suffix);
	bool may = access(file, R_OK) == 0 ||
	           fail_errno(failure, errno,
	               "could not read %s, and the log of %s is not empty (permission to write to "
	               "the file and to its directory %s is needed)",
	               file, database->path, database->directory);

	free(file);
	return may;
}

bool
readonly_prepare(struct database *database, struct failure *failure)
{
	database->frozen = !wal_exists(database->path);
	return database->frozen ||
	       (may_read(database, "-wal", failure) && may_read(database, "-shm", failure));
}

bool
readonly_check(const struct database *database, struct failure *failure)
{
	return !wal_exists(database->path) ||
	       fail(failure, FAILURE_TEMPORARY,
	           "another program has begun to write to %s (to read it meanwhile, permission to "
	           "write to the file and to its directory %s is needed)",
	           database->path, database->directory);
}
