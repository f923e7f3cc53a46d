/* readers: finds the group of a consumer, and checks whether several readers can share it. */
#include <inttypes.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/name.h"
#include "stack/internal.h"
#include "stack/readers.h"
#include "text/json.h"

/* Is it the name of such a resource on AWS, with this stack's settings? */
static bool
is_on_aws(const struct stack *stack, enum resource_type type, const char *name)
{
	struct resource resource = {.type = type};
	struct failure ignored;
	bool on_aws = resource_read_name(&resource, name, NULL, stack->settings.aws, &ignored) &&
	              resource.aws;

	resource_free(&resource);
	return on_aws;
}

static void
add_member(struct buffer *line, const char *name, const char *value)
{
	buffer_add_format(line, ",\"%s\":", name);
	json_add_string(line, value, strlen(value));
}

/* Adds what a consumer names by that type, unless a line describes it. */
static bool
add(struct stack *stack, const struct resource *consumer, enum resource_type type,
    struct failure *failure)
{
	const char *stream = resource_member(consumer, "stream");
	const char *name = resource_member(consumer, resource_type_name(type));
	struct buffer line;
	bool added;

	if (name == NULL || !is_on_aws(stack, type, name) ||
	    stack_serves(stack, consumer, type) != NULL)
		return true;
	buffer_init(&line, RESOURCE_LINE_MOST);
	buffer_add_format(&line, "{\"resource\":\"%s\"", resource_type_name(type));
	add_member(&line, "name", name);
	if (stream != NULL)
		add_member(&line, "stream", stream);
	buffer_add_text(&line, "}");
	added = stack_add(stack, buffer_span(&line), consumer->line, failure) ||
	        stack_fail_at(consumer, failure);
	buffer_free(&line);
	return added;
}

bool
readers_add(struct stack *stack, struct failure *failure)
{
	size_t count = stack->count;

	for (size_t i = 0; i < count; i++) {
		const struct resource *consumer = stack->resources[i];

		if (consumer->type == RESOURCE_CONSUMER &&
		    (!add(stack, consumer, RESOURCE_GROUP, failure) ||
		        !add(stack, consumer, RESOURCE_FANOUT, failure)))
			return false;
	}
	return true;
}

bool
readers_check_fanout(const struct stack *stack, struct resource *fanout, struct failure *failure)
{
	const struct resource *stream = stack_serves(stack, fanout, RESOURCE_STREAM);

	if (fanout->aws && !stream->aws)
		return fail(
		    failure, FAILURE_PERMANENT, "the stream %s is not on AWS", stream->name);
	if (stream->region != NULL && fanout->region == NULL)
		fanout->region = memory_copy_text(stream->region);
	return true;
}

const char *
readers_fanout(const struct stack *stack, const struct resource *consumer)
{
	const struct resource *fanout = NULL;

	if (resource_member(consumer, "fanout") != NULL)
		fanout = stack_serves(stack, consumer, RESOURCE_FANOUT);
	return fanout != NULL && fanout->aws ? fanout->plain : NULL;
}

/* NULL: it is kept beside the stream. */
static const struct resource *
table_of(const struct stack *stack, const struct resource *consumer)
{
	const struct resource *group = NULL;

	if (resource_member(consumer, "group") != NULL)
		group = stack_serves(stack, consumer, RESOURCE_GROUP);
	return group != NULL && group->aws ? group : NULL;
}

const char *
readers_group(const struct stack *stack, const struct resource *consumer)
{
	const struct resource *table = table_of(stack, consumer);
	const char *group = resource_member(consumer, "group");

	if (table != NULL)
		return table->name;
	return group != NULL ? group : resource_member(consumer, "name");
}

