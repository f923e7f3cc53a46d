/* table: the embedded table as a resource; its key is the only setting. */
#include <string.h>

#include "base/name.h"
#include "stack/local/kinds.h"
#include "stack/stack.h"
#include "table/local/change.h"

static bool
read_presence(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	struct table_shape shape;
	struct name name;
	char key[TABLE_KEY_TEXT];
	bool missing = false, good = name_parse(resource->name, &name_table, &name, failure);

	good = good && (table_local_read(
	                    name.path, &shape, &missing, &stack_settings(stack)->caller, failure) ||
	                   missing);
	if (good && !missing) {
		presence->exists = true;
		presence->ours = strcmp(shape.made_by, STACK_MAKER) == 0;
		settings_set(&presence->found, "key", table_key_format(&shape.key, key));
	}
	name_free(&name);
	return good;
}

static bool
make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct table_shape shape = {.made_by = STACK_MAKER};
	struct name name;
	bool made = name_parse(resource->name, &name_table, &name, failure) &&
	            table_key_parse(settings_get(&resource->wanted, "key"), &shape.key, failure) &&
	            table_local_make(name.path, &shape, &stack_settings(stack)->caller, failure);

	name_free(&name);
	/* Somebody else has just created it: reading it again finds it. */
	return made || failure->kind == FAILURE_REFUSED;
}

static bool
tidy(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct name name;
	bool gone = name_parse(resource->name, &name_table, &name, failure) &&
	            table_local_delete(name.path, &stack_settings(stack)->caller, failure);

	name_free(&name);
	return gone;
}

static bool
remove_table(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	(void)presence;
	return tidy(stack, resource, failure);
}

static const char *
remark(const struct resource *resource)
{
	if (strcmp(settings_get(&resource->wanted, "ttl"), "none") != 0)
		return "an embedded table keeps its items: ttl has no effect";
	if (strcmp(settings_get(&resource->wanted, "point_in_time_recovery"), "on") == 0)
		return "an embedded table has no point-in-time recovery: copy its file";
	if (resource_member(resource, "changes") != NULL)
		return "an embedded table has no stream of changes";
	return NULL;
}

static const char *const settings[] = {"key", NULL};

const struct resource_kind resource_table_local = {.settings = settings,
    .fixed = settings,
    .read = read_presence,
    .make = make,
    .remove = remove_table,
    .tidy = tidy,
    .remark = remark};
