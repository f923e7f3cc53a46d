/* watch: looks at leases until it is known whether their readers live. */
#include <stdio.h>

#include "base/clock.h"
#include "group/dynamodb/watch.h"

enum { LOOKS = 10 /* in the failover time, in which a reader renews its leases three times */ };

void
watch_reader(const struct checkpoints_table *own, const struct known_lease *known,
    struct group_reader *reader)
{
	reader->leased = true;
	snprintf(reader->worker, sizeof reader->worker, "%s", own->known.workers[known->owner]);
	reader->ended = known->at == LEASE_AT_SHARD_END;
	reader->waits = !reader->ended && !known_is_readable(&own->known, known);
	reader->renewed = known->renewed;
	reader->unchanged = own->known_at - known->since;
}

/* Is there nothing to wait for? */
static bool
is_clear(const struct checkpoints_table *own, int64_t failover, bool free_too)
{
	for (size_t i = 0; i < own->known.count; i++) {
		struct group_reader reader = {.process = 0};
		enum reader_life life;

		watch_reader(own, &own->known.leases[i], &reader);
		life = group_reader_life(&reader, failover);
		if (!reader.ended && !reader.waits &&
		    (life == READER_UNKNOWN || (free_too && life == READER_NONE)))
			return false;
	}
	return true;
}

bool
watch_leases(struct checkpoints *groups, const char *group, int64_t failover, bool free_too,
    struct failure *failure)
{
	struct checkpoints_table *own = (struct checkpoints_table *)groups;
	int64_t start, next = clock_steady();

	(void)group;
	if (!change_read(own, failure))
		return false;
	for (start = own->known_at; own->known_at - start < failover;) {
		if (is_clear(own, failover, free_too))
			return true;
		next += failover * 1000 / LOOKS;
		if (!change_nap(&own->caller, next, failure) || !change_read(own, failure))
			return false;
	}
	return true;
}
