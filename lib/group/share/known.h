/*
 * known: what one reader remembers of all leases of its group, and since when each is unchanged by
 * its own clock; the clocks of other machines are never compared. Times are milliseconds of a clock
 * that runs through sleep (clock_boot). A group may have tens of thousands of leases: about 70
 * bytes are kept of each. Where it is committed to is known of those only that are held (state.h).
 */
#ifndef GROUP_SHARE_KNOWN_H
#define GROUP_SHARE_KNOWN_H

#include "group/leases.h"

enum { KNOWN_NOBODY = 0 /* a worker: there is none */ };

struct known_lease {
	const char *shard;
	int64_t counter;
	int64_t since; /* when its owner or counter was first seen to be as they are */
	uint32_t owner, checkpoint_owner; /* numbers of workers */
	int32_t parents[LEASE_PARENTS]; /* numbers of leases; -1: none, or it has no lease */
	uint32_t generation; /* as in struct lease */
	unsigned char at; /* enum lease_at */
	bool renewed; /* they were seen to change: who owns it, lives or did so then */
	bool passed; /* this reader has written all of the shard */
};

/* Zeroed is empty. */
struct known {
	struct known_lease *leases; /* in the order of the shards' names */
	size_t count;
	char **workers; /* in the order of their names; the first is "", KNOWN_NOBODY */
	size_t worker_count;
	int64_t read_at; /* when all of them were last read */
	char *shards; /* their names */
	uint32_t generation; /* the first that is neither done nor passed */
};

/* Takes over all leases, which are sorted; those that are gone are forgotten. */
void known_update(struct known *known, const struct leases *leases, int64_t now);
/* The owners of all leases are known to live. */
void known_all_live(struct known *known, int64_t now);
/* This reader has written all of the shard, and continues behind it before that is committed. */
void known_pass(struct known *known, const char *shard);
/* NULL: the shard has no lease. */
struct known_lease *known_find(const struct known *known, const char *shard);
/* Takes over one lease that this reader has changed, or looked at. */
void known_change(struct known *known, const struct lease *lease, int64_t now);
/* The number of a worker; it gets one if it has none, and others may get other numbers then. */
uint32_t known_worker(struct known *known, const char *name);
void known_free(struct known *known);

/* May the shard be read: is it not done, and are all its parents that have leases, and all shards
 * of earlier generations? */
bool known_is_readable(const struct known *known, const struct known_lease *lease);

/*
 * Has the worker leases, and has it changed none of them for the failover time, when all were last
 * read? Then it is dead.
 */
bool known_is_dead(const struct known *known, const char *worker, int64_t failover);

#endif
