/*
 * worker: the name by which a reader is known in a lease table. No two readers on this machine have
 * the same: each locks a file of its name, or joins the store, until the process ends.
 */
#ifndef GROUP_SHARE_WORKER_H
#define GROUP_SHARE_WORKER_H

#include "base/failure.h"
#include "group/share/store.h"

/* Is text a worker's name? It is 1 to 128 letters, digits, "_", ".", ":", "@" and "-". */
bool worker_is_name(const char *text);

/*
 * Takes a name. wanted NULL: the machine's name and the first number that is free, "HOST-1".
 * directory: that of the group's notes (tenure.h), which must exist; NULL if workers join the
 * store. FAILURE_TEMPORARY: another process has the name that is wanted.
 */
bool worker_take(struct lease_store *store, const char *directory, const char *wanted,
    char name[GROUP_WORKER + 1], struct failure *failure);

#endif
