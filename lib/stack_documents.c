/* stack_documents: the policies that roles and policies of a stack are to have. */
#include <stdlib.h>

#include "memory.h"
#include "policy.h"
#include "stack_open.h"

static bool
fill(struct stack *stack, struct resource *resource, struct failure *failure)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(resource->members, "tools"), *tool;
	const char **tools = memory_new((size_t)cJSON_GetArraySize(list) + 1, sizeof *tools);
	size_t count = 0;
	struct buffer document;
	bool filled;

	cJSON_ArrayForEach(tool, list) tools[count++] = tool->valuestring;
	buffer_init(&document, POLICY_MOST);
	filled = policy_for(stack, tools, count, &document, failure) &&
	         (buffer_add(&document, "", 1) ||
	             fail(failure, FAILURE_PERSON, "a policy longer than %d bytes", POLICY_MOST));
	if (filled)
		settings_set(&resource->wanted, "document", document.data);
	buffer_free(&document);
	free(tools);
	return filled || stack_fail_at(resource, failure);
}

bool
stack_documents(struct stack *stack, struct failure *failure)
{
	for (size_t i = 0; i < stack->count; i++) {
		struct resource *resource = stack->resources[i];

		if ((resource->type == RESOURCE_ROLE || resource->type == RESOURCE_POLICY) &&
		    resource->aws && !fill(stack, resource, failure))
			return false;
	}
	return true;
}
