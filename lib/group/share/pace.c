/* pace: the intervals. */
#include "group/share/pace.h"

enum {
	SCANS = 3, /* in a failover time, at most */
	SOON = 500, /* ms between looks while commits are waited for, or leases are contested */
	/* How much all readers together read of the table, as a rule: what one partition of a table
	 * of DynamoDB delivers. A unit is 4 KB, which are about 8 leases. */
	UNITS = 3000, /* in a second */
	LEASES = 8, /* in a unit */
	FIRST = 5 /* readers, by their names, that scan as often as in a small group */
};

static size_t
count_watched(const struct sharer *sharer, bool *leaving)
{
	size_t count = 0;

	*leaving = false;
	for (size_t i = 0; i < sharer->held_count; i++) {
		count += state_is_watched(sharer->held[i]);
		*leaving = *leaving || state_is_leaving(sharer, sharer->held[i]);
	}
	return count;
}

/* ms between two looks of a reader, if each of this many readers looks at that many units. */
static int64_t
spread(const struct sharer *sharer, size_t units)
{
	return (int64_t)(sharer->readers.count * units * 1000 / UNITS);
}

static int64_t
scan_every(const struct sharer *sharer)
{
	int64_t often = sharer->settings.failover / SCANS;
	int64_t seldom = spread(sharer, sharer->known.count / LEASES);
	/* A run that ends soon is one of few. */
	bool first = sharer->readers.before < FIRST || !sharer->settings.asks;

	if (sharer->settings.store->sees_ends)
		return often;
	if (sharer->contested && seldom < often && SOON < often)
		return seldom > SOON ? seldom : SOON;
	return first || seldom < often ? often : seldom;
}

static int64_t
watch_every(const struct sharer *sharer, size_t count, bool leaving)
{
	int64_t most = sharer->settings.failover / SCANS, every = spread(sharer, count);

	every = every > SOON ? every : SOON;
	return leaving && every < most ? every : most;
}

void
pace_scanned(struct sharer *sharer, int64_t now, bool good)
{
	sharer->scan_at = sharer->stale ? now : now + scan_every(sharer);
	sharer->contested = false;
	pace_watched(sharer, now, good);
}

void
pace_watched(struct sharer *sharer, int64_t now, bool good)
{
	bool leaving;
	size_t count = count_watched(sharer, &leaving);

	sharer->watch_at =
	    count > 0 ? now + watch_every(sharer, count, leaving && good) : INT64_MAX;
}

void
pace_renewed(struct sharer *sharer, int64_t now, bool good)
{
	int64_t at = good ? now : now + SOON;

	for (size_t i = 0; i < sharer->held_count; i++) {
		if (sharer->held[i]->doubted && at < sharer->watch_at)
			sharer->watch_at = at;
	}
}

void
sharer_rescan(struct sharer *sharer)
{
	if (sharer->settings.asks && !sharer->settings.store->sees_ends)
		return;
	sharer->stale = true;
	sharer->scan_at = 0;
}

void
pace_hurry(struct sharer *sharer)
{
	sharer->watch_at = 0;
}

int64_t
sharer_due(const struct sharer *sharer)
{
	return sharer->watch_at < sharer->scan_at ? sharer->watch_at : sharer->scan_at;
}

/* A lease that is looked at alone costs a unit. */
bool
pace_wants_all(const struct sharer *sharer, int64_t now)
{
	bool leaving;

	return sharer->settings.store->sees_ends || now >= sharer->scan_at ||
	       count_watched(sharer, &leaving) >= sharer->known.count / LEASES;
}
