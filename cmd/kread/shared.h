/*
 * shared: reads the shards whose leases this kread holds, as one of the readers of a group in
 * DynamoDB, or of one of an embedded stream.
 */
#ifndef KREAD_SHARED_H
#define KREAD_SHARED_H

#include "group/share/share.h"
#include "kread/listed.h"
#include "kread/reader.h"

struct shared_options {
	const char *worker; /* NULL: named after the machine */
	int64_t failover; /* ms; not used for an embedded stream */
	int64_t handover; /* ms */
	uint64_t max_leases; /* 0: no limit */
};

struct shared {
	struct reader *reader;
	struct shared_options options;
	struct share *share; /* NULL: it has not begun */
	bool embedded; /* the leases are in a file, and end with the process */
	bool piped; /* the output is a pipe, at whose end is kack */
	char worker[GROUP_WORKER + 1];
	const char *notes; /* the directory of the tenures on this machine; NULL if it is embedded */
	char run[LEASE_TENURE + 1]; /* as in struct tenure */
	struct listed listed;
};

/* Joins the group, and creates the leases that are missing; from: where a new group begins. */
bool shared_begin(struct shared *shared, const struct start *from, struct failure *failure);
/* Begins and ends shards as the leases come and go. Once before each reader_step. */
bool shared_step(struct shared *shared, struct failure *failure);
/* Without -f: has everything been read that this reader could get? */
bool shared_is_done(struct shared *shared);
/*
 * Gives up the leases, once what was read is committed; how reading ended is in failure. Closes
 * standard output, so that the pipeline ends.
 */
void shared_end(struct shared *shared, const struct failure *failure);

#endif
