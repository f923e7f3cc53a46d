/* known: notes when leases change. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/share/known.h"

static int
compare_shard(const void *shard, const void *lease)
{
	return strcmp(shard, ((const struct known_lease *)lease)->shard);
}

struct known_lease *
known_find(const struct known *known, const char *shard)
{
	if (known->count == 0)
		return NULL;
	return bsearch(shard, known->leases, known->count, sizeof *known->leases, compare_shard);
}

/* --- workers --- */

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Where a worker is, or has its place. */
static size_t
place_of(const struct known *known, const char *name)
{
	size_t first = 0, last = known->worker_count;

	while (first < last) {
		size_t middle = first + (last - first) / 2;

		if (strcmp(known->workers[middle], name) < 0)
			first = middle + 1;
		else
			last = middle;
	}
	return first;
}

uint32_t
known_worker(struct known *known, const char *name)
{
	size_t place;

	if (known->worker_count == 0) {
		known->workers = memory_new(1, sizeof *known->workers);
		known->workers[known->worker_count++] = memory_copy_text("");
	}
	place = place_of(known, name);
	if (place < known->worker_count && strcmp(known->workers[place], name) == 0)
		return (uint32_t)place;
	known->workers =
	    memory_resize(known->workers, known->worker_count + 1, sizeof *known->workers);
	memmove(known->workers + place + 1, known->workers + place,
	    (known->worker_count - place) * sizeof *known->workers);
	known->workers[place] = memory_copy_text(name);
	known->worker_count++;
	for (size_t i = 0; i < known->count; i++) {
		known->leases[i].owner += known->leases[i].owner >= place;
		known->leases[i].checkpoint_owner += known->leases[i].checkpoint_owner >= place;
	}
	return (uint32_t)place;
}

/* Lists each worker that the leases name, once. */
static void
list_workers(struct known *known, const struct leases *leases)
{
	const char **names = memory_new(2 * leases->count + 1, sizeof *names);
	size_t count = 0;

	names[count++] = "";
	for (size_t i = 0; i < leases->count; i++) {
		names[count++] = leases->leases[i].owner;
		names[count++] = leases->leases[i].checkpoint_owner;
	}
	qsort(names, count, sizeof *names, compare_texts);
	known->workers = memory_new(count, sizeof *known->workers);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || strcmp(names[i - 1], names[i]) != 0)
			known->workers[known->worker_count++] = memory_copy_text(names[i]);
	}
	free(names);
	known->workers = memory_resize(known->workers, known->worker_count, sizeof *known->workers);
}

/* --- leases --- */

static void
find_generation(struct known *known)
{
	known->generation = UINT32_MAX;
	for (size_t i = 0; i < known->count; i++) {
		const struct known_lease *lease = &known->leases[i];
		bool done = lease->passed || lease->at == LEASE_AT_SHARD_END;

		if (!done && lease->generation < known->generation)
			known->generation = lease->generation;
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
is_unchanged(const struct known *before, const struct known_lease *lease, const struct lease *now)
{
	return lease->counter == now->counter &&
	       strcmp(before->workers[lease->owner], now->owner) == 0 &&
	       strcmp(before->workers[lease->checkpoint_owner], now->checkpoint_owner) == 0;
}

static void
list_leases(struct known *known, const struct leases *leases, int64_t now)
{
	size_t room = 1;
	char *name;

	for (size_t i = 0; i < leases->count; i++)
		room += strlen(leases->leases[i].shard) + 1;
	known->leases = memory_new(leases->count + 1, sizeof *known->leases);
	known->count = leases->count;
	known->shards = name = memory_new(room, 1);
	for (size_t i = 0; i < leases->count; i++) {
		const struct lease *lease = &leases->leases[i];
		size_t size = strlen(lease->shard) + 1;

		memcpy(name, lease->shard, size);
		known->leases[i] = (struct known_lease){.shard = name,
		    .counter = lease->counter,
		    .since = now,
		    .owner = (uint32_t)place_of(known, lease->owner),
		    .checkpoint_owner = (uint32_t)place_of(known, lease->checkpoint_owner),
		    .generation = lease->generation,
		    .at = (unsigned char)lease->at};
		name += size;
	}
}

static void
find_parents(struct known *known, const struct leases *leases)
{
	for (size_t i = 0; i < known->count; i++) {
		for (size_t p = 0; p < LEASE_PARENTS; p++) {
			const char *name = leases->leases[i].parents[p];
			struct known_lease *parent =
			    name[0] != '\0' ? known_find(known, name) : NULL;

			known->leases[i].parents[p] =
			    parent != NULL ? (int32_t)(parent - known->leases) : -1;
		}
	}
}

void
known_update(struct known *known, const struct leases *leases, int64_t now)
{
	struct known next = {.read_at = now};
	size_t at = 0;

	list_workers(&next, leases);
	list_leases(&next, leases, now);
	find_parents(&next, leases);
	for (size_t i = 0; i < next.count; i++) {
		struct known_lease *lease = &next.leases[i];
		const struct known_lease *before;

		while (at < known->count && strcmp(known->leases[at].shard, lease->shard) < 0)
			at++;
		if (at == known->count || strcmp(known->leases[at].shard, lease->shard) != 0)
			continue;
		before = &known->leases[at];
		lease->renewed = true;
		if (is_unchanged(known, before, &leases->leases[i])) {
			lease->since = before->since;
			lease->renewed = before->renewed;
		}
	}
	known_free(known);
	*known = next;
	find_generation(known);
}

void
known_all_live(struct known *known, int64_t now)
{
	for (size_t i = 0; i < known->count; i++) {
		struct known_lease *lease = &known->leases[i];

		lease->renewed = true;
		if (lease->owner != KNOWN_NOBODY)
			lease->since = now;
	}
}

void
known_change(struct known *known, const struct lease *lease, int64_t now)
{
	struct known_lease *found = known_find(known, lease->shard);

	if (found == NULL)
		return;
	if (found->at != (unsigned char)lease->at) {
		found->at = (unsigned char)lease->at;
		find_generation(known);
	}
	if (is_unchanged(known, found, lease))
		return;
	found->counter = lease->counter;
	found->since = now;
	found->renewed = true;
	/* One by one, as a new worker changes the numbers of others. */
	found->owner = KNOWN_NOBODY;
	found->checkpoint_owner = KNOWN_NOBODY;
	found->owner = known_worker(known, lease->owner);
	found->checkpoint_owner = known_worker(known, lease->checkpoint_owner);
}

void
known_free(struct known *known)
{
	for (size_t i = 0; i < known->worker_count; i++)
		free(known->workers[i]);
	free(known->workers);
	free(known->leases);
	free(known->shards);
	*known = (struct known){.count = 0};
}

bool
known_is_readable(const struct known *known, const struct known_lease *lease)
{
	if (lease->at == LEASE_AT_SHARD_END || lease->generation > known->generation)
		return false;
	for (size_t i = 0; i < LEASE_PARENTS; i++) {
		if (lease->parents[i] >= 0 &&
		    known->leases[lease->parents[i]].at != LEASE_AT_SHARD_END)
			return false;
	}
	return true;
}

bool
known_is_dead(const struct known *known, const char *worker, int64_t failover)
{
	size_t number = place_of(known, worker);
	bool has = false;

	if (number == known->worker_count || strcmp(known->workers[number], worker) != 0)
		return false;
	for (size_t i = 0; i < known->count; i++) {
		const struct known_lease *lease = &known->leases[i];

		if (lease->owner != number)
			continue;
		if (known->read_at - lease->since < failover)
			return false;
		has = true;
	}
	return has;
}
