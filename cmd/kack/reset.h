/* move: a group set to another place by hand, or forgotten. */
#ifndef KACK_RESET_H
#define KACK_RESET_H

#include "stream/checkpoints.h"
#include "stream/stream.h"
#include "stream_options/start_option.h"

/* Sets the group in every shard; a position moves its own shard alone. 75 while it is read. */
bool move_group(struct stream *stream, struct checkpoints *groups, const char *group,
    const struct start *from, struct failure *failure);
/* FAILURE_REFUSED where there is no such group. */
bool forget_group(struct checkpoints *groups, const char *group, struct failure *failure);

#endif
