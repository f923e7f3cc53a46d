/* database: creates and opens SQLite files, runs transactions in turn. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sqlite/database.h"
#include "sqlite/check.h"
#include "sqlite/lock.h"
#include "sqlite/readonly.h"
#include "sqlite/schema.h"
#include "sqlite/vfs.h"
#include "sqlite/wal.h"
#include "system/directory.h"
#include "system/path.h"
#include "base/memory.h"

enum { LONGEST_PAUSE = 50 /* ms, between two attempts while SQLite's locks are held */ };

/* Fills a new file, which no other program knows yet. */
static bool
fill(struct database *made, const struct database_format *format,
    bool (*prepare)(sqlite3 *, void *, struct failure *), void *context, struct failure *failure)
{
	char *stamp = memory_format("PRAGMA application_id=%d; PRAGMA user_version=%d",
	    format->application, format->version);
	bool filled = false;

	if (sqlite3_open_v2(made->path, &made->handle, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
		database_failed(made, failure, "create");
		goto out;
	}
	filled = database_run(made, "PRAGMA synchronous=FULL; BEGIN", failure) &&
	         database_run(made, stamp, failure) && schema_create(made, format, failure) &&
	         (prepare == NULL || prepare(made->handle, context, failure)) &&
	         database_run(made, "COMMIT; PRAGMA journal_mode=WAL", failure);
out:
	if (sqlite3_close(made->handle) != SQLITE_OK)
		filled = false;
	free(stamp);
	return filled;
}

/* Gives the filled file its name, first deleting the logs that an earlier file of that name left. */
static bool
publish(struct database *database, const char *made, struct failure *failure)
{
	if (!wal_remove(database->path, failure))
		return false;
	if (rename(made, database->path) < 0)
		return fail_errno(failure, errno, "could not create %s", database->path);
	return directory_sync(database->path, failure);
}

/* A writer creates a log and a lock beside the file. */
static bool
may_write_beside(const struct database *database, struct failure *failure)
{
	return access(database->directory, W_OK) == 0 ||
	       fail_errno(failure, errno,
	           "could not write to the directory %s, where the log and the lock of %s are",
	           database->directory, database->path);
}

/* Whole or not at all: filled under another name, then renamed; one program at a time. */
static bool
make(struct database *database, const struct database_format *format,
    bool (*prepare)(sqlite3 *, void *, struct failure *), void *context, struct failure *failure)
{
	struct database made = {.lock = -1};
	bool done = false;
	int fd;

	if (!directory_make(database->path, failure) || !may_write_beside(database, failure) ||
	    !lock_hold(database, failure))
		return false;
	if (access(database->path, F_OK) == 0) {
		lock_release(database, LOCK_MAKE);
		return true;
	}
	made.path = memory_format("%s-new", database->path);
	unlink(made.path);
	fd = open(made.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		fail_errno(failure, errno, "could not create %s", database->path);
	} else {
		close(fd);
		done = fill(&made, format, prepare, context, failure) &&
		       publish(database, made.path, failure);
		if (!done)
			unlink(made.path);
	}
	lock_release(database, LOCK_MAKE);
	free(made.path);
	return done;
}

enum { LOG_PAGES = 4000 };

/* temp_store: a sandboxed tool could not create a temporary file. */
static const char *const settings = "PRAGMA synchronous=FULL; PRAGMA cache_size=-2048;"
                                    "PRAGMA temp_store=MEMORY";

bool
database_still_there(const struct database *database, struct failure *failure)
{
	struct stat file;

	if (stat(database->path, &file) < 0)
		return errno == ENOENT || errno == ENOTDIR
		           ? fail(failure, FAILURE_PERMANENT, "%s was deleted while it was in use",
		                 database->path)
		           : fail_errno(failure, errno, "could not look at %s", database->path);
	if (file.st_ino != database->inode || file.st_dev != database->device)
		return fail(failure, FAILURE_PERMANENT,
		    "%s was deleted and re-created while it was in use", database->path);
	return !database->frozen || readonly_check(database, failure);
}

/* Called by SQLite while another program holds a lock of its own; times: how often by now. */
static int
wait_for_lock(void *context, int times)
{
	struct database *database = context;
	struct failure over;
	int pause = times < LONGEST_PAUSE ? times + 1 : LONGEST_PAUSE;

	if (times == 0)
		database->busy =
		    (struct lock_wait){.caller = &database->caller, .path = database->path};
	if (!lock_wait_more(&database->busy, lock_turn_holder(database), &over))
		return 0;
	nanosleep(&(struct timespec){.tv_nsec = pause * 1000000L}, NULL);
	return 1;
}

void
database_name(struct database *database, const char *path)
{
	database->handle = NULL;
	database->vfs = NULL;
	database->lock = -1;
	database->inode = 0;
	database->reads = database->frozen = false;
	database->path = path_real(path);
	database->directory = directory_of(database->path);
	database->lock_path = memory_format("%s-lock", database->path);
}

/* Finds the file; creates it if it is missing and may be created. */
static bool
find(struct database *database, const struct database_format *format, enum database_use use,
    bool (*prepare)(sqlite3 *, void *, struct failure *), void *context, bool *missing,
    struct failure *failure)
{
	if (check_database(database->path, format, missing, failure))
		return true;
	if (!*missing || use != DATABASE_CREATE)
		return false;
	*missing = false;
	failure->kind = FAILURE_NONE;
	return make(database, format, prepare, context, failure) &&
	       check_database(database->path, format, missing, failure);
}

static bool
prepare_to_read(struct database *database, enum database_use use, struct failure *failure)
{
	if (use == DATABASE_GLANCE)
		database->frozen = !wal_exists(database->path);
	return database->frozen || !readonly_is(database) || readonly_prepare(database, failure);
}

/* May it be opened for this use? */
static bool
may_open(struct database *database, enum database_use use, struct failure *failure)
{
	struct stat file;

	bool writes = use == DATABASE_WRITE || use == DATABASE_CREATE;

	if (writes && access(database->path, W_OK) < 0)
		return fail_errno(failure, errno, "could not write to %s", database->path);
	if (writes ? !may_write_beside(database, failure)
	           : !prepare_to_read(database, use, failure))
		return false;
	if (stat(database->path, &file) < 0)
		return fail_errno(failure, errno, "could not open %s", database->path);
	database->inode = file.st_ino;
	database->device = file.st_dev;
	/* Each of its names would have a log and a lock of its own. */
	if (file.st_nlink > 1 && !database->frozen)
		return fail(failure, FAILURE_PERMANENT,
		    "%s has %ju names (hard links), but only one log: delete the other names, or "
		    "make them symbolic links",
		    database->path, (uintmax_t)file.st_nlink);
	return true;
}

/* Opens the file that was found, and checks that it and its log are what they should be. */
static bool
open_found(struct database *database, const struct database_format *format, enum database_use use,
    struct failure *failure)
{
	int flags = database->frozen ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	bool reads = use == DATABASE_READ || use == DATABASE_GLANCE;

	database->vfs = vfs_open(database->frozen ? database->path : NULL);
	if (sqlite3_open_v2(database->path, &database->handle, flags | SQLITE_OPEN_NOMUTEX,
	        vfs_name(database->vfs)) != SQLITE_OK)
		return database_failed(database, failure, "open");
	sqlite3_busy_handler(database->handle, wait_for_lock, database);
	sqlite3_db_config(database->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(database->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(database->handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	/* A reader leaves the log to writers. If it is long, database_close decides otherwise. */
	if (reads)
		wal_keep(database);
	/* SQLite opens the log by name: it must belong to this very file. */
	wal_limit(database, LOG_PAGES);
	if (!database_run(database, settings, failure) ||
	    !schema_check(database, format, failure) || !wal_flush(database, failure) ||
	    !database_still_there(database, failure))
		return false;
	database->reads = reads && !database->frozen && !readonly_is(database);
	return true;
}

bool
database_open(struct database *database, const char *path, const struct database_format *format,
    enum database_use use, bool (*prepare)(sqlite3 *, void *, struct failure *), void *context,
    bool *missing, struct failure *failure)
{
	bool absent = false, opened;

	database_name(database, path);
	opened = find(database, format, use, prepare, context, &absent, failure) &&
	         may_open(database, use, failure) && open_found(database, format, use, failure);
	if (missing != NULL)
		*missing = absent;
	if (!opened)
		database_close(database);
	return opened;
}

void
database_close(struct database *database)
{
	struct failure gone;

	/* SQLite deletes the log by name, which may belong to another file by now. */
	if (database->handle != NULL && !database_still_there(database, &gone))
		wal_keep(database);
	else if (database->reads)
		wal_keep_short(database);
	sqlite3_close(database->handle);
	vfs_close(database->vfs);
	if (database->lock >= 0)
		close(database->lock);
	free(database->path);
	free(database->directory);
	free(database->lock_path);
	*database = (struct database){.lock = -1};
}

bool
database_begin(struct database *database, struct failure *failure)
{
	if (!lock_open(database, failure) || !lock_byte(database, F_WRLCK, LOCK_NEXT, failure))
		return false;
	if (!lock_byte(database, F_WRLCK, LOCK_TURN, failure)) {
		lock_release(database, LOCK_NEXT);
		return false;
	}
	lock_release(database, LOCK_NEXT);
	if (sqlite3_exec(database->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
		return true;
	database_failed(database, failure, "write to");
	lock_release(database, LOCK_TURN);
	return false;
}

void
database_rollback(struct database *database)
{
	if (!sqlite3_get_autocommit(database->handle))
		sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
	lock_release(database, LOCK_TURN);
}

bool
database_commit(struct database *database, struct failure *failure)
{
	if (sqlite3_exec(database->handle, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		database_failed(database, failure, "write to");
		database_rollback(database);
		return false;
	}
	lock_release(database, LOCK_TURN);
	lock_ring(database);
	return true;
}
