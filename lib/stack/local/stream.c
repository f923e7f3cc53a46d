/* stream: the embedded stream as a resource. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "stack/local/kinds.h"
#include "stack/stack.h"
#include "stream/local/change.h"
#include "text/timestamp.h"

static bool
read_presence(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	const char *wanted = settings_get(&resource->wanted, "shards");
	char shards[16], retention[RESOURCE_DURATION];
	struct stream_shape shape;
	struct name name;
	bool missing = false, good = name_parse(resource->name, &name_stream, &name, failure);

	good = good && (stream_local_read(
	                    name.path, &shape, &missing, &stack_settings(stack)->caller, failure) ||
	                   missing);
	if (good && !missing) {
		presence->exists = true;
		presence->ours = strcmp(shape.made_by, STACK_MAKER) == 0;
		snprintf(shards, sizeof shards, "%u", shape.shards);
		/* An embedded stream cannot be on demand: remark says so. */
		settings_set(
		    &presence->found, "shards", strcmp(wanted, "on-demand") == 0 ? wanted : shards);
		settings_set(
		    &presence->found, "retention", resource_duration(shape.retention, retention));
	}
	name_free(&name);
	return good;
}

static unsigned
wanted_shards(const struct resource *resource)
{
	/* For "on-demand" 0, which means 1. */
	return (unsigned)strtoul(settings_get(&resource->wanted, "shards"), NULL, 10);
}

static int64_t
wanted_retention(const struct resource *resource)
{
	int64_t retention = 0;

	duration_parse(span_of(settings_get(&resource->wanted, "retention")), &retention);
	return retention;
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct stream_shape shape = {.shards = wanted_shards(resource),
	    .retention = wanted_retention(resource),
	    .made_by = STACK_MAKER};
	struct name name;
	bool made = name_parse(resource->name, &name_stream, &name, failure) &&
	            stream_local_make(name.path, &shape, &stack_settings(stack)->caller, failure);

	name_free(&name);
	/* Somebody else has just created it: reading it again finds it. */
	return made || failure->kind == FAILURE_REFUSED;
}

static bool
change(struct stack *stack, const struct resource *resource, const struct presence *presence,
    const char *setting, struct failure *failure)
{
	struct name name;
	bool changed = name_parse(resource->name, &name_stream, &name, failure);

	(void)presence;
	if (changed && strcmp(setting, "shards") == 0)
		changed = stream_local_reshard(
		    name.path, wanted_shards(resource), &stack_settings(stack)->caller, failure);
	else if (changed)
		changed = stream_local_retention(
		    name.path, wanted_retention(resource), &stack_settings(stack)->caller, failure);
	name_free(&name);
	return changed;
}

static bool
tidy(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct name name;
	bool gone = name_parse(resource->name, &name_stream, &name, failure) &&
	            stream_local_delete(name.path, &stack_settings(stack)->caller, failure);

	name_free(&name);
	return gone;
}

static bool
remove_stream(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	(void)presence;
	return tidy(stack, resource, failure);
}

static const char *
remark(const struct resource *resource)
{
	if (strcmp(settings_get(&resource->wanted, "encryption"), "none") != 0)
		return "an embedded stream is not encrypted: use an encrypted disk";
	if (strcmp(settings_get(&resource->wanted, "shards"), "on-demand") == 0)
		return "an embedded stream cannot be on demand: it is created with 1 shard and "
		       "keeps the number that it has";
	return NULL;
}

static const char *const settings[] = {"shards", "retention", NULL};

const struct resource_kind resource_stream_local = {.settings = settings,
    .read = read_presence,
    .make = make,
    .change = change,
    .remove = remove_stream,
    .tidy = tidy,
    .remark = remark};
