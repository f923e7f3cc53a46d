/*
 * store: a table of leases that many readers share, as sharer.h drives it. Each change has a
 * condition, so that of two readers only one succeeds. DynamoDB is one (group/dynamodb), the file
 * beside an embedded stream (group/file) and the table of a simulation are others.
 */
#ifndef GROUP_SHARE_STORE_H
#define GROUP_SHARE_STORE_H

#include "base/failure.h"
#include "group/checkpoints.h"
#include "group/leases.h"

/*
 * What a worker does with a lease. All but LOOK, YIELD and RELEASE require that its owner and
 * counter are as last seen; all but LOOK add 1 to the counter.
 */
enum lease_step {
	LEASE_LOOK, /* reads it, and changes nothing; LEASE_CONFLICT: it is gone */
	LEASE_TAKE, /* becomes its owner, in a new tenure */
	LEASE_ASK, /* becomes its owner; who held it stays checkpoint owner, in its tenure */
	LEASE_ADOPT, /* begins a tenure in a lease that was asked for; no checkpoint owner stays */
	LEASE_RENEW,
	LEASE_YIELD, /* gives up what another has asked for: is no longer its checkpoint owner */
	LEASE_RELEASE, /* gives it up; YIELD and RELEASE require the tenure */
	LEASE_END /* all of the shard is done: gives it up, at the end of the shard */
};

enum lease_change {
	LEASE_CHANGED,
	LEASE_CONFLICT, /* it is no longer as it was seen: nothing was changed */
	LEASE_FAILED /* it may have been changed or not */
};

struct lease_request {
	enum lease_step step;
	struct lease lease; /* as last seen; of a step that succeeded: as it is now */
	char tenure[LEASE_TENURE + 1]; /* TAKE, ADOPT: the new one */
	enum lease_change result;
};

struct lease_store {
	/*
	 * It sees at once that the process of a worker has ended, and reads its leases as free. Then
	 * nothing needs to be renewed, and a worker that lives keeps a lease until it gives it up.
	 */
	bool sees_ends;
	/*
	 * Takes the worker's name until this process ends, and frees the leases of earlier processes
	 * of that name. *taken false: another process has it. NULL: the store knows no processes.
	 */
	bool (*join)(
	    struct lease_store *store, const char *worker, bool *taken, struct failure *failure);
	/* Replaces leases by all that there are, sorted. */
	bool (*read)(struct lease_store *store, struct leases *leases, struct failure *failure);
	/* Makes each change, all at the same time. failure says why those failed that did. */
	void (*change)(struct lease_store *store, const char *worker,
	    struct lease_request *requests, size_t count, struct failure *failure);
	/* Adds the leases of those shards that have none. False: some may not be added. */
	bool (*add)(struct lease_store *store, const struct lease *leases, size_t count,
	    struct failure *failure);
	/* Removes a lease, if it is as it was seen. NULL: leases stay. */
	enum lease_change (*remove)(
	    struct lease_store *store, const struct lease *lease, struct failure *failure);
	/* May leases be asked for? False: another program assigns them. NULL: always. now: ms. */
	bool (*may_ask)(struct lease_store *store, int64_t now);
	void (*close)(struct lease_store *store);
};

/*
 * Opens the store of a group (lib/open); id: the stream's. timeout: ms without a byte that end an
 * attempt of a call. groups: where the group is kept; a store in a file works with it, in whatever
 * thread, until it is closed, and fails with FAILURE_TEMPORARY if another reads the whole group.
 */
struct lease_store *lease_store_open(struct checkpoints *groups, const char *group, const char *id,
    int64_t timeout, const struct caller *caller, struct failure *failure);

/* What a step makes of a lease that fits; worker: who takes it. */
void lease_step_apply(struct lease_request *request, const char *worker);

#endif
