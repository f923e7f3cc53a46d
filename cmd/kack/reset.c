/* reset: moves a group to another place in its stream, or deletes it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "kack/reset.h"

bool
reset_move(struct stream *stream, struct checkpoints *groups, const char *group,
    const struct start *from, struct failure *failure)
{
	const char *const *shards;
	char(*places)[POSITION_SIZE];
	size_t all, count = 0;
	bool moved = true;

	if (!checkpoints_claim(groups, group, failure))
		return false;
	all = stream_shards(stream, &shards, failure);
	if (all == 0)
		return false;
	places = memory_new(all, sizeof *places);
	for (size_t i = 0; i < all && moved; i++) {
		if (from->from == FROM_POSITION && !span_is(from->position.shard, shards[i]))
			continue;
		moved = stream_place(stream, shards[i], from->from, start_time(from, stream),
		            &from->position, places[count], failure) &&
		        (!checkpoints_is_shared(group) ||
		            stream_resolve(stream, shards[i], places[count], failure));
		count++;
	}
	if (moved && count == 0)
		moved = fail(failure, FAILURE_PERMANENT,
		    "the stream has no shard %.*s: its shards are %s to %s",
		    (int)from->position.shard.length, from->position.shard.start, shards[0],
		    shards[all - 1]);
	moved = moved &&
	        checkpoints_place(groups, group, stream_id(stream), places, count,
	            from->from == FROM_POSITION ? CHECKPOINTS_MOVE : CHECKPOINTS_MOVE_ALL, failure);
	free(places);
	return moved;
}

bool
reset_delete(struct checkpoints *groups, const char *group, struct failure *failure)
{
	bool found;

	if (!checkpoints_claim(groups, group, failure) ||
	    !checkpoints_delete(groups, group, &found, failure))
		return false;
	if (!found)
		return fail(failure, FAILURE_REFUSED, "there is no group %s", group);
	return true;
}