static bool
check_name(const struct stack *stack, const struct resource *consumer, struct failure *failure)
{
	const char *group = resource_member(consumer, "group");
	struct shown shown;

	return group == NULL || table_of(stack, consumer) != NULL || name_is_valid(group) ||
	       fail(failure, FAILURE_PERMANENT,
	           "member \"group\": %s is not a group: use letters, digits, \"_\", \".\" and "
	           "\"-\", at most 128, or dynamodb:NAME for a table of DynamoDB",
	           show(&shown, group, strlen(group)));
}

/* Each of two consumers of a group would get a part of the records. */
static bool
check_alone(const struct stack *stack, const struct resource *consumer,
    const struct resource *stream, struct failure *failure)
{
	const char *group = readers_group(stack, consumer);

	for (size_t i = 0; stack->resources[i] != consumer; i++) {
		const struct resource *other = stack->resources[i];

		if (other->type == RESOURCE_CONSUMER &&
		    strcmp(readers_group(stack, other), group) == 0 &&
		    (table_of(stack, consumer) != NULL ||
		        stack_serves(stack, other, RESOURCE_STREAM) == stream))
			return fail(failure, FAILURE_PERMANENT,
			    "the group %s is that of the consumer %s in line %" PRIu64
			    ": each consumer needs a group of its own",
			    group, other->name, other->line);
	}
	return true;
}

/* A consumer of enhanced fan-out has one subscription to each shard. */
static bool
check_fanout(const struct stack *stack, const struct resource *consumer, struct failure *failure)
{
	const char *given = resource_member(consumer, "fanout");
	const char *name = readers_fanout(stack, consumer);
	struct shown shown;

	if (given != NULL && name == NULL && !name_is_valid(given))
		return fail(failure, FAILURE_PERMANENT,
		    "member \"fanout\": %s is not the name of a consumer of enhanced fan-out: use "
		    "letters, digits, \"_\", \".\" and \"-\", at most 128",
		    show(&shown, given, strlen(given)));
	for (size_t i = 0; name != NULL && stack->resources[i] != consumer; i++) {
		const struct resource *other = stack->resources[i];

		if (other->type == RESOURCE_CONSUMER && readers_fanout(stack, other) == name)
			return fail(failure, FAILURE_PERMANENT,
			    "the fanout %s is that of the consumer %s in line %" PRIu64
			    ": each consumer needs one of its own",
			    name, other->name, other->line);
	}
	return true;
}

static bool
check_instances(const struct stack *stack, const struct resource *consumer,
    const struct resource *stream, struct failure *failure)
{
	const char *instances = settings_get(&consumer->wanted, "instances");
	const char *shares = strstr(resource_member(consumer, "command"), " --share");

	if (instances == NULL || strcmp(instances, "1") == 0 || table_of(stack, consumer) != NULL ||
	    (!stream->aws && shares != NULL))
		return true;
	if (stream->aws)
		return fail(failure, FAILURE_PERMANENT,
		    "%s instances cannot share the group %s, which is kept in a file: name a table "
		    "of DynamoDB, \"group\":\"dynamodb:NAME\", and read as $FX_GROUP in the "
		    "command",
		    instances, readers_group(stack, consumer));
	return fail(failure, FAILURE_PERMANENT,
	    "%s instances read the embedded stream %s together only if each of them shares the "
	    "group: add --share to kread in the command",
	    instances, stream->name);
}

bool
readers_check(const struct stack *stack, const struct resource *consumer, struct failure *failure)
{
	const struct resource *stream = stack_serves(stack, consumer, RESOURCE_STREAM);
	const struct resource *table = table_of(stack, consumer);

	if (table != NULL && !stream->aws)
		return fail(failure, FAILURE_PERMANENT,
		    "the group %s is in DynamoDB, and the stream %s is a file on this machine: use "
		    "a group name without a scheme",
		    table->name, stream->name);
	return check_name(stack, consumer, failure) &&
	       check_alone(stack, consumer, stream, failure) &&
	       check_fanout(stack, consumer, failure) &&
	       check_instances(stack, consumer, stream, failure);
}
