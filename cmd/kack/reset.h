/* reset: moves a group to another place in its stream, or deletes it. */
#ifndef KACK_RESET_H
#define KACK_RESET_H

#include "group/checkpoints.h"
#include "stream/stream.h"
#include "stream_options/start_option.h"

/*
 * Moves the group to a place in the stream, in every shard; a position moves only its own shard.
 * FAILURE_TEMPORARY while the group is being read.
 */
bool reset_move(struct stream *stream, struct checkpoints *groups, const char *group,
    const struct start *from, struct failure *failure);
/* Describes a shard in which the group may get a checkpoint. */
void reset_describe(struct checkpoints *groups, const char *shard, const struct shard_state *state);
/* Deletes the group. FAILURE_REFUSED: there is no such group. */
bool reset_delete(struct checkpoints *groups, const char *group, struct failure *failure);

#endif
