/* stack_document: what the tools of a role or a policy need, as the setting that is compared. */
#include <stdlib.h>

#include "base/memory.h"
#include "stack/policy.h"
#include "stack/internal.h"

enum { DOCUMENT_MOST = 256 * 1024 };

static bool
write_document(struct stack *stack, const struct resource *resource, struct buffer *document,
    struct failure *failure)
{
	const cJSON *tools = cJSON_GetObjectItemCaseSensitive(resource->members, "tools"), *tool;
	const char **names = memory_new((size_t)cJSON_GetArraySize(tools) + 1, sizeof *names);
	size_t count = 0;
	bool good;

	cJSON_ArrayForEach(tool, tools) names[count++] = cJSON_GetStringValue(tool);
	good = policy_for(stack, names, count, document, failure);
	free(names);
	return good;
}

bool
stack_document(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct buffer document;
	size_t i = 0;
	bool good;

	if (settings_get(&resource->wanted, "document") != NULL)
		return true;
	while (stack->resources[i] != resource)
		i++;
	buffer_init(&document, DOCUMENT_MOST);
	good = write_document(stack, resource, &document, failure);
	if (good)
		settings_set(&stack->resources[i]->wanted, "document", buffer_text(&document));
	buffer_free(&document);
	return good;
}
