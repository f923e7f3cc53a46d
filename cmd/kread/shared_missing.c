/* shared_missing: follows the shards' parents. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kread/shared_missing.h"

enum { NONE = -1 };

struct node {
	const struct lease *lease; /* NULL: it has none */
	long parents[LEASE_PARENTS]; /* numbers of shards; NONE: not listed */
	bool parent_reads; /* a parent that is not listed has a lease, and is not done */
	bool begun; /* it or a descendant has a lease */
	bool follows; /* it gets a lease once its ancestors are done */
};

static long
number_of(const char *const *shards, size_t count, const char *shard)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(shards[i], shard) == 0)
			return (long)i;
	}
	return NONE;
}

static bool
is_read(const struct lease *lease)
{
	return lease != NULL && lease->at != LEASE_AT_SHARD_END;
}

static bool
read_nodes(struct reader *reader, const struct leases *leases, const char *const *shards,
    size_t count, struct node *nodes, struct failure *failure)
{
	struct shard_state state;

	for (size_t i = 0; i < count; i++) {
		struct node *node = &nodes[i];

		if (!stream_state(reader->stream, shards[i], &state, failure))
			return false;
		*node = (struct node){.lease = leases_find(leases, shards[i])};
		node->begun = node->lease != NULL;
		for (size_t k = 0; k < LEASE_PARENTS; k++) {
			const char *parent = state.parents[k];

			node->parents[k] = parent != NULL ? number_of(shards, count, parent) : NONE;
			if (parent != NULL && node->parents[k] == NONE &&
			    is_read(leases_find(leases, parent)))
				node->parent_reads = true;
		}
	}
	return true;
}

/* Marks the parents of what has begun. False: nothing has changed. */
static bool
mark_begun(struct node *nodes, size_t count)
{
	bool changed = false;

	for (size_t i = count; i-- > 0;) {
		for (size_t k = 0; k < LEASE_PARENTS; k++) {
			long parent = nodes[i].parents[k];

			if (parent == NONE || !nodes[i].begun || nodes[parent].begun)
				continue;
			nodes[parent].begun = changed = true;
		}
	}
	return changed;
}

/* Will the shard be read, or something before it? Then its children follow. */
static bool
is_awaited(const struct node *node)
{
	return node->lease != NULL ? is_read(node->lease) : !node->begun || node->follows;
}

static bool
mark_follows(struct node *nodes, size_t count)
{
	bool changed = false;

	for (size_t i = 0; i < count; i++) {
		bool follows = nodes[i].parent_reads;

		for (size_t k = 0; k < LEASE_PARENTS; k++) {
			long parent = nodes[i].parents[k];

			follows = follows || (parent != NONE && is_awaited(&nodes[parent]));
		}
		changed = changed || follows != nodes[i].follows;
		nodes[i].follows = follows;
	}
	return changed;
}

bool
shared_missing(struct reader *reader, const struct leases *leases, const char *const *shards,
    size_t count, bool *missing, struct failure *failure)
{
	struct node *nodes = memory_new(count, sizeof *nodes);
	bool good = read_nodes(reader, leases, shards, count, nodes, failure);

	while (good && mark_begun(nodes, count)) {
	}
	while (good && mark_follows(nodes, count)) {
	}
	for (size_t i = 0; good && i < count; i++)
		missing[i] = nodes[i].lease == NULL && !nodes[i].begun && !nodes[i].follows;
	free(nodes);
	return good;
}
