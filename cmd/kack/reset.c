/* reset: moves a group to another place in its stream, or deletes it. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "kack/reset.h"

void
reset_describe(struct checkpoints *groups, const char *shard, const struct shard_state *state)
{
	const struct checkpoints_shard about = {.parents = {state->parents[0], state->parents[1]},
	    .hash_keys = {state->hash_keys[0], state->hash_keys[1]}};

	checkpoints_describe(groups, shard, &about);
}

/* Finds where the group is put in a shard. */
static bool
find_place(struct stream *stream, struct checkpoints *groups, const char *group,
    const struct start *from, const char *shard, char place[POSITION_SIZE], struct failure *failure)
{
	struct shard_state state;

	if (!stream_place(stream, shard, from->from, start_time(from, stream), &from->position,
	        place, failure))
		return false;
	if (!checkpoints_is_shared(group))
		return true;
	if (!stream_state(stream, shard, &state, failure))
		return false;
	reset_describe(groups, shard, &state);
	return stream_resolve(stream, shard, place, failure);
}

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
		moved = find_place(stream, groups, group, from, shards[i], places[count], failure);
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
