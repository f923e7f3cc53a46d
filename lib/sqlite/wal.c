/* wal: flushes, copies back and deletes the write-ahead log. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "sqlite/wal.h"

enum { LONG = 1024 * 1024 /* bytes, from which on a reader copies the log back */ };

/* 0 if there is none. */
static off_t
size_beside(const char *path, const char *suffix)
{
	char *beside = memory_format("%s%s", path, suffix);
	struct stat file;
	off_t size = stat(beside, &file) == 0 ? file.st_size : 0;

	free(beside);
	return size;
}

bool
wal_exists(const char *path)
{
	return size_beside(path, "-wal") > 0 || size_beside(path, "-journal") > 0;
}

void
wal_limit(struct database *database, int pages)
{
	sqlite3_wal_autocheckpoint(database->handle, pages);
	sqlite3_exec(database->handle, "PRAGMA journal_size_limit=67108864", NULL, NULL, NULL);
}

static void
set_keeps(struct database *database, bool keeps)
{
	sqlite3_db_config(database->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keeps ? 1 : 0, NULL);
}

void
wal_keep(struct database *database)
{
	set_keeps(database, true);
}

void
wal_keep_short(struct database *database)
{
	set_keeps(database, size_beside(database->path, "-wal") <= LONG);
}

bool
wal_flush(struct database *database, struct failure *failure)
{
	sqlite3_file *log = NULL;

	if (!wal_exists(database->path) ||
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
wal_copy_back(struct database *database)
{
	sqlite3_wal_checkpoint_v2(database->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

bool
wal_remove(const char *path, struct failure *failure)
{
	static const char *const suffixes[] = {"-wal", "-shm", "-journal"};
	bool removed = true;

	for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes && removed; i++) {
		char *file = memory_format("%s%s", path, suffixes[i]);

		removed = unlink(file) == 0 || errno == ENOENT ||
		          fail_errno(failure, errno, "could not delete %s", file);
		free(file);
	}
	return removed;
}
