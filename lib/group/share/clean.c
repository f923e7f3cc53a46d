/* clean: removes leases of shards that have expired. */

/*
 * As KCL's LeaseCleanupManager does: a parent's lease stays until its children have leases that are
 * past the trim horizon, because a child without a lease gets one only if its parents are done. The
 * leases are sorted, parents first, and a child's lease stays as long as its parent's: so none is
 * left that has no children any more.
 */
#include <string.h>

#include "group/share/clean.h"

enum { AT_ONCE = 4 /* each is a call, and leases are to be renewed */ };

static bool
is_child(const struct known_lease *lease, size_t parent)
{
	for (size_t i = 0; i < LEASE_PARENTS; i++) {
		if (lease->parents[i] == (int32_t)parent)
			return true;
	}
	return false;
}

static bool
has_begun(const struct known_lease *lease)
{
	return lease->at == LEASE_AT_POSITION || lease->at == LEASE_AT_SHARD_END;
}

static bool
children_have_begun(const struct known *known, size_t parent)
{
	bool found = false;

	for (size_t i = 0; i < known->count; i++) {
		if (!is_child(&known->leases[i], parent))
			continue;
		if (!has_begun(&known->leases[i]))
			return false;
		found = true;
	}
	return found;
}

static bool
is_over(const struct sharer *sharer, size_t number)
{
	const struct known_lease *lease = &sharer->known.leases[number];

	return lease->at == LEASE_AT_SHARD_END && lease->owner == KNOWN_NOBODY &&
	       lease->checkpoint_owner == KNOWN_NOBODY &&
	       sharer->settings.has_expired(sharer->settings.context, lease->shard) &&
	       children_have_begun(&sharer->known, number);
}

void
clean_expired(struct sharer *sharer, const struct leases *seen)
{
	struct lease_store *store = sharer->settings.store;
	size_t removed = 0;

	if (sharer->settings.has_expired == NULL || store->remove == NULL || sharer->keeps)
		return;
	for (size_t i = 0; i < seen->count && removed < AT_ONCE; i++) {
		struct failure failure;

		if (!is_over(sharer, i))
			continue;
		if (store->remove(store, &seen->leases[i], &failure) == LEASE_FAILED) {
			/* Without the permission they stay. */
			sharer->keeps = failure.kind == FAILURE_PERMANENT;
			return;
		}
		removed++;
	}
}
