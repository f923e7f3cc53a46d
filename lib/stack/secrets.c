/* secrets: reads the values of secrets, and endpoints, from files or standard input. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "system/core_dump.h"
#include "system/file.h"
#include "secret/secret.h"
#include "secret/file.h"
#include "stack/internal.h"
#include "stack/subscription.h"

/* Reads a pipe or a file to its end, without the newline there. */
static bool
read_input(int input, struct buffer *value, struct failure *failure)
{
	if (input < 0)
		return fail(failure, FAILURE_PERMANENT,
		    "member \"from\": \"-\" is standard input, but the stack is read from there: "
		    "give the stack's file as an argument");
	if (isatty(input))
		return fail(failure, FAILURE_PERMANENT,
		    "member \"from\": standard input is a terminal, which would show the secret: "
		    "use a pipe or a file");
	if (!file_read_all(input, "standard input", SECRET_MAX, value, failure))
		return false;
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
	core_dump_forbid();
	if (strcmp(from, "-") == 0) {
		if (!read_input(stack->settings.secrets, &resource->value, failure))
			return false;
		stack->settings.secrets = -1;
	} else {
		buffer_init(&resource->value, SECRET_MAX + 1);
		if (!secret_file_read(from, &resource->value, &missing, failure)) {
			buffer_wipe(&resource->value);
			return missing && optional;
		}
	}
	if (resource->value.length == 0)
		return fail(failure, FAILURE_PERMANENT, "member \"from\": the secret is empty");
	resource_digest(buffer_span(&resource->value), digest);
	settings_set(&resource->wanted, "value", digest);
	return true;
}

bool
stack_secrets(struct stack *stack, struct failure *failure)
{
	for (size_t i = 0; i < stack->count; i++) {
		struct resource *resource = stack->resources[i];

		if (resource->type == RESOURCE_SECRET && !read_secret(stack, resource, failure))
			return stack_fail_at(resource, failure);
	}
	return true;
}

/* SNS has one subscription of an endpoint to a topic. */
static bool
check_endpoint(const struct stack *stack, const struct resource *resource, struct failure *failure)
{
	const char *endpoint = settings_get(&resource->wanted, "endpoint");

	for (size_t i = 0; endpoint != NULL && stack->resources[i] != resource; i++) {
		const struct resource *other = stack->resources[i];
		const char *its = settings_get(&other->wanted, "endpoint");

		if (its != NULL && strcmp(its, endpoint) == 0 &&
		    stack_serves(stack, other, RESOURCE_TOPIC) ==
		        stack_serves(stack, resource, RESOURCE_TOPIC))
			return fail(failure, FAILURE_PERMANENT,
			    "its endpoint is already subscribed to the topic in line %" PRIu64,
			    other->line);
	}
	return true;
}

bool
stack_endpoints(struct stack *stack, struct failure *failure)
{
	for (size_t i = 0; i < stack->count; i++) {
		struct resource *resource = stack->resources[i];

		if (resource->type != RESOURCE_SUBSCRIPTION || !resource->aws)
			continue;
		if (!subscription_read_endpoint(resource, failure) ||
		    !check_endpoint(stack, resource, failure))
			return stack_fail_at(resource, failure);
	}
	return true;
}
