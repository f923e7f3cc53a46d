/* stack: holds the resources. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stack/internal.h"

enum { RESOURCES_MOST = 10000 };

struct stack *
stack_open(const struct stack_settings *settings)
{
	struct stack *stack = memory_new(1, sizeof *stack);

	stack->settings = *settings;
	return stack;
}

void
stack_close(struct stack *stack)
{
	if (stack == NULL)
		return;
	for (size_t i = 0; i < stack->count; i++) {
		resource_free(stack->resources[i]);
		free(stack->resources[i]);
	}
	for (size_t i = 0; i < stack->service_count; i++) {
		aws_close(stack->services[i].aws);
		free(stack->services[i].region);
	}
	free(stack->resources);
	account_free(&stack->account);
	free(stack);
}

/* Schedules and consumers are entries of one crontab, so they share their names. */
static bool
share_names(enum resource_type a, enum resource_type b)
{
	return a == b || (a == RESOURCE_SCHEDULE && b == RESOURCE_CONSUMER) ||
	       (a == RESOURCE_CONSUMER && b == RESOURCE_SCHEDULE);
}

static const struct resource *
find_twin(const struct stack *stack, const struct resource *resource)
{
	for (size_t i = 0; i < stack->count; i++) {
		if (share_names(stack->resources[i]->type, resource->type) &&
		    strcmp(stack->resources[i]->name, resource->name) == 0)
			return stack->resources[i];
	}
	return NULL;
}

bool
stack_add(struct stack *stack, struct span line, uint64_t number, struct failure *failure)
{
	const struct stack_settings *settings = &stack->settings;
	struct resource *resource = memory_new(1, sizeof *resource);
	const struct resource *twin;

	if (stack->count == RESOURCES_MOST) {
		fail(
		    failure, FAILURE_PERMANENT, "a stack has at most %d resources", RESOURCES_MOST);
	} else if (resource_read(resource, line, settings->prefix, settings->aws, failure)) {
		twin = find_twin(stack, resource);
		if (twin == NULL) {
			resource->line = number;
			if (settings->kind_of != NULL)
				resource->kind = settings->kind_of(resource->type, resource->aws);
			stack->resources = memory_resize(
			    stack->resources, stack->count + 1, sizeof *stack->resources);
			stack->resources[stack->count++] = resource;
			return true;
		}
		fail(failure, FAILURE_PERMANENT, "the %s %s is already defined in line %" PRIu64,
		    resource_type_name(twin->type), resource->name, twin->line);
	}
	resource_free(resource);
	free(resource);
	return false;
}

bool
stack_fail_at(const struct resource *resource, struct failure *failure)
{
	char *text = memory_copy_text(failure->text);

	fail(failure, failure->kind, "line %" PRIu64 ": %s", resource->line, text);
	free(text);
	return false;
}

/* The resource of that type whose line gives this name; NULL: there is none. */
static const struct resource *
find(const struct stack *stack, enum resource_type type, const char *name)
{
	for (size_t i = 0; i < stack->count; i++) {
		if (stack->resources[i]->type == type &&
		    strcmp(resource_member(stack->resources[i], "name"), name) == 0)
			return stack->resources[i];
	}
	return NULL;
}

size_t
stack_count(const struct stack *stack)
{
	return stack->count;
}

const struct resource *
stack_resource(const struct stack *stack, size_t number)
{
	return stack->resources[number];
}

const struct resource *
stack_serves(const struct stack *stack, const struct resource *resource, enum resource_type type)
{
	const char *name = resource_member(resource, resource_type_name(type));
	const struct resource *only = NULL;

	if (name != NULL)
		return find(stack, type, name);
	for (size_t i = 0; i < stack->count; i++) {
		if (stack->resources[i]->type != type)
			continue;
		if (only != NULL)
			return NULL;
		only = stack->resources[i];
	}
	return only;
}

void
stack_want(
    struct stack *stack, const struct resource *resource, const char *setting, const char *value)
{
	size_t i = 0;

	while (stack->resources[i] != resource)
		i++;
	settings_set(&stack->resources[i]->wanted, setting, value);
}

const struct stack_settings *
stack_settings(const struct stack *stack)
{
	return &stack->settings;
}
