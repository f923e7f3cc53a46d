/* consumer: a schedule with a group of readers. */

/*
 * The group gets its start before the schedule is created. It is deleted before the schedule,
 * whose command does nothing by then: as long as our group exists, there is an entry.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/local/kinds.h"
#include "stack/local/schedule.h"
#include "stack/readers.h"
#include "group/checkpoints.h"
#include "stream/start.h"
#include "stream/stream.h"

/* A lease names the parents of its shard. */
static bool
describe(const char *group, const char *shard, struct stream *stream, struct checkpoints *groups,
    struct failure *failure)
{
	struct shard_state state;

	if (!checkpoints_is_shared(group))
		return true;
	if (!stream_state(stream, shard, &state, failure))
		return false;
	checkpoints_describe(groups, shard,
	    &(const struct checkpoints_shard){.parents = {state.parents[0], state.parents[1]},
	        .hash_keys = {state.hash_keys[0], state.hash_keys[1]}});
	return true;
}

/* Gives the group a checkpoint in each shard, unless it has one. */
static bool
place(const struct resource *resource, const char *group, struct stream *stream,
    struct checkpoints *groups, struct failure *failure)
{
	const char *const *shards;
	const struct position none = {.sub = -1};
	struct start start;
	size_t count = stream_shards(stream, &shards, failure), placed = 0;
	char(*places)[POSITION_SIZE] = memory_new(count + 1, sizeof *places);
	bool good =
	    count > 0 && start_read(settings_get(&resource->wanted, "from"), &start, failure);

	while (good && placed < count) {
		good = stream_place(stream, shards[placed], start.from, start_time(&start, stream),
		           &none, places[placed], failure) &&
		       describe(group, shards[placed], stream, groups, failure);
		placed++;
	}
	good = good && checkpoints_place(groups, group, stream_id(stream), places, count,
	                   CHECKPOINTS_BEGIN, failure);
	free(places);
	return good;
}

static bool
create_group(struct stack *stack, const struct resource *resource, const struct resource *on,
    struct failure *failure)
{
	const struct stack_settings *own = stack_settings(stack);
	struct stream_settings settings = {.caller = own->caller};
	struct stream *stream = stream_open(on->name, STREAM_READ, &settings, NULL, failure);
	const char *group = readers_group(stack, resource);
	struct checkpoints *groups = NULL;
	bool created = false, known = false;

	if (stream != NULL)
		groups = checkpoints_open(
		    on->name, group, CHECKPOINTS_CREATE, NULL, &own->caller, failure);
	if (groups != NULL && checkpoints_have(groups, group, &known, failure))
		created = known || place(resource, group, stream, groups, failure);
	stream_close(stream);
	checkpoints_close(groups);
	return created;
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	const struct resource *on = stack_serves(stack, resource, RESOURCE_STREAM);

	return create_group(stack, resource, on, failure) &&
	       schedule_make(stack, resource, failure);
}

static bool
delete_group(struct stack *stack, const struct resource *resource, const char *stream,
    struct failure *failure)
{
	const char *group = readers_group(stack, resource);
	bool missing = false, found, gone;
	struct checkpoints *groups = checkpoints_open(
	    stream, group, CHECKPOINTS_WRITE, &missing, &stack_settings(stack)->caller, failure);

	if (groups == NULL)
		return missing;
	gone = checkpoints_claim(groups, group, failure) &&
	       checkpoints_delete(groups, group, &found, failure);
	checkpoints_close(groups);
	return gone;
}

/* The stream may have changed, so the group may have to be created there. */
static bool
change(struct stack *stack, const struct resource *resource, const struct presence *presence,
    const char *setting, struct failure *failure)
{
	const struct resource *on = stack_serves(stack, resource, RESOURCE_STREAM);

	return create_group(stack, resource, on, failure) &&
	       schedule_change(stack, resource, presence, setting, failure);
}

static bool
remove_consumer(struct stack *stack, const struct resource *resource,
    const struct presence *presence, struct failure *failure)
{
	const struct resource *on = stack_serves(stack, resource, RESOURCE_STREAM);

	if (!presence->ours)
		return schedule_remove(stack, resource, presence, failure) &&
		       delete_group(stack, resource, on->name, failure);
	return schedule_idle(stack, resource, presence, failure) &&
	       delete_group(stack, resource, on->name, failure) &&
	       schedule_remove(stack, resource, presence, failure);
}

const struct resource_kind resource_consumer = {.settings = schedule_settings,
    .read = schedule_read,
    .make = make,
    .change = change,
    .remove = remove_consumer};
