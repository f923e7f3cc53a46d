/*
 * lease: the right of one reader to read one shard for a group, with the group's checkpoint in that
 * shard, as a lease table keeps it. Terms and rules are those of AWS's Kinesis Client Library
 * (KCL): amazon-kinesis-client, Lease and DynamoDBLeaseSerializer.
 */
#ifndef GROUP_LEASE_H
#define GROUP_LEASE_H

#include <stdbool.h>
#include <stdint.h>
#include "group/checkpoints.h"
#include "record/position.h"

enum {
	LEASE_TENURE = 32, /* of a tenure */
	LEASE_STREAM = 128, /* of a stream's identity */
	LEASE_PARENTS = 2,
	LEASE_HASH = 39 /* digits of a number below 2^128 */
};

/* Where the group continues in the shard. */
enum lease_at {
	LEASE_AT_POSITION, /* behind a position, or at it */
	LEASE_AT_TRIM_HORIZON,
	LEASE_AT_LATEST, /* what arrives once it is read, or since a time */
	LEASE_AT_TIMESTAMP, /* a time that only the KCL application knows */
	LEASE_AT_SHARD_END /* the shard was closed, and all its records are done */
};

struct lease {
	char shard[POSITION_SHARD + 1];
	char owner[GROUP_WORKER + 1]; /* the worker that holds it; "": it is free */
	/* The worker that may still commit while the owner waits for it; "": there is none. */
	char checkpoint_owner[GROUP_WORKER + 1];
	char tenure[LEASE_TENURE + 1]; /* of the last take by kread; "": there was none */
	int64_t counter; /* changes with each renewal and each take */
	enum lease_at at;
	char place[POSITION_SIZE]; /* LEASE_AT_POSITION: P or P+, as in struct checkpoint */
	int64_t since; /* LEASE_AT_LATEST: ms since 1970; -1: unknown */
	int64_t committed; /* ms since 1970: when kack committed; 0: unknown */
	char stream[LEASE_STREAM + 1]; /* the stream's identity; "": unknown */
	char parents[LEASE_PARENTS][POSITION_SHARD + 1]; /* "": none */
	char hash_keys[2][LEASE_HASH + 1]; /* the first and the last, to be written; "": unknown */
	uint32_t generation; /* a shard is read once all of earlier generations are done */
};

/* The lease of a shard that nobody has read: at the trim horizon. */
void lease_describe(struct lease *lease, const char *shard, const struct checkpoints_shard *about);

/* What has been committed in the shard. False: nothing, and no place is known. */
bool lease_checkpoint(const struct lease *lease, struct checkpoint *checkpoint);

/*
 * Is a position ahead of what has been committed in its shard? A mark P+ of a record in no
 * aggregate is the sub-sequence number 0 of the table; marks of aggregates name their last one.
 */
bool lease_is_ahead(const struct lease *lease, const struct position *position);

/*
 * Puts the lease at a place: a position, "SHARD:0" (the trim horizon) or a time. False: place is
 * not a place.
 */
bool lease_put_at(struct lease *lease, const char *place);

#endif
