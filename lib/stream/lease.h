/*
 * lease: the right of one process to read the stream for a group. It lasts until the process ends,
 * however it ends.
 */
#ifndef STREAM_LEASE_H
#define STREAM_LEASE_H

#include "stream/checkpoints.h"

/* Takes the group's lease for this process. FAILURE_TEMPORARY: another process holds it. */
bool lease_take(struct checkpoints *groups, const char *group, struct failure *failure);
/* The process that holds the lease; 0: none. */
bool lease_holder(
    struct checkpoints *groups, const char *group, pid_t *holder, struct failure *failure);

#endif
