/* limits: reads checkpoints, and compares positions with them. */
#include <stdlib.h>

#include "base/memory.h"
#include "journal/limits.h"

static bool
read_limit(struct limit *limit, const struct place *place, struct checkpoints *groups,
    const char *group, struct failure *failure)
{
	char *shard;
	bool good;

	limit->open = place->seen || groups == NULL;
	if (limit->open)
		return true;
	shard = memory_copy(place->position.shard.start, place->position.shard.length);
	good = checkpoints_get(groups, group, shard, &limit->checkpoint, &limit->found, failure);
	free(shard);
	limit->open = limit->found && (limit->checkpoint.is_time || limit->checkpoint.ended);
	return good;
}

bool
limits_read(struct limits *limits, const struct position *before, const struct places *places,
    struct checkpoints *groups, const char *group, struct failure *failure)
{
	*limits = (struct limits){.before = before, .places = places};
	limits->limits = memory_new(places->count + 1, sizeof *limits->limits);
	for (size_t i = 0; i < places->count; i++) {
		if (!read_limit(&limits->limits[i], places->items[i], groups, group, failure))
			return false;
	}
	return true;
}

void
limits_free(struct limits *limits)
{
	free(limits->limits);
}

bool
limits_keep(const struct limits *limits, const struct position *position)
{
	if (span_equal(position->shard, limits->before->shard))
		return position_compare(position, limits->before) < 0;
	for (size_t i = 0; i < limits->places->count; i++) {
		const struct limit *limit = &limits->limits[i];

		if (!span_equal(limits->places->items[i]->position.shard, position->shard))
			continue;
		return limit->open || (limit->found && position_compare(position,
		                                           &limit->checkpoint.position) < 0);
	}
	return true;
}
