/*
 * lock: files in the state directory, each locked by flock(2) while any process of a run or loop
 * of an entry lives. The first line of NAME.lock is the process number of fxcron.
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
 * Ends the loop of an entry and waits up to 60 s for that, unless the loop runs the words of wanted
 * (NULL: ends it in any case). Warns if it cannot end it.
 */
void lock_stop_loop(const struct place *place, const char *name, const struct words *wanted);
/* The process number in the first line of the text of a lock file; 0: none. Public for tests. */
long lock_process(struct span text);

#endif
