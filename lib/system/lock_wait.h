/*
 * lock_wait: waits for a lock that another process holds. After 2 s a warning names the process;
 * after 30 s the wait fails (75); a signal that asks the program to end ends it at once.
 */
#ifndef SYSTEM_LOCK_WAIT_H
#define SYSTEM_LOCK_WAIT_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include "base/caller.h"
#include "base/failure.h"

/* One wait; path is named in messages. All other members start as 0. */
struct lock_wait {
	const struct caller *caller;
	const char *path;
	int64_t since; /* clock_steady when it began */
	bool reported;
};

/*
 * To be called repeatedly while the lock is held. holder: the process that holds it; 0 or below:
 * unknown. False: the wait is over, and failure says why.
 */
bool lock_wait_more(struct lock_wait *wait, pid_t holder, struct failure *failure);

/*
 * Locks bytes of the file (fcntl); processes that wait get the lock in the order in which they
 * asked. behind: the bytes whose holder is reported as the cause of the wait; NULL: the same.
 */
bool lock_wait_bytes(struct lock_wait *wait, int fd, const struct flock *bytes,
    const struct flock *behind, struct failure *failure);

/* Locks the whole file (flock). */
bool lock_wait_file(struct lock_wait *wait, int fd, struct failure *failure);

#endif
