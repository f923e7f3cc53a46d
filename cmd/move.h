/* move: a group set to another place by hand, or forgotten. */
#ifndef MOVE_H
#define MOVE_H

#include "../lib/groups.h"
#include "../lib/stream.h"
#include "from.h"

/* Sets the group in every shard; a position moves its own shard alone. 75 while it is read. */
bool move_group(struct stream *stream, struct groups *groups, const char *group,
    const struct from *from, struct failure *failure);
/* FAILURE_REFUSED where there is no such group. */
bool forget_group(struct groups *groups, const char *group, struct failure *failure);

#endif
