/*
 * database: the SQLite file behind an embedded stream, table or checkpoints. It is created whole
 * or not at all; a foreign, newer or truncated file is recognised without being changed; writers
 * take turns in the order in which they came (lock.h).
 */
#ifndef SQLITE_DATABASE_H
#define SQLITE_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/caller.h"
#include "base/failure.h"
#include "system/lock_wait.h"

/* The kind of a file. */
struct database_format {
	const char *noun; /* "stream" */
	int32_t application; /* SQLite's application_id */
	int32_t oldest; /* the oldest user_version that is readable; 0: only version */
	int32_t version; /* the user_version that this program writes */
	const char *const
	    *schema; /* SQL statements that create a new file's tables; NULL ends them */
	/* Of other tables and views that a file may hold, or that earlier versions made; a # in
	 * them matches digits, a * any text. NULL: there are none. */
	const char *const *others;
};

struct database {
	sqlite3 *handle;
	struct vfs *vfs; /* through which SQLite reads and writes it */
	char *path;
	char *directory; /* of path */
	char *lock_path;
	ino_t inode; /* and device: of the file that was opened */
	dev_t device;
	int lock; /* the lock file; -1 until it is needed */
	bool reads; /* it is open only to read, by one who may write */
	bool frozen; /* read as it is on the disk, while nobody writes (readonly.h) */
	struct caller caller; /* set before it is opened; waits for a lock are reported to it */
	struct lock_wait busy; /* the wait for a lock of SQLite's */
};

enum database_use {
	/* As READ, for a moment: without its log, if it has none. FAILURE_TEMPORARY, from reading
	 * too, if another program begins to write to it. */
	DATABASE_GLANCE,
	DATABASE_READ, /* also where this process may not write, see readonly.h */
	DATABASE_WRITE,
	DATABASE_CREATE /* as WRITE; creates the file if it is missing */
};

/*
 * Opens path. prepare, unless NULL, runs in the transaction that creates a new file, after the
 * schema. If the file is missing: FAILURE_PERMANENT, and *missing (which may be NULL) is true.
 */
bool database_open(struct database *database, const char *path,
    const struct database_format *format, enum database_use use,
    bool (*prepare)(sqlite3 *, void *, struct failure *), void *context, bool *missing,
    struct failure *failure);
void database_close(struct database *database);

/* Fills in the paths without opening anything, to create or remove it; end with database_close. */
void database_name(struct database *database, const char *path);

/* The caller keeps the statement and finalizes it before database_close. */
sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct failure *failure);
bool database_run(struct database *database, const char *sql, struct failure *failure);

/*
 * Writers queue: database_begin waits for its turn and runs BEGIN IMMEDIATE; database_commit and
 * database_rollback end the turn. Waits for locks as lock_wait does.
 */
bool database_begin(struct database *database, struct failure *failure);
bool database_commit(struct database *database, struct failure *failure);
void database_rollback(struct database *database);

/* Fills failure from the handle's last error (a full disk and locks: 75; the rest: 2): "could not
 * DOING PATH: …". Returns false. */
bool database_failed(struct database *database, struct failure *failure, const char *doing);
/* FAILURE_PERMANENT: the file holds what no tool writes; what: "a batch is inconsistent". */
bool database_damaged(const struct database *database, struct failure *failure, const char *what);

/* No time in a file is before 1970 or after the year 9999 (milliseconds). */
#define DATABASE_TIME_MOST INT64_C(253402300799999)

/* A column that must hold an integer from least to most. False: it does not. */
bool database_number(sqlite3_stmt *row, int column, int64_t least, int64_t most, int64_t *number);

/* False if the file was deleted, or deleted and re-created, since it was opened (2), or if it is
 * frozen, and another program has begun to write to it (75). */
bool database_still_there(const struct database *database, struct failure *failure);

#endif
