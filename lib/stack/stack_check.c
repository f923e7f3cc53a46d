/* stack_check: checks the references between resources, and sets what follows from them. */
#include <string.h>

#include "stack/alarm.h"
#include "stack/internal.h"
#include "stack/readers.h"
#include "stack/served.h"

/* Types that lines name by a member of that name. */
static const enum resource_type named[] = {RESOURCE_STREAM, RESOURCE_TABLE, RESOURCE_TOPIC,
    RESOURCE_BUCKET, RESOURCE_DELIVERY, RESOURCE_ROLE};

enum { NAMED = sizeof named / sizeof *named };

/* Which of them a type requires. */
static const struct {
	enum resource_type type, on;
} required[] = {{RESOURCE_CONSUMER, RESOURCE_STREAM}, {RESOURCE_FANOUT, RESOURCE_STREAM},
    {RESOURCE_SUBSCRIPTION, RESOURCE_TOPIC}, {RESOURCE_DELIVERY, RESOURCE_BUCKET}};

enum { REQUIRED = sizeof required / sizeof *required };

/* A role may be one that the stack does not describe. */
static bool
is_elsewhere(enum resource_type type, const char *name)
{
	return type == RESOURCE_ROLE && strncmp(name, "arn:", 4) == 0;
}

static bool
check_arn(enum resource_type type, const char *arn, struct failure *failure)
{
	struct resource resource = {.type = type};
	bool good = resource_read_name(&resource, arn, NULL, true, failure);

	resource_free(&resource);
	return good;
}

/* What a line names must be in the stack. */
static bool
check_named(const struct stack *stack, const struct resource *resource, enum resource_type type,
    struct failure *failure)
{
	const char *member = resource_type_name(type);
	const char *name = resource_member(resource, member);

	if (name != NULL && is_elsewhere(type, name))
		return check_arn(type, name, failure);
	return name == NULL || stack_serves(stack, resource, type) != NULL ||
	       fail(failure, FAILURE_PERMANENT, "member \"%s\": the stack has no %s \"%s\"", member,
	           member, name);
}

static bool
check_required(const struct stack *stack, const struct resource *resource, struct failure *failure)
{
	for (size_t i = 0; i < REQUIRED; i++) {
		const char *member = resource_type_name(required[i].on);

		if (resource->type == required[i].type &&
		    stack_serves(stack, resource, required[i].on) == NULL)
			return fail(failure, FAILURE_PERMANENT,
			    "member \"%s\" is missing: it is required unless the stack has exactly "
			    "one %s",
			    member, member);
	}
	return true;
}

static bool
has_several(const struct stack *stack, enum resource_type type)
{
	size_t count = 0;

	for (size_t i = 0; i < stack->count; i++)
		count += stack->resources[i]->type == type;
	return count > 1;
}

static bool
check_alarm(const struct stack *stack, struct resource *resource, struct failure *failure)
{
	const struct resource *on = NULL;

	for (size_t i = 0; i < NAMED; i++) {
		if (named[i] == RESOURCE_TOPIC ||
		    resource_member(resource, resource_type_name(named[i])) == NULL)
			continue;
		if (on != NULL)
			return fail(failure, FAILURE_PERMANENT,
			    "members \"%s\" and \"%s\" exclude each other",
			    resource_type_name(on->type), resource_type_name(named[i]));
		on = stack_serves(stack, resource, named[i]);
	}
	if (resource_member(resource, "topic") == NULL && has_several(stack, RESOURCE_TOPIC))
		return fail(failure, FAILURE_PERMANENT,
		    "member \"topic\" is missing: it is required if the stack has several topics");
	return alarm_watch(resource, on, failure);
}

static bool
check(const struct stack *stack, struct resource *resource, struct failure *failure)
{
	for (size_t i = 0; i < NAMED; i++) {
		if (!check_named(stack, resource, named[i], failure))
			return false;
	}
	if (!check_required(stack, resource, failure))
		return false;
	switch (resource->type) {
	case RESOURCE_ALARM:
		return check_alarm(stack, resource, failure);
	case RESOURCE_FANOUT:
		return readers_check_fanout(stack, resource, failure);
	case RESOURCE_CONSUMER:
		return readers_check(stack, resource, failure) &&
		       served_want(stack, resource, failure);
	case RESOURCE_SCHEDULE:
		return served_want(stack, resource, failure);
	default:
		return true;
	}
}

bool
stack_check(struct stack *stack, struct failure *failure)
{
	if (!readers_add(stack, failure))
		return false;
	for (size_t i = 0; i < stack->count; i++) {
		if (!check(stack, stack->resources[i], failure))
			return stack_fail_at(stack->resources[i], failure);
	}
	return true;
}
