/* leases: keeps leases. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/leases.h"

struct lease *
leases_add(struct leases *leases)
{
	if (leases->count == leases->capacity) {
		leases->capacity = leases->capacity > 0 ? 2 * leases->capacity : 16;
		leases->leases =
		    memory_resize(leases->leases, leases->capacity, sizeof *leases->leases);
	}
	return &leases->leases[leases->count++];
}

static int
compare(const void *a, const void *b)
{
	return strcmp(((const struct lease *)a)->shard, ((const struct lease *)b)->shard);
}

void
leases_sort(struct leases *leases)
{
	if (leases->count > 0)
		qsort(leases->leases, leases->count, sizeof *leases->leases, compare);
}

static int
compare_name(const void *name, const void *lease)
{
	return strcmp(name, ((const struct lease *)lease)->shard);
}

const struct lease *
leases_find(const struct leases *leases, const char *shard)
{
	if (leases->count == 0)
		return NULL;
	return bsearch(shard, leases->leases, leases->count, sizeof *leases->leases, compare_name);
}

void
leases_free(struct leases *leases)
{
	free(leases->leases);
	*leases = (struct leases){.count = 0};
}
