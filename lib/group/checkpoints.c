/* checkpoints: calls the functions of each kind. */
#include "group/kind.h"

void
checkpoints_close(struct checkpoints *groups)
{
	if (groups != NULL)
		groups->kind->close(groups);
}

const char *
checkpoints_directory(const struct checkpoints *groups)
{
	return groups->kind->directory(groups);
}

bool
checkpoints_get(struct checkpoints *groups, const char *group, const char *shard,
    struct checkpoint *checkpoint, bool *found, struct failure *failure)
{
	return groups->kind->get(groups, group, shard, checkpoint, found, failure);
}

bool
checkpoints_have(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure)
{
	return groups->kind->have(groups, group, found, failure);
}

bool
checkpoints_check(
    struct checkpoints *groups, const char *group, const char *id, struct failure *failure)
{
	return groups->kind->check(groups, group, id, failure);
}

bool
checkpoints_commit(struct checkpoints *groups, const char *group, const char *id,
    const struct position *positions, size_t count, struct failure *failure)
{
	return groups->kind->commit(groups, group, id, positions, count, failure);
}

void
checkpoints_describe(
    struct checkpoints *groups, const char *shard, const struct checkpoints_shard *about)
{
	if (groups->kind->describe != NULL)
		groups->kind->describe(groups, shard, about);
}

bool
checkpoints_place(struct checkpoints *groups, const char *group, const char *id,
    char (*places)[POSITION_SIZE], size_t count, enum checkpoints_placing how,
    struct failure *failure)
{
	return groups->kind->place(groups, group, id, places, count, how, failure);
}

bool
checkpoints_delete(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure)
{
	return groups->kind->delete_group(groups, group, found, failure);
}

bool
checkpoints_stream_id(
    struct checkpoints *groups, const char *group, char **id, struct failure *failure)
{
	return groups->kind->stream_id(groups, group, id, failure);
}

bool
checkpoints_each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure)
{
	return groups->kind->each(groups, visit, context, failure);
}

bool
checkpoints_claim(struct checkpoints *groups, const char *group, struct failure *failure)
{
	return groups->kind->claim(groups, group, failure);
}

bool
checkpoints_reader(struct checkpoints *groups, const char *group, const char *shard,
    struct group_reader *reader, struct failure *failure)
{
	return groups->kind->reader(groups, group, shard, reader, failure);
}

enum reader_life
group_reader_life(const struct group_reader *reader, int64_t failover)
{
	if (reader->process != 0)
		return READER_LIVES;
	if (reader->worker[0] == '\0')
		return READER_NONE;
	if (reader->unchanged >= failover)
		return READER_DEAD;
	return reader->renewed ? READER_LIVES : READER_UNKNOWN;
}

bool
checkpoints_watch(struct checkpoints *groups, const char *group, int64_t failover, bool free_too,
    struct failure *failure)
{
	return groups->kind->watch == NULL ||
	       groups->kind->watch(groups, group, failover, free_too, failure);
}

const char *
checkpoints_notes(struct checkpoints *groups, struct failure *failure)
{
	return groups->kind->notes(groups, failure);
}
