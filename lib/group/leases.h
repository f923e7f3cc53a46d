/* leases: those of all shards that a group has, in the order of the shards' names. */
#ifndef GROUP_LEASES_H
#define GROUP_LEASES_H

#include <stddef.h>
#include "group/lease.h"

/* Zeroed is empty. */
struct leases {
	struct lease *leases;
	size_t count;
	size_t capacity;
};

/* The one that was added last is at the end; leases_sort puts it in its place. */
struct lease *leases_add(struct leases *leases);
void leases_sort(struct leases *leases);
/* NULL: the shard has none. They must be sorted. */
const struct lease *leases_find(const struct leases *leases, const char *shard);
void leases_free(struct leases *leases);

#endif
