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
#include "sqlite/cannot_open.h"
#include "sqlite/check.h"
#include "sqlite/vfs.h"
#include "sqlite/lock.h"
#include "system/directory.h"
#include "base/memory.h"

enum { LONGEST_PAUSE = 50 /* ms, between two attempts while SQLite's locks are held */ };

static bool
failed_to_open(const struct database *database, struct failure *failure, const char *doing)
{
	const char *says = sqlite3_errmsg(database->handle), *advice = "";
	int error = cannot_open_cause(database->path);

	if (error == 0 && sqlite3_errcode(database->handle) != SQLITE_READONLY)
		error = sqlite3_system_errno(database->handle);
	if (error == 0 || error == ENOENT)
		return fail(
		    failure, FAILURE_TEMPORARY, "could not %s %s: %s", doing, database->path, says);
	if (database->directory != NULL && access(database->directory, W_OK) < 0)
		advice = " (its directory must be writable, even to read)";
	return fail_errno(
	    failure, error, "could not %s %s%s: %s", doing, database->path, advice, says);
}

bool
database_failed(struct database *database, struct failure *failure, const char *doing)
{
	int code = sqlite3_extended_errcode(database->handle);
	int error = sqlite3_system_errno(database->handle);
	enum failure_kind kind = FAILURE_PERMANENT;
	const char *advice = "";

	switch (code & 0xFF) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		if (caller_is_stopped(&database->caller))
			return fail_stopped(failure);
		kind = FAILURE_TEMPORARY;
		advice = "; another program holds it";
		break;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_NOMEM:
	case SQLITE_PROTOCOL:
		kind = FAILURE_TEMPORARY;
		break;
	case SQLITE_READONLY: /* SQLite opens so what it cannot open for writing */
	case SQLITE_CANTOPEN:
		return failed_to_open(database, failure, doing);
	default:
		break;
	}
	fail(failure, kind, "could not %s %s: %s%s%s%s", doing, database->path,
	    sqlite3_errmsg(database->handle), error != 0 ? ": " : "",
	    error != 0 ? strerror(error) : "", advice);
	return false;
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
	         database_run(made, stamp, failure) &&
	         database_run(made, format->schema, failure) &&
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
	static const char *const stale[] = {"-wal", "-shm", "-journal"};
	bool published = true;

	for (size_t i = 0; i < sizeof stale / sizeof *stale; i++) {
		char *path = memory_format("%s%s", database->path, stale[i]);

		unlink(path);
		free(path);
	}
	if (rename(made, database->path) < 0)
		published = fail_errno(failure, errno, "could not create %s", database->path);
	return published && directory_sync(database->path, failure);
}

/* Whole or not at all: filled under another name, then renamed; one program at a time. */
static bool
make(struct database *database, const struct database_format *format,
    bool (*prepare)(sqlite3 *, void *, struct failure *), void *context, struct failure *failure)
{
	struct database made = {.lock = -1};
	bool done = false;
	int fd;

	if (!directory_make(database->path, failure) || !lock_hold(database, failure))
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

/* temp_store: a sandboxed tool could not create a temporary file. */
static const char *const settings = "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;"
                                    "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-2048;"
                                    "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF";

/* Without symbolic links: SQLite keeps the log beside the file itself; so does the lock. */
static char *
real_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *real = realpath(path, NULL), *directory, *in;

	if (real != NULL)
		return real;
	/* It is missing: the place where it will be created. */
	in = directory_of(path);
	directory = realpath(in, NULL);
	real = directory != NULL
	           ? memory_format("%s/%s", directory, slash != NULL ? slash + 1 : path)
	           : memory_copy_text(path);
	free(directory);
	free(in);
	return real;
}

bool
database_still_there(const struct database *database, struct failure *failure)
{
	struct stat file;

	if (stat(database->path, &file) < 0)
		return fail(failure, FAILURE_PERMANENT, "%s was deleted while it was in use",
		    database->path);
	if (file.st_ino != database->inode || file.st_dev != database->device)
		return fail(failure, FAILURE_PERMANENT,
		    "%s was deleted and re-created while it was in use", database->path);
	return true;
}

/*
 * A program that died between a write and its flush leaves transactions in the log. The next one
 * to open it sees them, but a power cut would still undo them, so they are flushed before
 * anything relies on them. Of a running program only flushed transactions can be seen.
 */
static bool
flush_log(struct database *database, struct failure *failure)
{
	sqlite3_file *log = NULL;

	/* A read makes SQLite load the log. */
	if (!database_run(database, "SELECT 1 FROM sqlite_schema LIMIT 1", failure))
		return false;
	if (!check_has_log(database->path) ||
	    sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) !=
	        SQLITE_OK ||
	    log == NULL || log->pMethods == NULL)
		return true;
	if (log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) == SQLITE_OK)
		return true;
	return fail(
	    failure, FAILURE_TEMPORARY, "could not flush %s-wal to the disk", database->path);
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
	database->path = real_path(path);
	database->directory = directory_of(database->path);
	database->lock_path = memory_format("%s-lock", database->path);
}

bool
database_open(struct database *database, const char *path, const struct database_format *format,
    enum database_use use, bool (*prepare)(sqlite3 *, void *, struct failure *), void *context,
    bool *missing, struct failure *failure)
{
	struct stat file;
	bool absent;

	database_name(database, path);
	path = database->path;
	if (missing != NULL)
		*missing = false;
	if (!check_database(path, format, &absent, failure)) {
		if (missing != NULL)
			*missing = absent;
		if (!absent || use != DATABASE_CREATE ||
		    !make(database, format, prepare, context, failure) ||
		    !check_database(path, format, &absent, failure))
			goto failed;
		failure->kind = FAILURE_NONE;
	}
	if (use != DATABASE_READ && access(path, W_OK) < 0) {
		fail_errno(failure, errno, "could not write to %s", path);
		goto failed;
	}
	if (stat(path, &file) == 0) {
		database->inode = file.st_ino;
		database->device = file.st_dev;
	}
	database->vfs = vfs_open();
	if (sqlite3_open_v2(path, &database->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
	        vfs_name(database->vfs)) != SQLITE_OK) {
		database_failed(database, failure, "open");
		goto failed;
	}
	sqlite3_busy_handler(database->handle, wait_for_lock, database);
	/* A reader does not checkpoint the log: a writer does. */
	if (use == DATABASE_READ)
		sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	/* SQLite opens the log by name: it must belong to this very file. */
	if (database_run(database, settings, failure) && flush_log(database, failure) &&
	    database_still_there(database, failure))
		return true;
failed:
	database_close(database);
	return false;
}

void
database_close(struct database *database)
{
	struct failure gone;

	/* SQLite deletes the log by name, which may belong to another file by now. */
	if (database->handle != NULL && !database_still_there(database, &gone))
		sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
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
