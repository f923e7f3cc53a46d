/* state: what a sharer knows and holds; private to this folder. */
#ifndef GROUP_SHARE_STATE_H
#define GROUP_SHARE_STATE_H

#include "group/share/balance.h"
#include "group/share/known.h"
#include "group/share/sharer.h"

enum stage {
	WAITING, /* asked for: who had it may still commit */
	READING,
	YIELDING, /* another reader has asked for it; sharer_yielded will say how far it was read */
	LEAVING /* it is given up once mark is committed */
};

struct held {
	struct lease lease; /* as last known */
	struct tenure tenure;
	enum stage stage;
	int64_t renewed; /* when the last renewal that succeeded was started */
	int64_t deadline; /* WAITING, YIELDING, LEAVING: it is not waited for longer */
	bool asked; /* LEAVING: for another reader, which is its owner already */
	bool ended; /* LEAVING: the shard is at its end */
	bool doubted; /* a renewal did not succeed: another may have changed it */
	char mark[POSITION_SIZE]; /* LEAVING: what must be committed; "": nothing */
	struct lease *children; /* ended: leases to be added */
	size_t child_count;
	bool children_added;
};

struct sharer {
	struct sharer_settings settings;
	struct known known;
	struct balance_readers readers; /* as of the last scan */
	const struct leases *seen; /* during a scan: all leases, as known has them */
	int64_t scan_at, watch_at; /* when to look again: pace.c */
	bool stale; /* a shard has ended since the last scan, and the run ends when all is read */
	bool contested; /* another has taken a lease just before this reader would have */
	struct held **held; /* in the order of the shards' names */
	size_t held_count;
	struct share_event *events; /* in their order, from event_first on */
	size_t event_first, event_count, event_capacity;
	uint64_t seed;
	struct lease *born; /* leases that were added, of children of shards that have ended */
	size_t born_count;
	bool finishing; /* nothing more is taken */
	bool unfit; /* a tenure could not be noted */
	bool unsettled; /* of a store that sees ends: the next scan may find more to take */
	bool keeps; /* leases of shards that have expired: they may not be removed */
};

void state_event(
    struct sharer *sharer, enum share_kind kind, const struct lease *lease, const char *why);
/* Is it given up as soon as something is committed, or given up by another reader? */
bool state_is_leaving(const struct sharer *sharer, const struct held *held);
/* May another reader, or kack, have changed it? Then it is looked at more often than the rest. */
bool state_is_watched(const struct held *held);
/* NULL: it is not held. */
struct held *state_find(const struct sharer *sharer, const char *shard);
struct held *state_add(
    struct sharer *sharer, const struct lease *lease, enum stage stage, int64_t now);
/* Forgets it, and its note. */
void state_drop(struct sharer *sharer, struct held *held);
/* The same, with an event for the reader if it reads the shard. */
void state_lose(struct sharer *sharer, struct held *held, const char *why);
/* Its tenure begins. False: it could not be noted, and the lease is given up. */
bool state_begin(struct sharer *sharer, struct held *held, int64_t now, struct failure *failure);

#endif
