/* transfer: moves a group. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "kack/reset.h"
#include "kack/transfer.h"

/* Where the group is in a shard. *found false: nowhere. */
static bool
find_place(struct stream *stream, const struct transfer_end *from, const struct transfer_end *to,
    const char *shard, char place[POSITION_SIZE], bool *found, struct failure *failure)
{
	struct checkpoint checkpoint;
	struct shard_state state;

	if (!checkpoints_get(from->groups, from->group, shard, &checkpoint, found, failure) ||
	    !stream_state(stream, shard, &state, failure))
		return false;
	if (!*found)
		return true;
	snprintf(place, POSITION_SIZE, "%s", checkpoint.text);
	/* A file has no word for it, but the shard has an end. */
	if (checkpoint.ended && state.last == NULL)
		return fail(failure, FAILURE_TEMPORARY,
		    "shard %s has ended for group %s, but Kinesis lists no end of it", shard,
		    from->group);
	if (checkpoint.ended)
		snprintf(place, POSITION_SIZE, "%s:%s+", shard, state.last);
	reset_describe(to->groups, shard, &state);
	return !checkpoints_is_shared(to->group) || stream_resolve(stream, shard, place, failure);
}

static bool
copy(struct stream *stream, const struct transfer_end *from, const struct transfer_end *to,
    struct failure *failure)
{
	const char *const *shards;
	size_t all = stream_shards(stream, &shards, failure), count = 0;
	char(*places)[POSITION_SIZE] = memory_new(all + 1, sizeof *places);
	bool good = all > 0, found;

	for (size_t i = 0; i < all && good; i++) {
		good = find_place(stream, from, to, shards[i], places[count], &found, failure);
		count += good && found;
	}
	good = good && checkpoints_place(to->groups, to->group, stream_id(stream), places, count,
	                   CHECKPOINTS_BEGIN, failure);
	free(places);
	return good;
}

bool
transfer_group(struct stream *stream, const struct transfer_end *from,
    const struct transfer_end *to, struct failure *failure)
{
	bool found;

	if (!checkpoints_claim(from->groups, from->group, failure) ||
	    !checkpoints_claim(to->groups, to->group, failure) ||
	    !checkpoints_have(from->groups, from->group, &found, failure))
		return false;
	if (!found)
		return fail(failure, FAILURE_REFUSED, "there is no group %s", from->group);
	if (!checkpoints_have(to->groups, to->group, &found, failure))
		return false;
	if (found)
		return fail(failure, FAILURE_PERMANENT,
		    "group %s has checkpoints already: kack -g %s --delete deletes them", to->group,
		    to->group);
	return checkpoints_check(from->groups, from->group, stream_id(stream), failure) &&
	       copy(stream, from, to, failure) &&
	       checkpoints_delete(from->groups, from->group, &found, failure);
}
