/* shared_missing: which shards of a stream lack a lease that no reader will add. */
#ifndef KREAD_SHARED_MISSING_H
#define KREAD_SHARED_MISSING_H

#include "group/leases.h"
#include "kread/reader.h"

/*
 * missing[i]: whether the i-th of the count shards needs a lease. That of a shard with a lease on
 * one of its descendants was deleted once it was done, as the Kinesis Client Library does, or the
 * group began after it. A shard that has an ancestor that is still to be read gets its lease once
 * that is done.
 */
bool shared_missing(struct reader *reader, const struct leases *leases, const char *const *shards,
    size_t count, bool *missing, struct failure *failure);

#endif
