/*
 * lock: files in the state directory that a run, or a loop, of an entry holds (flock(2)) for as
 * long as anything of its pipeline lives; the first line of NAME.lock is the process that watches
 * over it.
 */
#ifndef SCHEDULE_LOCK_H
#define SCHEDULE_LOCK_H

#include <stdbool.h>
#include "schedule/entry.h"
#include "schedule/place.h"

/*
 * Takes the lock of an entry, without waiting: *lock is the descriptor, 9 or above, which children
 * inherit, or -1 if another holds it. The file gets our process number.
 */
bool lock_take(const struct place *place, const char *name, int *lock, struct failure *failure);
/* Waits for the lock on the crontab; -1: failure. Close it to release it. */
int lock_crontab(const struct place *place, struct failure *failure);

/*
 * Ends the loop that runs in the name of an entry, unless it is just what wanted (NULL: nothing)
 * would run, and waits for its end, up to 60 s. What it cannot end is reported to the caller.
 */
void lock_stop_loop(const struct place *place, const char *name, const struct words *wanted);
/* The number in the first line of a lock file's text; 0: there is none. */
long lock_process(struct span text);

#endif
