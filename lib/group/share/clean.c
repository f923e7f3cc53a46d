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
is_child(const struct lease *lease, const char *parent)
{
	for (size_t i = 0; i < LEASE_PARENTS; i++) {
		if (strcmp(lease->parents[i], parent) == 0)
			return true;
	}
	return false;
}

static bool
has_begun(const struct lease *lease)
{
	return lease->at == LEASE_AT_POSITION || lease->at == LEASE_AT_SHARD_END;
}

static bool
children_have_begun(const struct known *known, const char *shard)
{
	bool found = false;

	for (size_t i = 0; i < known->count; i++) {
		const struct lease *lease = &known->leases[i].lease;

		if (!is_child(lease, shard))
			continue;
		if (!has_begun(lease))
			return false;
		found = true;
	}
	return found;
}

static bool
is_over(const struct sharer *sharer, const struct known_lease *known)
{
	const struct lease *lease = &known->lease;
	int64_t since = known->renewed ? known->since : 0;

	return lease->at == LEASE_AT_SHARD_END && lease->owner[0] == '\0' &&
	       lease->checkpoint_owner[0] == '\0' &&
	       sharer->settings.has_expired(sharer->settings.context, lease->shard, since) &&
	       children_have_begun(&sharer->known, lease->shard);
}

void
clean_expired(struct sharer *sharer)
{
	struct lease_store *store = sharer->settings.store;
	size_t removed = 0;

	if (sharer->settings.has_expired == NULL || store->remove == NULL || sharer->keeps)
		return;
	for (size_t i = 0; i < sharer->known.count && removed < AT_ONCE; i++) {
		const struct known_lease *known = &sharer->known.leases[i];
		struct failure failure;

		if (!is_over(sharer, known))
			continue;
		if (store->remove(store, &known->lease, &failure) == LEASE_FAILED) {
			/* Without the permission they stay. */
			sharer->keeps = failure.kind == FAILURE_PERMANENT;
			return;
		}
		removed++;
	}
}
