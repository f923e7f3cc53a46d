/*
 * known: the leases as one reader has seen them, and since when each is unchanged by its own clock;
 * the clocks of other machines are never compared. Times are milliseconds of a clock that runs
 * through sleep (clock_boot).
 */
#ifndef GROUP_SHARE_KNOWN_H
#define GROUP_SHARE_KNOWN_H

#include "group/leases.h"

struct known_lease {
	struct lease lease;
	int64_t since; /* when its owner or counter was first seen to be as they are */
	bool renewed; /* they were seen to change: who owns it, lives or did so then */
	bool passed; /* this reader has written all of the shard */
};

/* Zeroed is empty. They are in the order of the shards' names. */
struct known {
	struct known_lease *leases;
	size_t count;
	uint32_t generation; /* the first that is neither done nor passed */
};

/* Takes over what was read; leases that are gone are forgotten. */
void known_update(struct known *known, const struct leases *leases, int64_t now);
/* The owners of all leases are known to live. */
void known_all_live(struct known *known, int64_t now);
/* This reader has written all of the shard, and continues behind it before that is committed. */
void known_pass(struct known *known, const char *shard);
/* NULL: the shard has no lease. */
struct known_lease *known_find(const struct known *known, const char *shard);
/* Takes over one lease that this reader has changed. */
void known_change(struct known *known, const struct lease *lease, int64_t now);
void known_free(struct known *known);

/* May the shard be read: is it not done, and are all its parents that have leases, and all shards
 * of earlier generations? */
bool known_is_readable(const struct known *known, const struct lease *lease);

/* Has the worker leases, and has it changed none of them for the failover time? Then it is dead. */
bool known_is_dead(const struct known *known, const char *worker, int64_t failover, int64_t now);

#endif
