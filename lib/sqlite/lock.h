/*
 * database_lock: the lock file beside a database. Its bytes carry advisory locks,
 * and writing one wakes those who watch it. For database.c alone, which has the
 * rest: database_hold, database_claim.
 */
#ifndef SQLITE_LOCK_H
#define SQLITE_LOCK_H

#include "sqlite/database.h"

/*
 * Its bytes. Two for the writers' queue: who holds NEXT waits for TURN alone, so
 * that nobody who has just written can come first again. CLAIMS: from here on, by name.
 */
enum { DATABASE_NEXT, DATABASE_TURN, DATABASE_MAKE, DATABASE_CLAIMS = 1024 };

bool database_open_lock(struct database *database, struct failure *failure);
/* F_WRLCK or F_RDLCK; waits for it. */
bool database_lock_byte(struct database *database, short type, off_t byte, struct failure *failure);
void database_unlock_byte(struct database *database, off_t byte);
/* Wakes whoever waits for news of the file. */
void database_ring(const struct database *database);

#endif
