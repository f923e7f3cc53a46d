/* shared_embedded: makes leases of the shards of an embedded stream. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kread/shared_embedded.h"

/* A shard, and what the group has in it. */
struct place {
	const char *shard;
	struct shard_state state;
	bool leased;
	bool committed;
};

struct places {
	struct place *places;
	size_t count;
	bool begun; /* the group has a lease or a checkpoint */
	uint32_t first; /* begun: the first generation in which it has */
};

static bool
find_places(struct reader *reader, const struct leases *leases, struct places *places,
    struct failure *failure)
{
	const char *const *shards;
	size_t count = stream_shards(reader->stream, &shards, failure);
	struct checkpoint ignored;

	*places = (struct places){.places = memory_new(count + 1, sizeof *places->places)};
	for (size_t i = 0; i < count; i++) {
		struct place *place = &places->places[places->count++];

		place->shard = shards[i];
		place->leased = leases_find(leases, shards[i]) != NULL;
		if (!stream_state(reader->stream, shards[i], &place->state, failure) ||
		    !checkpoints_get(reader->groups, reader->group, shards[i], &ignored,
		        &place->committed, failure))
			return false;
		if (places->begun || !(place->leased || place->committed))
			continue;
		places->begun = true;
		places->first = place->state.generation;
	}
	return count > 0;
}

/* Is something to be read there, or to be reported as lost? */
static bool
is_wanted(const struct places *places, const struct place *place)
{
	bool follows = places->begun && place->state.generation > places->first;

	return !place->leased &&
	       (place->committed || follows || place->state.open || place->state.records > 0);
}

static void
describe(struct reader *reader, const struct place *place, struct lease *lease)
{
	lease_describe(lease, place->shard,
	    &(struct checkpoints_shard){.generation = place->state.generation});
	snprintf(lease->stream, sizeof lease->stream, "%s", stream_id(reader->stream));
}

/* A group that began before the shard existed reads all of it, and reports what was lost. */
static bool
put_at(struct reader *reader, const struct places *places, const struct place *place,
    const struct start *from, struct lease *lease, struct failure *failure)
{
	enum stream_from where = places->begun ? FROM_TRIM_HORIZON : from->from;
	char text[POSITION_SIZE];

	describe(reader, place, lease);
	if (place->committed || (places->begun && place->state.generation > places->first))
		return true;
	if (!stream_place(reader->stream, place->shard, where, start_time(from, reader->stream),
	        &from->position, text, failure))
		return false;
	return lease_put_at(lease, text) ||
	       fail(failure, FAILURE_PERMANENT, "%s is not a place in a stream", text);
}

static bool
check_start(struct reader *reader, const struct start *from, struct failure *failure)
{
	bool has = false;

	if (from->from == FROM_POSITION)
		return fail(failure, FAILURE_PERMANENT,
		    "readers that share a group begin at trim-horizon, latest or a time: place it "
		    "at a position with kack -g %s --to %s",
		    reader->group, from->text);
	if (from->text == NULL)
		return true;
	if (!checkpoints_have(reader->groups, reader->group, &has, failure))
		return false;
	return !has || fail(failure, FAILURE_PERMANENT,
	                   "group %s has a checkpoint, which excludes --from: move the group with "
	                   "kack -g %s --to %s",
	                   reader->group, reader->group, from->text);
}

bool
shared_embedded_create(struct reader *reader, struct lease_store *store, const struct start *from,
    struct failure *failure)
{
	struct leases leases = {.count = 0};
	struct places places = {.count = 0};
	struct lease *added = NULL;
	size_t count = 0;
	bool good = check_start(reader, from, failure) && store->read(store, &leases, failure) &&
	            find_places(reader, &leases, &places, failure);

	if (good)
		added = memory_new(places.count, sizeof *added);
	for (size_t i = 0; i < places.count && good; i++) {
		if (is_wanted(&places, &places.places[i]))
			good = put_at(
			    reader, &places, &places.places[i], from, &added[count++], failure);
	}
	good = good && store->add(store, added, count, failure);
	free(added);
	free(places.places);
	leases_free(&leases);
	return good;
}

bool
shared_embedded_children(struct reader *reader, const char *shard, struct lease **children,
    size_t *count, struct failure *failure)
{
	const char *const *shards;
	size_t all = stream_shards(reader->stream, &shards, failure);
	struct place place = {.shard = shard};
	uint32_t next;

	*count = 0;
	*children = memory_new(all + 1, sizeof **children);
	if (all == 0 || !stream_state(reader->stream, shard, &place.state, failure))
		return false;
	next = place.state.generation + 1;
	for (size_t i = 0; i < all; i++) {
		place.shard = shards[i];
		if (!stream_state(reader->stream, shards[i], &place.state, failure))
			return false;
		if (place.state.generation == next)
			describe(reader, &place, &(*children)[(*count)++]);
	}
	return true;
}
