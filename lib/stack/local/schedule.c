/* schedule: a schedule or consumer as an entry of the crontab, replaced as a whole by each call. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/memory.h"
#include "schedule/entries.h"
#include "schedule/variables.h"
#include "stack/local/kinds.h"
#include "stack/local/schedule.h"

const char *const schedule_settings[] = {
    "schedule", "command", "limit", "delay", "environment", NULL};

/* The entry that is searched for. */
struct search {
	const struct resource *resource;
	struct presence *presence;
	struct failure *failure;
	const struct caller *caller;
};

static void
add_setting(struct buffer *text, const char *setting)
{
	buffer_add_format(text, "%s%s", text->length > 0 ? "\n" : "", setting);
}

/* Our variables are before the mark; fxcron copied the rest from its environment. */
static void
take_ours(struct buffer *text, const struct words *variables)
{
	static const char mark[] = SCHEDULE_MAKER "=";

	for (size_t i = 0; i < variables->count; i++) {
		if (strncmp(variables->list[i], mark, strlen(mark)) == 0)
			return;
		add_setting(text, variables->list[i]);
	}
}

/* Of somebody else's entry only the wanted variables are compared. */
static void
take_wanted(struct buffer *text, const struct entry *entry, const char *wanted)
{
	while (*wanted != '\0') {
		size_t line = strcspn(wanted, "\n");
		char *name = memory_copy(wanted, strcspn(wanted, "="));
		const char *value = variables_get(entry, name);

		if (value != NULL)
			buffer_add_format(
			    text, "%s%s=%s", text->length > 0 ? "\n" : "", name, value);
		free(name);
		wanted += line + (wanted[line] == '\n');
	}
}

static void
take_environment(struct settings *found, const struct entry *entry, const char *wanted, bool ours)
{
	struct buffer text;

	buffer_init(&text, 4 * RESOURCE_LINE_MOST);
	if (ours)
		take_ours(&text, &entry->variables);
	else
		take_wanted(&text, entry, wanted);
	settings_set(found, "environment", buffer_text(&text));
	buffer_free(&text);
}

static void
take_number(struct settings *found, const char *name, int64_t number)
{
	char text[24] = "none";

	if (number >= 0)
		snprintf(text, sizeof text, "%" PRId64, number);
	settings_set(found, name, text);
}

static void
take_entry(void *context, const struct entry *entry)
{
	struct search *search = context;
	struct presence *presence = search->presence;
	struct settings *found = &presence->found;
	const char *maker = variables_get(entry, SCHEDULE_MAKER);

	if (strcmp(entry->name, search->resource->name) != 0)
		return;
	presence->exists = true;
	presence->ours = maker != NULL && strcmp(maker, STACK_MAKER) == 0;
	settings_set(found, "schedule", entry->schedule);
	settings_set(found, "command", entry->command);
	take_number(found, "limit", entry->limit);
	take_number(found, "delay", entry->delay);
	take_environment(
	    found, entry, settings_get(&search->resource->wanted, "environment"), presence->ours);
}

/* An entry that is not as fxcron wrote it. */
static void
take_wrong(void *context, const char *name, const struct failure *failure)
{
	struct search *search = context;

	if (strcmp(name, search->resource->name) == 0)
		*search->failure = *failure;
	else
		caller_warn(search->caller, "the entry %s: %s", name, failure->text);
}

bool
schedule_read(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	const struct caller *caller = &stack_settings(stack)->caller;
	struct failure wrong = {.kind = FAILURE_NONE};
	struct search search = {resource, presence, &wrong, caller};
	struct place place;
	bool whole, good = place_open(&place, caller, environment_all(), failure) &&
	                   entries_each(&place, take_entry, take_wrong, &search, &whole, failure);

	place_free(&place);
	if (good && wrong.kind != FAILURE_NONE) {
		*failure = wrong;
		return false;
	}
	return good;
}

static bool
put(struct stack *stack, struct entry *entry, struct failure *failure)
{
	const struct entries_settings settings = {.force = false};
	struct place place;
	bool good =
	    place_open(&place, &stack_settings(stack)->caller, environment_all(), failure) &&
	    entries_install(&place, entry, &settings, failure);

	place_free(&place);
	entry_free(entry);
	return good;
}

static int64_t
number_of(const struct resource *resource, const char *setting, int64_t otherwise)
{
	const char *value = settings_get(&resource->wanted, setting);

	return strcmp(value, "none") == 0 ? otherwise : strtoll(value, NULL, 10);
}

static bool
install(struct stack *stack, const struct resource *resource, bool ours, struct failure *failure)
{
	char *environment = memory_copy_text(settings_get(&resource->wanted, "environment"));
	struct entry entry;
	char *rest;

	entry_init(&entry);
	entry_set(&entry.name, resource->name);
	entry_set(&entry.schedule, settings_get(&resource->wanted, "schedule"));
	entry_set(&entry.command, settings_get(&resource->wanted, "command"));
	entry.limit = number_of(resource, "limit", ENTRY_LIMIT_DEFAULT);
	entry.delay = number_of(resource, "delay", 0);
	for (char *line = strtok_r(environment, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		words_add(&entry.variables, line);
	if (ours)
		words_add(&entry.variables, SCHEDULE_MAKER "=" STACK_MAKER);
	free(environment);
	return put(stack, &entry, failure);
}

bool
schedule_make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	return install(stack, resource, true, failure);
}

bool
schedule_change(struct stack *stack, const struct resource *resource,
    const struct presence *presence, const char *setting, struct failure *failure)
{
	(void)setting;
	return install(stack, resource, presence->ours, failure);
}

bool
schedule_idle(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct entry entry;

	entry_init(&entry);
	entry_set(&entry.name, resource->name);
	entry_set(&entry.schedule, "@yearly");
	entry_set(&entry.command, "true");
	words_add(&entry.variables, SCHEDULE_MAKER "=" STACK_MAKER);
	return put(stack, &entry, failure);
}

bool
schedule_remove(struct stack *stack, const struct resource *resource,
    const struct presence *presence, struct failure *failure)
{
	struct place place;
	bool removed,
	    good = place_open(&place, &stack_settings(stack)->caller, environment_all(), failure) &&
	           entries_remove(&place, resource->name, &removed, failure);

	(void)presence;
	place_free(&place);
	return good;
}

const struct resource_kind resource_schedule = {.settings = schedule_settings,
    .read = schedule_read,
    .make = schedule_make,
    .change = schedule_change,
    .remove = schedule_remove};
