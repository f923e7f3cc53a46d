/* shared_embedded: the leases of the shards of an embedded stream. */
#ifndef KREAD_SHARED_EMBEDDED_H
#define KREAD_SHARED_EMBEDDED_H

#include "group/share/store.h"
#include "kread/reader.h"

/*
 * Adds leases that are missing: of a new group, from where it begins; else from its checkpoints, as
 * a reader of the whole group would continue.
 */
bool shared_embedded_create(struct reader *reader, struct lease_store *store,
    const struct start *from, struct failure *failure);
/* The leases of the shards of the next generation, which the caller frees. */
bool shared_embedded_children(struct reader *reader, const char *shard, struct lease **children,
    size_t *count, struct failure *failure);

#endif
