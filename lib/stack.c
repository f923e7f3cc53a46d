/* stack: see stack.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "memory.h"
#include "secret.h"
#include "secret_file.h"
#include "stack_open.h"

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
	free(stack->account);
	free(stack->partition);
	free(stack);
}

static const struct resource *
find_twin(const struct stack *stack, const struct resource *resource)
{
	for (size_t i = 0; i < stack->count; i++) {
		if (stack->resources[i]->type == resource->type &&
		    strcmp(stack->resources[i]->name, resource->name) == 0)
			return stack->resources[i];
	}
	return NULL;
}

bool
stack_add(struct stack *stack, struct span line, uint64_t number, struct failure *failure)
{
	struct resource *resource = memory_new(1, sizeof *resource);
	const struct resource *twin;

	if (stack->count == RESOURCES_MOST) {
		fail(failure, FAILURE_PERSON, "a stack has at most %d resources", RESOURCES_MOST);
	} else if (resource_read(resource, line, &stack->settings, failure)) {
		twin = find_twin(stack, resource);
		if (twin == NULL) {
			resource->line = number;
			stack->resources = memory_resize(
			    stack->resources, stack->count + 1, sizeof *stack->resources);
			stack->resources[stack->count++] = resource;
			return true;
		}
		fail(failure, FAILURE_PERSON, "the %s %s is in line %" PRIu64 " already",
		    resource_type_name(resource->type), resource->name, twin->line);
	}
	resource_free(resource);
	free(resource);
	return false;
}

/* Adds which line it is about to a failure's words. */
static bool
fail_at(const struct resource *resource, struct failure *failure)
{
	char *text = memory_copy_text(failure->text);

	fail(failure, failure->kind, "line %" PRIu64 ": %s", resource->line, text);
	free(text);
	return false;
}

/* What a schedule or consumer names in the stack has to be there. */
static bool
check_named(const struct stack *stack, const struct resource *resource, enum resource_type type,
    struct failure *failure)
{
	const char *word = resource_type_name(type), *name = resource_member(resource, word);

	if (name != NULL && stack_find(stack, type, name) == NULL)
		return fail(failure, FAILURE_PERSON, "member \"%s\": the stack has no %s \"%s\"",
		    word, word, name);
	if (resource->type == RESOURCE_CONSUMER && type == RESOURCE_STREAM &&
	    stack_serves(stack, resource, type) == NULL)
		return fail(failure, FAILURE_PERSON,
		    "member \"stream\" is missing: the stack has not exactly one stream");
	return true;
}

/* Of a pipe or a file: all there is, without the newline at its end. */
static bool
read_input(int input, struct buffer *value, struct failure *failure)
{
	ssize_t got = 1;

	if (input < 0)
		return fail(failure, FAILURE_PERSON,
		    "member \"from\": \"-\" is standard input, which the stack is read from: "
		    "name the stack's file as an argument");
	if (isatty(input))
		return fail(failure, FAILURE_PERSON,
		    "member \"from\": a secret is not typed at a terminal: it would be seen");
	buffer_init(value, SECRET_MAX + 1);
	buffer_reserve(value, SECRET_MAX + 1);
	while (got > 0 && value->length <= SECRET_MAX) {
		got = read(input, value->data + value->length, SECRET_MAX + 1 - value->length);
		if (got < 0 && errno != EINTR)
			return fail_errno(failure, errno, "standard input cannot be read");
		value->length += got > 0 ? (size_t)got : 0;
		got = got < 0 ? 1 : got;
	}
	if (value->length > SECRET_MAX)
		return fail(failure, FAILURE_PERSON, "standard input: longer than 64 KiB");
	if (value->length > 0 && value->data[value->length - 1] == '\n')
		value->length--;
	return true;
}

static bool
read_secret(struct stack *stack, struct resource *resource, struct failure *failure)
{
	const char *from = resource_member(resource, "from");
	bool optional =
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(resource->members, "optional"));
	char digest[RESOURCE_DIGEST];
	bool missing = false;

	if (from == NULL)
		return true;
	if (strcmp(from, "-") == 0) {
		if (!read_input(stack->settings.secrets, &resource->value, failure))
			return false;
		stack->settings.secrets = -1;
	} else {
		buffer_init(&resource->value, SECRET_MAX + 1);
		if (!secret_file_read(from, &resource->value, &missing, failure)) {
			buffer_free(&resource->value);
			return missing && optional;
		}
	}
	if (resource->value.length == 0)
		return fail(failure, FAILURE_PERSON, "member \"from\": the secret is empty");
	resource_digest(buffer_span(&resource->value), digest);
	settings_set(&resource->wanted, "value", digest);
	return true;
}

bool
stack_check(struct stack *stack, struct failure *failure)
{
	for (size_t i = 0; i < stack->count; i++) {
		struct resource *resource = stack->resources[i];

		if (!check_named(stack, resource, RESOURCE_STREAM, failure) ||
		    !check_named(stack, resource, RESOURCE_TABLE, failure) ||
		    (resource->type == RESOURCE_SECRET && !read_secret(stack, resource, failure)))
			return fail_at(resource, failure);
	}
	return true;
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
stack_find(const struct stack *stack, enum resource_type type, const char *name)
{
	for (size_t i = 0; i < stack->count; i++) {
		if (stack->resources[i]->type == type &&
		    strcmp(resource_member(stack->resources[i], "name"), name) == 0)
			return stack->resources[i];
	}
	return NULL;
}

const struct resource *
stack_serves(const struct stack *stack, const struct resource *resource, enum resource_type type)
{
	const char *name = resource_member(resource, resource_type_name(type));
	const struct resource *only = NULL;

	if (name != NULL)
		return stack_find(stack, type, name);
	for (size_t i = 0; i < stack->count; i++) {
		if (stack->resources[i]->type != type)
			continue;
		if (only != NULL)
			return NULL;
		only = stack->resources[i];
	}
	return only;
}

const struct stack_settings *
stack_settings(const struct stack *stack)
{
	return &stack->settings;
}
