/*
 * lock: the file FILE-lock beside a database. Its bytes carry advisory locks (fcntl), and every
 * commit writes one byte to it, which wakes the programs that watch it.
 */
#ifndef SQLITE_LOCK_H
#define SQLITE_LOCK_H

#include <sys/types.h>
#include "sqlite/database.h"

/*
 * The bytes that are locked. Writers queue by two of them: the holder of NEXT waits for TURN, so
 * a writer that has just finished cannot overtake one that waits. MAKE: creating or removing the
 * database. CLAIMS: from here on, one byte per name.
 */
enum { LOCK_NEXT, LOCK_TURN, LOCK_MAKE, LOCK_CLAIMS = 1024 };

/* Opens the lock file unless it is open, and creates it if it is missing. */
bool lock_open(struct database *database, struct failure *failure);
/* type: F_WRLCK or F_RDLCK. Waits for the lock as lock_wait does. */
bool lock_byte(struct database *database, short type, off_t byte, struct failure *failure);
void lock_release(struct database *database, off_t byte);
/* The process that writes, if it is not this one; 0: none. */
pid_t lock_turn_holder(const struct database *database);
/* Wakes the programs that watch the lock file. */
void lock_ring(const struct database *database);

/*
 * A note of up to LOCK_NOTE bytes in the lock file, for the writer whose turn it is. It is not
 * flushed, and is lost with the lock file. Returns the length that was read; 0: there is none.
 */
enum { LOCK_NOTE = 256 };
size_t lock_note_read(const struct database *database, char note[LOCK_NOTE]);
void lock_note_write(const struct database *database, const char *note, size_t length);

/* Between these two calls no other program creates or removes a database of this name. */
bool lock_hold(struct database *database, struct failure *failure);
void lock_let_go(struct database *database);

/* Takes the lock of that name until the process ends; type as of lock_byte. *taken false: another
 * process holds it. */
bool lock_try(
    struct database *database, const char *name, short type, bool *taken, struct failure *failure);
/* The same with F_WRLCK. If another process holds it:
 * FAILURE_TEMPORARY, with taken as its sentence. */
bool lock_claim(
    struct database *database, const char *name, const char *taken, struct failure *failure);
enum { LOCK_UNSEEN = -1 /* a process that has no number here, as one in another container */ };
/* *holder: a process on this machine that keeps others from taking the lock of that name with that
 * type, or LOCK_UNSEEN; 0: none does, or this process may not read the lock file. This process
 * never does. */
bool lock_claimed(struct database *database, const char *name, short type, pid_t *holder,
    struct failure *failure);

#endif
