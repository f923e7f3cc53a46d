#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sqlite/database.h"
#include "sqlite/check.h"
#include "sqlite/vfs.h"
#include "sqlite/lock.h"
#include "system/directory.h"
#include "base/memory.h"

enum { BUSY_MILLISECONDS = 5000 };

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
		kind = FAILURE_TEMPORARY;
		advice = "; another program holds it";
		break;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_NOMEM:
	case SQLITE_PROTOCOL:
		kind = FAILURE_TEMPORARY;
		break;
	case SQLITE_CANTOPEN:
		if (error == ENOSPC || error == EMFILE || error == ENFILE)
			kind = FAILURE_TEMPORARY;
		else if (database->directory != NULL && access(database->directory, W_OK) < 0)
			advice = "; its directory must be writable, also for who only reads";
		break;
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

/* Fills a new file, which nobody else knows yet. */
static bool
fill(struct database *made, const struct database_format *format,
    bool (*prepare)(sqlite3 *, void *, struct failure *), void *context, struct failure *failure)
{
	char *stamp = memory_format("PRAGMA application_id=%d; PRAGMA user_version=%d",
	    format->application, format->version);
	bool filled = false;

	if (sqlite3_open_v2(made->path, &made->handle, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
		database_failed(made, failure, "make");
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

/* Gives the filled file its name. Logs of an earlier file of that name must not be taken for its
 * own. */
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
		published = fail_errno(failure, errno, "could not make %s", database->path);
	return published && directory_sync(database->path, failure);
}

/* Whole or not at all: made under another name, then renamed; one at a time, under a lock. */
static bool
make(struct database *database, const struct database_format *format,
    bool (*prepare)(sqlite3 *, void *, struct failure *), void *context, struct failure *failure)
{
	struct database made = {.lock = -1};
	bool done = false;
	int fd;

	if (!directory_make(database->path, failure) || !database_hold(database, failure))
		return false;
	if (access(database->path, F_OK) == 0) {
		database_unlock_byte(database, DATABASE_MAKE);
		return true;
	}
	made.path = memory_format("%s-new", database->path);
	unlink(made.path);
	fd = open(made.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		fail_errno(failure, errno, "could not make %s", database->path);
	} else {
		close(fd);
		done = fill(&made, format, prepare, context, failure) &&
		       publish(database, made.path, failure);
		if (!done)
			unlink(made.path);
	}
	database_unlock_byte(database, DATABASE_MAKE);
	free(made.path);
	return done;
}

/* A temporary file would be out of a sandboxed tool's reach. */
static const char *const settings = "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;"
                                    "PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-2048;"
                                    "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF";

/* Without symbolic links: SQLite keeps the log beside the file itself, and so must the lock be. */
static char *
real_path(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *real = realpath(path, NULL), *directory, *in;

	if (real != NULL)
		return real;
	/* Not there yet: then where it will be made. */
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
		    "%s was deleted and made again while it was in use", database->path);
	return true;
}

/*
 * A program that died between writing and flushing leaves transactions in the log that whoever
 * opens it next takes for done, and a power cut would still undo: nobody may build on them
 * before they are flushed. Of programs that live, only what is flushed can be seen.
 */
static bool
flush_log(struct database *database, struct failure *failure)
{
	sqlite3_file *log = NULL;

	/* Reading is what takes them in. */
	if (!database_run(database, "SELECT 1 FROM sqlite_schema LIMIT 1", failure))
		return false;
	if (!database_has_log(database->path) ||
	    sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) !=
	        SQLITE_OK ||
	    log == NULL || log->pMethods == NULL)
		return true;
	if (log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) == SQLITE_OK)
		return true;
	return fail(
	    failure, FAILURE_TEMPORARY, "could not flush %s-wal to the disk", database->path);
}

void
database_name(struct database *database, const char *path)
{
	database->handle = NULL;
	database->files = NULL;
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
	if (!database_check(path, format, &absent, failure)) {
		if (missing != NULL)
			*missing = absent;
		if (!absent || use != DATABASE_CREATE ||
		    !make(database, format, prepare, context, failure) ||
		    !database_check(path, format, &absent, failure))
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
	database->files = database_files_open();
	if (sqlite3_open_v2(path, &database->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
	        database_files_name(database->files)) != SQLITE_OK) {
		database_failed(database, failure, "open");
		goto failed;
	}
	sqlite3_busy_timeout(database->handle, BUSY_MILLISECONDS);
	/* Who only reads leaves the log for a writer to take into the file. */
	if (use == DATABASE_READ)
		sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	/* The log is opened by its name, and must be this very file's. */
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

	/* The log is removed by its name, which may be that of another file's log by now. */
	if (database->handle != NULL && !database_still_there(database, &gone))
		sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_close(database->handle);
	database_files_close(database->files);
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
	if (!database_open_lock(database, failure) ||
	    !database_lock_byte(database, F_WRLCK, DATABASE_NEXT, failure))
		return false;
	if (!database_lock_byte(database, F_WRLCK, DATABASE_TURN, failure)) {
		database_unlock_byte(database, DATABASE_NEXT);
		return false;
	}
	database_unlock_byte(database, DATABASE_NEXT);
	if (sqlite3_exec(database->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK)
		return true;
	database_failed(database, failure, "write to");
	database_unlock_byte(database, DATABASE_TURN);
	return false;
}

void
database_rollback(struct database *database)
{
	if (!sqlite3_get_autocommit(database->handle))
		sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
	database_unlock_byte(database, DATABASE_TURN);
}

bool
database_commit(struct database *database, struct failure *failure)
{
	if (sqlite3_exec(database->handle, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
		database_failed(database, failure, "write to");
		database_rollback(database);
		return false;
	}
	database_unlock_byte(database, DATABASE_TURN);
	database_ring(database);
	return true;
}
