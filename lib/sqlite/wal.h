/*
 * wal: the write-ahead log FILE-wal beside a database: when it is flushed, copied back into the
 * file and deleted. While it is not empty, the file itself may be behind, and shorter than its
 * header says.
 */
#ifndef SQLITE_WAL_H
#define SQLITE_WAL_H

#include "sqlite/database.h"

/* Does the database at path have a log, or a rollback journal, that is not empty? */
bool wal_exists(const char *path);

/*
 * Sets when a writer copies the log back: after a commit that makes it that many pages long, so
 * that each changed page is written once for many commits. It is then at most 64 MiB on disk.
 */
void wal_limit(struct database *database, int pages);

/* Makes database_close leave the log as it is. */
void wal_keep(struct database *database);

/*
 * The same if the log is short. One longer than 1 MiB, all of which each program would read that
 * opens the database, is copied back and deleted by the last to close it, if there is room.
 */
void wal_keep_short(struct database *database);

/*
 * Flushes the log to the disk. A program that died between a write and its flush leaves
 * transactions in it. The next one to open it sees them, but a power cut would still undo them, so
 * they are flushed before anything relies on them. Of a running program only flushed transactions
 * can be seen. To be called after the first read, for which SQLite opens the log.
 */
bool wal_flush(struct database *database, struct failure *failure);

/* Copies the log back into the file as far as no reader needs it. */
void wal_copy_back(struct database *database);

/* Deletes the log, its index and a journal of the database at path, which nobody has open. */
bool wal_remove(const char *path, struct failure *failure);

#endif
