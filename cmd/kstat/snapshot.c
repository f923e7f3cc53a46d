/* look: a stream and its groups as they are at one moment. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "kstat/snapshot.h"

void
look_names_add(struct look_names *names, const char *name)
{
	names->names = memory_resize(names->names, names->count + 1, sizeof *names->names);
	names->names[names->count++] = memory_copy_text(name);
}

void
look_names_free(struct look_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct look_names){.count = 0};
}

static bool
note_name(void *context, const char *group, struct failure *failure)
{
	(void)failure;
	look_names_add(context, group);
	return true;
}

bool
look_names_all(struct look_names *names, struct checkpoints *groups, struct failure *failure)
{
	look_names_free(names);
	return groups == NULL || checkpoints_each(groups, note_name, names, failure);
}

static struct look_row *
add_row(struct look *look)
{
	if (look->count == look->capacity) {
		look->capacity = look->capacity > 0 ? 2 * look->capacity : 16;
		look->rows = memory_resize(look->rows, look->capacity, sizeof *look->rows);
	}
	look->rows[look->count] = (struct look_row){.shard = ""};
	return &look->rows[look->count++];
}

/* Has the group a checkpoint in what was there before the shard? Then all of the shard is its. */
static bool
look_back(
    const struct look_row *row, struct checkpoints *groups, bool *begun, struct failure *failure)
{
	const struct shard_state *state = &row->state;
	size_t before = state->parent_count > 0 ? state->parent + state->parent_count : 0;
	struct checkpoint checkpoint;
	char shard[POSITION_SHARD + 1];

	*begun = false;
	for (size_t i = 0; i < before && !*begun; i++) {
		snprintf(shard, sizeof shard, "%zu", i);
		if (!checkpoints_get(groups, row->group.name, shard, &checkpoint, begun, failure))
			return false;
	}
	return true;
}

static bool
look_at_group(struct look_row *row, struct stream *stream, struct checkpoints *groups,
    struct failure *failure)
{
	struct look_group *group = &row->group;
	char first[POSITION_SHARD + 3];
	bool begun = false;

	if (groups != NULL &&
	    (!checkpoints_get(
	         groups, group->name, row->shard, &group->checkpoint, &group->found, failure) ||
	        !checkpoints_reader(groups, group->name, &group->reader, failure)))
		return false;
	if (groups != NULL && !group->found && !look_back(row, groups, &begun, failure))
		return false;
	snprintf(first, sizeof first, "%s:1", row->shard);
	return stream_behind(stream, row->shard,
	    group->found ? group->checkpoint.text
	    : begun      ? first
	                 : NULL,
	    &group->lag, failure);
}

bool
look_take(struct look *look, struct stream *stream, struct checkpoints *groups,
    const struct look_names *names, struct failure *failure)
{
	const char *const *shards;
	size_t all = stream_shards(stream, &shards, failure);

	look->time = clock_now();
	look->count = 0;
	for (size_t i = 0; i < all; i++) {
		struct shard_state state;

		if (!stream_state(stream, shards[i], &state, failure))
			return false;
		for (size_t g = 0; g < names->count || g == 0; g++) {
			struct look_row *row = add_row(look);

			snprintf(row->shard, sizeof row->shard, "%s", shards[i]);
			row->state = state;
			if (names->count == 0)
				break;
			row->group.name = names->names[g];
			if (!look_at_group(row, stream, groups, failure))
				return false;
		}
	}
	return all > 0;
}

void
look_free(struct look *look)
{
	free(look->rows);
	*look = (struct look){.count = 0};
}
