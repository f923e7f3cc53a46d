/* send_groups: counts entries by upper bounds, and keeps the records of each lane in a list. */
#include <stdlib.h>

#include "base/memory.h"
#include "stream/kinesis/aggregate_writer.h"
#include "stream/kinesis/put_records.h"
#include "stream/kinesis/send_groups.h"

/* What a request has of a lane. */
struct group {
	uint64_t request; /* the request that this is about */
	size_t size; /* of its last aggregate, at most; 0: the next record begins one */
	unsigned count; /* members of that */
	int32_t first, last; /* slots */
};

struct send_groups {
	struct group *lanes;
	struct slot {
		int32_t next;
		bool alone;
	} * slots;
	size_t used[PUT_RECORDS_MOST]; /* the lanes of this request */
	size_t used_count;
	uint64_t request;
	size_t entries, bytes; /* at most */
};

struct send_groups *
send_groups_open(size_t most)
{
	struct send_groups *groups = memory_new(1, sizeof *groups);

	groups->slots = memory_new(most, sizeof *groups->slots);
	send_groups_divide(groups, 1);
	return groups;
}

void
send_groups_close(struct send_groups *groups)
{
	if (groups == NULL)
		return;
	free(groups->lanes);
	free(groups->slots);
	free(groups);
}

void
send_groups_divide(struct send_groups *groups, size_t lanes)
{
	free(groups->lanes);
	groups->lanes = memory_new(lanes, sizeof *groups->lanes);
	groups->used_count = 0;
}

void
send_groups_begin(struct send_groups *groups)
{
	groups->request++;
	groups->used_count = groups->entries = groups->bytes = 0;
}

/* Has the lane an aggregate with room for it? */
static bool
joins(const struct send_groups *groups, const struct send_growth *growth)
{
	const struct group *group = &groups->lanes[growth->lane];

	return !growth->alone && group->request == groups->request && group->size > 0 &&
	       group->count < AGGREGATE_MEMBERS && group->size + growth->bound <= AGGREGATE_BYTES;
}

void
send_groups_measure(const struct send_groups *groups, struct send_growth *growth)
{
	bool joined = joins(groups, growth);

	growth->entries = groups->entries + (joined ? 0 : 1);
	growth->bytes = groups->bytes + growth->bound;
	if (!growth->alone && !joined)
		growth->bytes += AGGREGATE_FRAME + strlen(AGGREGATE_KEY);
}

void
send_groups_add(struct send_groups *groups, const struct send_growth *growth, unsigned slot)
{
	struct group *group = &groups->lanes[growth->lane];
	bool joined = joins(groups, growth);

	groups->entries = growth->entries;
	groups->bytes = growth->bytes;
	groups->slots[slot] = (struct slot){.next = -1, .alone = growth->alone};
	if (group->request != groups->request) {
		*group = (struct group){.request = groups->request, .first = (int32_t)slot};
		groups->used[groups->used_count++] = growth->lane;
	} else {
		groups->slots[group->last].next = (int32_t)slot;
	}
	group->last = (int32_t)slot;
	if (growth->alone) {
		group->size = group->count = 0;
		return;
	}
	if (!joined) {
		group->size = AGGREGATE_FRAME + strlen(AGGREGATE_KEY);
		group->count = 0;
	}
	group->size += growth->bound;
	group->count++;
}

size_t
send_groups_count(const struct send_groups *groups)
{
	return groups->used_count;
}

int32_t
send_groups_first(const struct send_groups *groups, size_t number)
{
	return groups->lanes[groups->used[number]].first;
}

int32_t
send_groups_next(const struct send_groups *groups, int32_t slot)
{
	return groups->slots[slot].next;
}

bool
send_groups_is_alone(const struct send_groups *groups, int32_t slot)
{
	return groups->slots[slot].alone;
}
