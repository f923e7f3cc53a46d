/* known: notes when leases change. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/share/known.h"

static int
compare_name(const void *shard, const void *lease)
{
	return strcmp(shard, ((const struct known_lease *)lease)->lease.shard);
}

struct known_lease *
known_find(const struct known *known, const char *shard)
{
	if (known->count == 0)
		return NULL;
	return bsearch(shard, known->leases, known->count, sizeof *known->leases, compare_name);
}

static void
find_generation(struct known *known)
{
	known->generation = UINT32_MAX;
	for (size_t i = 0; i < known->count; i++) {
		const struct known_lease *lease = &known->leases[i];
		bool done = lease->passed || lease->lease.at == LEASE_AT_SHARD_END;

		if (!done && lease->lease.generation < known->generation)
			known->generation = lease->lease.generation;
	}
}

void
known_pass(struct known *known, const char *shard)
{
	struct known_lease *found = known_find(known, shard);

	if (found != NULL)
		found->passed = true;
	find_generation(known);
}

static bool
is_unchanged(const struct lease *before, const struct lease *now)
{
	return before->counter == now->counter && strcmp(before->owner, now->owner) == 0 &&
	       strcmp(before->checkpoint_owner, now->checkpoint_owner) == 0;
}

void
known_update(struct known *known, const struct leases *leases, int64_t now)
{
	struct known_lease *next = memory_new(leases->count + 1, sizeof *next);

	for (size_t i = 0; i < leases->count; i++) {
		const struct lease *lease = &leases->leases[i];
		const struct known_lease *before = known_find(known, lease->shard);

		next[i] = (struct known_lease){.lease = *lease, .since = now};
		if (before == NULL)
			continue;
		next[i].renewed = true;
		if (is_unchanged(&before->lease, lease)) {
			next[i].since = before->since;
			next[i].renewed = before->renewed;
		}
	}
	free(known->leases);
	known->leases = next;
	known->count = leases->count;
	find_generation(known);
}

void
known_all_live(struct known *known, int64_t now)
{
	for (size_t i = 0; i < known->count; i++) {
		struct known_lease *lease = &known->leases[i];

		lease->renewed = true;
		if (lease->lease.owner[0] != '\0')
			lease->since = now;
	}
}

void
known_change(struct known *known, const struct lease *lease, int64_t now)
{
	struct known_lease *found = known_find(known, lease->shard);

	if (found != NULL)
		*found = (struct known_lease){
		    .lease = *lease, .since = now, .renewed = true, .passed = found->passed};
	find_generation(known);
}

void
known_free(struct known *known)
{
	free(known->leases);
	*known = (struct known){.count = 0};
}

bool
known_is_readable(const struct known *known, const struct lease *lease)
{
	if (lease->at == LEASE_AT_SHARD_END || lease->generation > known->generation)
		return false;
	for (size_t i = 0; i < LEASE_PARENTS && lease->parents[i][0] != '\0'; i++) {
		const struct known_lease *parent = known_find(known, lease->parents[i]);

		if (parent != NULL && parent->lease.at != LEASE_AT_SHARD_END)
			return false;
	}
	return true;
}

bool
known_is_dead(const struct known *known, const char *worker, int64_t failover, int64_t now)
{
	bool has = false;

	for (size_t i = 0; i < known->count; i++) {
		const struct known_lease *lease = &known->leases[i];

		if (strcmp(lease->lease.owner, worker) != 0)
			continue;
		if (now - lease->since < failover)
			return false;
		has = true;
	}
	return has;
}
