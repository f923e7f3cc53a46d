/* shared_leases: makes leases of shards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "kread/shared_leases.h"
#include "kread/shared_missing.h"

/* A lease of a shard, at the trim horizon. */
static void
describe(
    struct reader *reader, const char *shard, const struct shard_state *state, struct lease *lease)
{
	const struct checkpoints_shard about = {.parents = {state->parents[0], state->parents[1]},
	    .hash_keys = {state->hash_keys[0], state->hash_keys[1]}};

	lease_describe(lease, shard, &about);
	snprintf(lease->stream, sizeof lease->stream, "%s", stream_id(reader->stream));
}

/* Puts the lease where a new group begins. *wanted false: not in this shard. */
static void
begin_new(struct reader *reader, const struct start *from, const struct shard_state *state,
    struct lease *lease, bool *wanted)
{
	if (from->from == FROM_TRIM_HORIZON)
		return;
	lease->at = LEASE_AT_LATEST;
	lease->since = from->from == FROM_LATEST ? stream_now(reader->stream)
	                                         : start_time(from, reader->stream);
	if (lease->since < 0)
		lease->since = 0;
	/* Also what a closed shard holds may have arrived since then. */
	*wanted = from->from == FROM_TIME || state->open;
}

static bool
create(struct reader *reader, struct lease_store *store, const struct start *from,
    const struct leases *leases, struct failure *failure)
{
	const char *const *shards;
	size_t count = stream_shards(reader->stream, &shards, failure);
	bool *missing = memory_new(count + 1, sizeof *missing);
	bool good = count > 0 && shared_missing(reader, leases, shards, count, missing, failure);

	for (size_t i = 0; good && i < count; i++) {
		struct shard_state state;
		struct lease lease;
		bool wanted = missing[i];

		good = stream_state(reader->stream, shards[i], &state, failure);
		if (!good)
			break;
		describe(reader, shards[i], &state, &lease);
		if (leases->count == 0 && from->from != FROM_TRIM_HORIZON) {
			wanted = true;
			begin_new(reader, from, &state, &lease, &wanted);
		}
		good = !wanted || store->add(store, &lease, 1, failure);
	}
	free(missing);
	return good;
}

bool
shared_leases_create(struct reader *reader, struct lease_store *store, const struct start *from,
    struct failure *failure)
{
	struct leases leases = {.count = 0};
	bool good = store->read(store, &leases, failure);

	if (good && from->from == FROM_POSITION)
		good = fail(failure, FAILURE_PERMANENT,
		    "a group in DynamoDB begins at trim-horizon, latest or a time: place it at a "
		    "position with kack -g %s --to %s",
		    reader->group, from->text);
	else if (good && from->text != NULL && leases.count > 0)
		good = fail(failure, FAILURE_PERMANENT,
		    "group %s has leases, which excludes --from: move the group with kack -g %s "
		    "--to %s",
		    reader->group, reader->group, from->text);
	good = good && create(reader, store, from, &leases, failure);
	leases_free(&leases);
	return good;
}

static bool
is_listed(const char *const *shards, size_t count, const char *shard)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(shards[i], shard) == 0)
			return true;
	}
	return false;
}

/* Leaves out a second parent that is not listed: nobody reads it any more. */
static void
keep_listed(struct lease *lease, const char *shard, const char *const *shards, size_t count)
{
	char other[POSITION_SHARD + 1];

	memcpy(other, lease->parents[strcmp(lease->parents[0], shard) == 0], sizeof other);
	if (other[0] == '\0' || is_listed(shards, count, other))
		return;
	snprintf(lease->parents[0], sizeof *lease->parents, "%s", shard);
	lease->parents[1][0] = '\0';
}

bool
shared_leases_children(struct reader *reader, const char *shard, struct lease **children,
    size_t *count, struct failure *failure)
{
	const char *const *shards;
	size_t all = stream_shards(reader->stream, &shards, failure);

	*count = 0;
	*children = memory_new(all + 1, sizeof **children);
	for (size_t i = 0; i < all; i++) {
		struct lease *lease = &(*children)[*count];
		struct shard_state state;

		if (!stream_state(reader->stream, shards[i], &state, failure))
			return false;
		describe(reader, shards[i], &state, lease);
		if (strcmp(lease->parents[0], shard) != 0 && strcmp(lease->parents[1], shard) != 0)
			continue;
		keep_listed(lease, shard, shards, all);
		++*count;
	}
	return all > 0;
}

bool
shared_leases_place(struct reader *reader, const struct lease *lease, char place[POSITION_SIZE],
    struct failure *failure)
{
	struct checkpoint checkpoint;

	if (lease_checkpoint(lease, &checkpoint) && !checkpoint.ended) {
		memcpy(place, checkpoint.text, sizeof checkpoint.text);
		return true;
	}
	if (lease->at == LEASE_AT_LATEST) {
		snprintf(place, POSITION_SIZE, "%s:@%lld", lease->shard,
		    (long long)stream_now(reader->stream));
		return true;
	}
	return fail(failure, FAILURE_PERMANENT,
	    "the lease of shard %s begins at a time that only its KCL application knows: place the "
	    "group with kack -g %s --to",
	    lease->shard, reader->group);
}

uint64_t
shared_leases_seed(const char *worker)
{
	uint64_t seed =
	    (uint64_t)clock_steady() ^ (uint64_t)clock_now() << 20 ^ (uint64_t)getpid() << 44;

	for (; *worker != '\0'; worker++)
		seed = seed * 31 + (unsigned char)*worker;
	return seed;
}
