/*
 * readonly: reads a database when this process may not write to it or to its directory: in an
 * archive, on a volume mounted read-only, of another user.
 *
 * If its log is empty or missing, the file is complete. It is then frozen: SQLite reads it without
 * a log, and we hold a shared lock on it. The last program to close it deletes its log only under
 * an exclusive lock, so a log that another program has begun since then stays, and is noticed after
 * the read: what was read before that was consistent.
 *
 * If it has a log, SQLite reads both by the log's index, FILE-shm, which must exist.
 */
#ifndef SQLITE_READONLY_H
#define SQLITE_READONLY_H

#include "sqlite/database.h"

/* May this process not write to the database or beside it? */
bool readonly_is(const struct database *database);
/* Decides whether it is frozen. FAILURE_PERMANENT: it cannot be read without permission to write. */
bool readonly_prepare(struct database *database, struct failure *failure);
/* FAILURE_TEMPORARY: another program has begun to write to a frozen database. */
bool readonly_check(const struct database *database, struct failure *failure);

#endif
