/* shared_leases: the leases of a stream's shards, as the stream lists them. */
#ifndef KREAD_SHARED_LEASES_H
#define KREAD_SHARED_LEASES_H

#include "group/share/store.h"
#include "kread/reader.h"

/*
 * Adds leases that are missing: of a new group, from where it begins; else those that no reader
 * will add at the end of a shard's parents.
 */
bool shared_leases_create(struct reader *reader, struct lease_store *store,
    const struct start *from, struct failure *failure);
/* The leases of a shard's children, which the caller frees. */
bool shared_leases_children(struct reader *reader, const char *shard, struct lease **children,
    size_t *count, struct failure *failure);
/* Where reading begins, as stream_read_shard takes it. */
bool shared_leases_place(struct reader *reader, const struct lease *lease,
    char place[POSITION_SIZE], struct failure *failure);
/* A number that differs between readers. */
uint64_t shared_leases_seed(const char *worker);

#endif
