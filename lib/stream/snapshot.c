/* snapshot: reads the state of a stream and its groups. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "stream/snapshot.h"

void
snapshot_names_add(struct snapshot_names *names, const char *name)
{
	names->names = memory_resize(names->names, names->count + 1, sizeof *names->names);
	names->names[names->count++] = memory_copy_text(name);
}

void
snapshot_names_free(struct snapshot_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct snapshot_names){.count = 0};
}

static bool
note_name(void *context, const char *group, struct failure *failure)
{
	(void)failure;
	snapshot_names_add(context, group);
	return true;
}

bool
snapshot_names_all(
    struct snapshot_names *names, struct checkpoints *groups, struct failure *failure)
{
	snapshot_names_free(names);
	return groups == NULL || checkpoints_each(groups, note_name, names, failure);
}

static struct snapshot_row *
add_row(struct snapshot *snapshot)
{
	if (snapshot->count == snapshot->capacity) {
		snapshot->capacity = snapshot->capacity > 0 ? 2 * snapshot->capacity : 16;
		snapshot->rows =
		    memory_resize(snapshot->rows, snapshot->capacity, sizeof *snapshot->rows);
	}
	snapshot->rows[snapshot->count] = (struct snapshot_row){.shard = ""};
	return &snapshot->rows[snapshot->count++];
}

/* Has the group a checkpoint in a shard that existed before this one? Then it will read all of this
 * one. */
static bool
began_before(const struct snapshot_row *row, struct checkpoints *groups, bool *begun,
    struct failure *failure)
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
read_group(struct snapshot_row *row, struct stream *stream, struct checkpoints *groups,
    struct failure *failure)
{
	struct snapshot_group *group = &row->group;
	char first[POSITION_SHARD + 3];
	bool begun = false;

	if (groups != NULL &&
	    (!checkpoints_get(
	         groups, group->name, row->shard, &group->checkpoint, &group->found, failure) ||
	        !checkpoints_reader(groups, group->name, row->shard, &group->reader, failure)))
		return false;
	if (groups != NULL && !group->found && !began_before(row, groups, &begun, failure))
		return false;
	if (group->found && group->checkpoint.ended)
		return true;
	snprintf(first, sizeof first, "%s:1", row->shard);
	return stream_behind(stream, row->shard,
	    group->found ? group->checkpoint.text
	    : begun      ? first
	                 : NULL,
	    &group->lag, failure);
}

bool
snapshot_take(struct snapshot *snapshot, struct stream *stream, struct checkpoints *groups,
    const struct snapshot_names *names, struct failure *failure)
{
	const char *const *shards;
	size_t all = stream_shards(stream, &shards, failure);

	snapshot->time = clock_now();
	snapshot->count = 0;
	for (size_t i = 0; i < all; i++) {
		struct shard_state state;

		if (!stream_state(stream, shards[i], &state, failure))
			return false;
		for (size_t g = 0; g < names->count || g == 0; g++) {
			struct snapshot_row *row = add_row(snapshot);

			snprintf(row->shard, sizeof row->shard, "%s", shards[i]);
			row->state = state;
			if (names->count == 0)
				break;
			row->group.name = names->names[g];
			if (!read_group(row, stream, groups, failure))
				return false;
		}
	}
	return all > 0;
}

void
snapshot_free(struct snapshot *snapshot)
{
	free(snapshot->rows);
	*snapshot = (struct snapshot){.count = 0};
}
