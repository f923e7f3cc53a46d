/* several: finds the place of each group. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/kind.h"
#include "group/several.h"

struct kept {
	char *group; /* NULL: all others */
	struct checkpoints *place;
};

struct several {
	struct checkpoints base;
	struct kept *kept;
	size_t count;
};

/* NULL: nothing has been committed where that group is kept. */
static struct checkpoints *
place_of(struct checkpoints *groups, const char *group)
{
	struct several *several = (struct several *)groups;
	struct checkpoints *others = NULL;

	for (size_t i = 0; i < several->count; i++) {
		if (several->kept[i].group == NULL)
			others = several->kept[i].place;
		else if (group != NULL && strcmp(several->kept[i].group, group) == 0)
			return several->kept[i].place;
	}
	return others;
}

static void
close_all(struct checkpoints *groups)
{
	struct several *several = (struct several *)groups;

	for (size_t i = 0; i < several->count; i++) {
		free(several->kept[i].group);
		checkpoints_close(several->kept[i].place);
	}
	free(several->kept);
	free(several);
}

static const char *
directory(const struct checkpoints *groups)
{
	const struct several *several = (const struct several *)groups;

	for (size_t i = 0; i < several->count; i++) {
		const char *of = checkpoints_directory(several->kept[i].place);

		if (of != NULL)
			return of;
	}
	return NULL;
}

static bool
get(struct checkpoints *groups, const char *group, const char *shard, struct checkpoint *checkpoint,
    bool *found, struct failure *failure)
{
	struct checkpoints *place = place_of(groups, group);

	*found = false;
	return place == NULL || checkpoints_get(place, group, shard, checkpoint, found, failure);
}

static bool
have(struct checkpoints *groups, const char *group, bool *found, struct failure *failure)
{
	struct checkpoints *place = place_of(groups, group);

	*found = false;
	return place == NULL || checkpoints_have(place, group, found, failure);
}

static bool
check(struct checkpoints *groups, const char *group, const char *id, struct failure *failure)
{
	struct checkpoints *place = place_of(groups, group);

	return place == NULL || checkpoints_check(place, group, id, failure);
}

static bool
stream_id(struct checkpoints *groups, const char *group, char **id, struct failure *failure)
{
	struct checkpoints *place = place_of(groups, group);

	*id = NULL;
	return place == NULL || checkpoints_stream_id(place, group, id, failure);
}

/* Those beside the stream: each table is a group by itself. */
static bool
each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure)
{
	struct checkpoints *place = place_of(groups, NULL);

	return place == NULL || checkpoints_each(place, visit, context, failure);
}

static bool
find_reader(struct checkpoints *groups, const char *group, const char *shard,
    struct group_reader *reader, struct failure *failure)
{
	struct checkpoints *place = place_of(groups, group);

	*reader = (struct group_reader){.process = 0};
	return place == NULL || checkpoints_reader(place, group, shard, reader, failure);
}

static bool
watch(struct checkpoints *groups, const char *group, int64_t failover, bool free_too,
    struct failure *failure)
{
	struct checkpoints *place = place_of(groups, group);

	return place == NULL || checkpoints_watch(place, group, failover, free_too, failure);
}

/* They are only read. */
static const struct checkpoints_kind kind = {.close = close_all,
    .directory = directory,
    .get = get,
    .have = have,
    .check = check,
    .stream_id = stream_id,
    .each = each,
    .reader = find_reader,
    .watch = watch};

struct checkpoints *
several_new(void)
{
	struct several *several = memory_new(1, sizeof *several);

	several->base.kind = &kind;
	return &several->base;
}

void
several_add(struct checkpoints *groups, const char *group, struct checkpoints *place)
{
	struct several *several = (struct several *)groups;

	several->kept = memory_resize(several->kept, several->count + 1, sizeof *several->kept);
	several->kept[several->count++] =
	    (struct kept){.group = group != NULL ? memory_copy_text(group) : NULL, .place = place};
}
