/*
 * database: what the embedded stream, table and checkpoints share: SQLite files
 * that are made whole or not at all, told apart from foreign, newer and cut-off
 * ones without being touched, and whose writers queue fairly.
 *
 * Beside FILE stands FILE-lock: its bytes carry advisory locks, and every
 * commit writes one byte to it, which wakes those who watch it.
 */
#ifndef SQLITE_DATABASE_H
#define SQLITE_DATABASE_H

#include <signal.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "base/failure.h"

/*
 * What kind of file: "stream", its application_id, the user_version this program
 * writes, and the oldest it knows (0: no other).
 */
struct database_format {
	const char *noun;
	int32_t application;
	int32_t oldest;
	int32_t version;
	const char *schema; /* SQL run once, when the file is made */
};

struct database {
	sqlite3 *handle;
	struct database_files *files; /* how its reads and writes reach the disk */
	char *path;
	char *directory; /* that path is in */
	char *lock_path;
	ino_t inode; /* of the file that was opened */
	dev_t device;
	int lock; /* -1 until it was needed */
	const volatile sig_atomic_t *stop;
};

enum database_use {
	DATABASE_READ,
	DATABASE_WRITE,
	DATABASE_CREATE /* write; make it where it is not */
};

/*
 * Opens path. prepare, where not NULL, runs inside the transaction that makes a
 * new file, after the schema. A file that is not there: FAILURE_PERMANENT, and *missing true.
 */
bool database_open(struct database *database, const char *path,
    const struct database_format *format, enum database_use use,
    bool (*prepare)(sqlite3 *, void *, struct failure *), void *context, bool *missing,
    struct failure *failure);
void database_close(struct database *database);

/*
 * For who makes or removes one: names it without opening it; then nobody else makes
 * or removes one of that name between the other two. Ends with database_close.
 */
void database_name(struct database *database, const char *path);
bool database_hold(struct database *database, struct failure *failure);
void database_let_go(struct database *database);

/* Statements are kept by their callers and finalized before database_close. */
sqlite3_stmt *database_prepare(struct database *database, const char *sql, struct failure *failure);
bool database_run(struct database *database, const char *sql, struct failure *failure);

/*
 * Writers queue: database_begin waits for its turn, then BEGIN IMMEDIATE;
 * database_commit and database_rollback end the turn. 75 where the file stays
 * locked by a foreign program for five seconds.
 */
bool database_begin(struct database *database, struct failure *failure);
bool database_commit(struct database *database, struct failure *failure);
void database_rollback(struct database *database);

/* failure from the handle's last error: full disk and locks 75, the rest 2. Returns false. */
bool database_failed(struct database *database, struct failure *failure, const char *doing);

/* False (2) where the file was deleted, or made again under its name, since it was opened. */
bool database_still_there(const struct database *database, struct failure *failure);

/* An advisory lock held until the process ends: false and 75 where someone else has it. */
bool database_claim(
    struct database *database, const char *name, const char *doing, struct failure *failure);
/* Who has that lock now: a process on this machine. *holder 0: nobody. */
bool database_claimed(
    struct database *database, const char *name, pid_t *holder, struct failure *failure);

#endif
