/* commit: commits positions in their tenures. */

/*
 * kack learns the tenure of a shard from the note of kread when the first position of that shard
 * comes by, and stays with it. A reader that lost the shard to another one on this machine has its
 * lines refused, therefore, also once the other has written its note; one that took the shard once
 * more continues. Each commit is a comparison and a change at once, so that checkpoints only move
 * forward whoever else commits.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/dynamodb/commit.h"
#include "record/stream_identity.h"

enum { TRIES = 8 /* commits of others between a look and a commit */ };

struct fence {
	struct tenure tenure;
	struct lease lease; /* as last read or committed */
	bool known; /* lease is */
};

const char *
commit_notes(struct checkpoints *groups, struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;

	if (own->notes == NULL)
		own->notes = tenure_directory(own->group, lease_table_place(own->table), failure);
	return own->notes;
}

static bool
no_reader(const char *group, const char *shard, struct failure *failure)
{
	return fail(failure, FAILURE_TEMPORARY,
	    "no kread on this machine reads shard %s for group %s: kack runs beside the kread "
	    "whose positions it commits, with the same FX_HOME",
	    shard, group);
}

/* The fence of a shard; the first time its tenure is looked up. NULL on failure. */
static struct fence *
find_fence(struct checkpoints_table *own, const char *shard, struct failure *failure)
{
	struct fence *fence;
	struct tenure tenure;
	bool found;

	for (size_t i = 0; i < own->fence_count; i++) {
		if (strcmp(own->fences[i].lease.shard, shard) == 0)
			return &own->fences[i];
	}
	if (commit_notes(&own->base, failure) == NULL ||
	    !tenure_find(own->notes, shard, &tenure, &found, failure))
		return NULL;
	if (!found) {
		no_reader(own->group, shard, failure);
		return NULL;
	}
	own->fences = memory_resize(own->fences, own->fence_count + 1, sizeof *own->fences);
	fence = &own->fences[own->fence_count++];
	*fence = (struct fence){.tenure = tenure};
	snprintf(fence->lease.shard, sizeof fence->lease.shard, "%s", shard);
	return fence;
}

static bool
is_held(const struct fence *fence)
{
	const struct lease *lease = &fence->lease;

	return strcmp(lease->tenure, fence->tenure.id) == 0 &&
	       (strcmp(lease->owner, fence->tenure.worker) == 0 ||
	           strcmp(lease->checkpoint_owner, fence->tenure.worker) == 0);
}

/* Has the group been moved back since a lease was seen? */
static bool
is_moved_back(const struct lease *before, const struct lease *now)
{
	struct checkpoint checkpoint;

	return lease_checkpoint(before, &checkpoint) && !checkpoint.is_time && !checkpoint.ended &&
	       lease_is_ahead(now, &checkpoint.position);
}

/*
 * Has the same kread, which means the same process, taken the shard again? Then its new tenure
 * counts, unless the group has been moved: what came before that must not be committed.
 */
static bool
renew(struct checkpoints_table *own, struct fence *fence, const struct lease *before, bool *renewed,
    struct failure *failure)
{
	struct tenure noted;
	bool found;

	*renewed = false;
	if (!tenure_find(own->notes, fence->lease.shard, &noted, &found, failure))
		return false;
	if (!found || strcmp(noted.worker, fence->tenure.worker) != 0 ||
	    strcmp(noted.run, fence->tenure.run) != 0 || is_moved_back(before, &fence->lease))
		return true;
	fence->tenure = noted;
	*renewed = is_held(fence);
	return true;
}

/* Reads the lease, and checks that it is still held. */
static bool
look(struct checkpoints_table *own, struct fence *fence, const char *id, struct failure *failure)
{
	struct lease before = fence->lease;
	char shard[POSITION_SHARD + 1];
	bool found, renewed = false;

	memcpy(shard, before.shard, sizeof shard);
	if (!lease_table_get(own->table, shard, &fence->lease, &found, failure))
		return false;
	fence->known = found;
	if (!found) {
		memcpy(fence->lease.shard, shard, sizeof shard);
		return fail(failure, FAILURE_TEMPORARY,
		    "the lease of shard %s was deleted: group %s has been moved or deleted", shard,
		    own->group);
	}
	if (fence->lease.stream[0] != '\0' && !stream_identity_same(fence->lease.stream, id))
		return fail(failure, FAILURE_PERMANENT,
		    "the lease of shard %s is of another stream of this name", shard);
	if (!is_held(fence) && !renew(own, fence, &before, &renewed, failure))
		return false;
	return is_held(fence) || renewed ||
	       tenure_lost(own->group, shard, fence->lease.owner, failure);
}

static bool
commit_one(struct checkpoints_table *own, const struct position *position, const char *id,
    struct failure *failure)
{
	char *shard = memory_copy(position->shard.start, position->shard.length);
	struct fence *fence = find_fence(own, shard, failure);
	char place[POSITION_SIZE];
	struct lease after;

	free(shard);
	position_format(position, position->through, place);
	for (int tries = 0; fence != NULL && tries < TRIES; tries++) {
		if (!fence->known && !look(own, fence, id, failure))
			return false;
		if (!lease_is_ahead(&fence->lease, position))
			return true;
		after = fence->lease;
		lease_put_at(&after, place);
		switch (lease_table_commit(
		    own->table, &fence->tenure, &fence->lease, &after, failure)) {
		case LEASE_CHANGED:
			fence->lease = after;
			return true;
		case LEASE_CONFLICT:
			fence->known = false;
			break;
		case LEASE_FAILED:
			return false;
		}
	}
	return fence != NULL &&
	       fail(failure, FAILURE_TEMPORARY,
	           "the lease of shard %s changes too often to commit in it", fence->lease.shard);
}

bool
commit_positions(struct checkpoints *groups, const char *group, const char *id,
    const struct position *positions, size_t count, struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;

	(void)group;
	own->read_at = 0;
	for (size_t i = 0; i < count; i++) {
		if (!commit_one(own, &positions[i], id, failure))
			return false;
	}
	return true;
}

void
commit_free(struct checkpoints_table *own)
{
	free(own->fences);
	free(own->notes);
}
