/*
 * resource_schedule: see resource_schedule.h. Each call takes all of the entry's
 * settings in its stride: fxcron replaces an entry as a whole. A variable in the
 * entry says that fxstack made it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/local/fxcron.h"
#include "base/memory.h"
#include "stack/local/schedule.h"

enum { LIST_MOST = 16 * 1024 * 1024, FIXED_WORDS = 12 };

const char *const schedule_settings[] = {
    "schedule", "command", "limit", "delay", "environment", NULL};

static const char *
text_of(const cJSON *entry, const char *name, const char *otherwise)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, name));

	return text != NULL ? text : otherwise;
}

static void
take_number(struct settings *found, const cJSON *entry, const char *name)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(entry, name);
	char text[32] = "none";

	if (cJSON_IsNumber(number))
		snprintf(text, sizeof text, "%.0f", number->valuedouble);
	settings_set(found, name, text);
}

static void
add_variable(struct buffer *text, const char *name, const char *value)
{
	buffer_add_format(text, "%s%s=%s", text->length > 0 ? "\n" : "", name, value);
}

/* All that we gave stands before our mark; behind it is what fxcron took over by itself. */
static void
take_ours(struct buffer *text, const cJSON *all)
{
	const cJSON *variable;

	cJSON_ArrayForEach(variable, all)
	{
		if (strcmp(variable->string, SCHEDULE_MAKER) == 0)
			return;
		add_variable(text, variable->string, text_of(all, variable->string, ""));
	}
}

/* Of those that are wanted, the variables as they are. */
static void
take_wanted(struct buffer *text, const cJSON *all, const char *wanted)
{
	while (*wanted != '\0') {
		size_t line = strcspn(wanted, "\n"), length = strcspn(wanted, "=");
		char *name = memory_copy(wanted, length);
		const char *value = text_of(all, name, NULL);

		if (value != NULL)
			add_variable(text, name, value);
		free(name);
		wanted += line + (wanted[line] == '\n');
	}
}

static void
take_environment(struct settings *found, const cJSON *all, const char *wanted, bool ours)
{
	struct buffer text;

	buffer_init(&text, 4 * RESOURCE_LINE_MOST);
	if (ours)
		take_ours(&text, all);
	else
		take_wanted(&text, all, wanted);
	settings_set(found, "environment", buffer_text(&text));
	buffer_free(&text);
}

static void
take_entry(const struct resource *resource, const cJSON *entry, struct presence *presence)
{
	const cJSON *environment = cJSON_GetObjectItemCaseSensitive(entry, "environment");
	struct settings *found = &presence->found;

	presence->exists = true;
	presence->ours = strcmp(text_of(environment, SCHEDULE_MAKER, ""), STACK_MAKER) == 0;
	settings_set(found, "schedule", text_of(entry, "schedule", "service"));
	settings_set(found, "command", text_of(entry, "command", ""));
	take_number(found, entry, "limit");
	take_number(found, entry, "delay");
	take_environment(
	    found, environment, settings_get(&resource->wanted, "environment"), presence->ours);
}

bool
schedule_look(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	static const char *const words[] = {"list", "--json", NULL};
	struct buffer list;
	bool looked;

	(void)stack;
	buffer_init(&list, LIST_MOST);
	looked = fxcron_call(words, &list, failure);
	for (size_t at = 0; looked && at < list.length;) {
		const char *line = list.data + at;
		const char *newline = memchr(line, '\n', list.length - at);
		size_t length = newline != NULL ? (size_t)(newline - line) : list.length - at;
		cJSON *entry = cJSON_ParseWithLength(line, length);

		if (strcmp(text_of(entry, "name", ""), resource->name) == 0)
			take_entry(resource, entry, presence);
		cJSON_Delete(entry);
		at += length + 1;
	}
	buffer_free(&list);
	return looked;
}

/* A setting of numbers as an option, where it has one. */
static size_t
add_option(const struct resource *resource, const char *setting, const char *option,
    const char **words, size_t count)
{
	const char *value = settings_get(&resource->wanted, setting);

	if (strcmp(value, "none") == 0)
		return count;
	words[count++] = option;
	words[count++] = value;
	return count;
}

static bool
call(const char *const *words, struct failure *failure)
{
	struct buffer output;
	bool good;

	buffer_init(&output, RESOURCE_LINE_MOST);
	good = fxcron_call(words, &output, failure);
	buffer_free(&output);
	return good;
}

static bool
install(const struct resource *resource, bool ours, struct failure *failure)
{
	char *environment = memory_copy_text(settings_get(&resource->wanted, "environment"));
	const char *schedule = settings_get(&resource->wanted, "schedule");
	const char **words = memory_new(strlen(environment) + FIXED_WORDS, sizeof *words);
	char *rest;
	size_t count = 0;
	bool installed;

	words[count++] = "install";
	words[count++] = resource->name;
	words[count++] = strcmp(schedule, "service") == 0 ? "--service" : schedule;
	count = add_option(resource, "limit", "--limit", words, count);
	count = add_option(resource, "delay", "--delay", words, count);
	for (char *line = strtok_r(environment, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		words[count++] = "-e";
		words[count++] = line;
	}
	if (ours) {
		words[count++] = "-e";
		words[count++] = SCHEDULE_MAKER "=" STACK_MAKER;
	}
	words[count++] = "--";
	words[count++] = settings_get(&resource->wanted, "command");
	installed = call(words, failure);
	free(words);
	free(environment);
	return installed;
}

bool
schedule_make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	(void)stack;
	return install(resource, true, failure);
}

bool
schedule_change(struct stack *stack, const struct resource *resource,
    const struct presence *presence, const char *setting, struct failure *failure)
{
	(void)stack, (void)setting;
	return install(resource, presence->ours, failure);
}

bool
schedule_idle(const struct resource *resource, struct failure *failure)
{
	const char *const words[] = {"install", resource->name, "@yearly", "-e",
	    SCHEDULE_MAKER "=" STACK_MAKER, "--", "true", NULL};

	return call(words, failure);
}

bool
schedule_remove(struct stack *stack, const struct resource *resource,
    const struct presence *presence, struct failure *failure)
{
	const char *const words[] = {"remove", resource->name, NULL};

	(void)stack, (void)presence;
	return call(words, failure);
}

static const char *const none[] = {NULL};

const struct resource_kind resource_schedule = {.settings = schedule_settings,
    .fixed = none,
    .look = schedule_look,
    .make = schedule_make,
    .change = schedule_change,
    .remove = schedule_remove};
