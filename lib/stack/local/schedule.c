/* schedule: a schedule or consumer as an entry of the crontab, replaced as a whole by each call. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/environment.h"
#include "base/memory.h"
#include "schedule/entries.h"
#include "schedule/home.h"
#include "schedule/variables.h"
#include "stack/local/kinds.h"
#include "stack/local/schedule.h"

const char *const schedule_settings[] = {
    "schedule", "command", "limit", "delay", "environment", "instances", NULL};

/* Why an entry may be that of the resource; the best is taken. */
enum claim {
	CLAIM_NONE,
	CLAIM_FOREIGN,
	CLAIM_REMNANT, /* marks without a line: no harm is done if it is removed */
	CLAIM_OURS
};

/* The entry that is searched for: of the resource's name, and its home. */
struct search {
	const struct resource *resource;
	struct presence *presence;
	const struct place *place;
	char *home;
	bool taken; /* an entry has the name */
	enum claim claim; /* of the one found */
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

/* Is it the entry of the resource: of its name, in its home? entry NULL: nothing shows its home. */
static bool
is_found(struct search *search, const char *name, const struct entry *entry)
{
	const char *wanted = search->resource->name;
	char *home, *other;
	bool found;

	if (strncmp(name, wanted, strlen(wanted)) != 0)
		return false;
	home = entry != NULL ? home_of_entry(search->place, entry) : memory_copy_text(search->home);
	other = home_name(wanted, home);
	if (strcmp(name, wanted) == 0)
		search->taken = true;
	found = (strcmp(name, wanted) == 0 || strcmp(name, other) == 0) &&
	        home_is_same(home, search->home);
	free(home);
	free(other);
	return found;
}

static bool
is_ours(const struct entry *entry)
{
	const char *maker = variables_get(entry, SCHEDULE_MAKER);

	return maker != NULL && strcmp(maker, STACK_MAKER) == 0;
}

/* Ours, if there is another of the same home. */
static bool
take_presence(struct search *search, const char *name, enum claim claim)
{
	struct presence *presence = search->presence;

	if (claim <= search->claim)
		return false;
	search->claim = claim;
	presence_free(presence);
	*presence = (struct presence){.exists = true, .ours = claim > CLAIM_FOREIGN};
	snprintf(presence->entry, sizeof presence->entry, "%s", name);
	return true;
}

static void
take_entry(void *context, const struct entry *entry)
{
	struct search *search = context;
	struct settings *found = &search->presence->found;
	char *schedule;

	if (!is_found(search, entry->name, entry) ||
	    !take_presence(search, entry->name, is_ours(entry) ? CLAIM_OURS : CLAIM_FOREIGN))
		return;
	schedule = memory_format("%s%s", entry->schedule, entry->paused ? ENTRY_PAUSED : "");
	settings_set(found, "schedule", schedule);
	settings_set(found, "command", entry->command);
	take_number(found, "limit", entry->limit);
	take_number(found, "delay", entry->delay);
	if (entry->service)
		take_number(found, "instances", entry->instances);
	take_environment(found, entry, settings_get(&search->resource->wanted, "environment"),
	    search->presence->ours);
	free(schedule);
}

/* An entry that is not as fxcron wrote it. */
static void
take_wrong(void *context, const struct entries_damaged *damaged)
{
	struct search *search = context;
	enum claim claim = CLAIM_FOREIGN;

	if (damaged->entry != NULL && is_ours(damaged->entry))
		claim = CLAIM_OURS;
	else if (damaged->idle)
		claim = CLAIM_REMNANT;
	if (!is_found(search, damaged->name, damaged->entry))
		caller_warn(&search->place->caller, "the entry %s: %s", damaged->name,
		    damaged->failure->text);
	else if (take_presence(search, damaged->name, claim))
		search->presence->damage = *damaged->failure;
}

/* The home of the resource's command, to free. */
static char *
home_of(const struct place *place, const struct resource *resource)
{
	const cJSON *given = cJSON_GetObjectItemCaseSensitive(resource->members, "environment");
	const char *home = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(given, "FX_HOME"));

	return home != NULL ? memory_copy_text(home) : home_of_place(place);
}

/* *taken: an entry of another home has the resource's name. */
static bool
search(struct stack *stack, const struct resource *resource, struct presence *presence, bool *taken,
    struct failure *failure)
{
	struct place place;
	struct search search = {.resource = resource, .presence = presence, .place = &place};
	const struct entries_visitor visitor = {take_entry, take_wrong, &search};
	bool good = place_open(&place, &stack_settings(stack)->caller, environment_all(), failure);

	if (good) {
		search.home = home_of(&place, resource);
		good = entries_each(&place, &visitor, failure);
	}
	*taken = search.taken;
	free(search.home);
	place_free(&place);
	return good;
}

bool
schedule_read(struct stack *stack, const struct resource *resource, struct presence *presence,
    struct failure *failure)
{
	bool taken;

	return search(stack, resource, presence, &taken, failure);
}

/* Takes entry. */
static bool
put(struct stack *stack, const struct resource *resource, const char *name, struct entry *entry,
    struct failure *failure)
{
	struct entries_settings settings = {.force = false};
	struct place place;
	bool good = place_open(&place, &stack_settings(stack)->caller, environment_all(), failure);

	if (good) {
		char *home = home_of(&place, resource);
		char *other = home_name(resource->name, home);

		settings.home = home;
		entry_set(&entry->name, name[0] != '\0' ? name : other);
		good = entries_install(&place, entry, &settings, failure);
		free(home);
		free(other);
	}
	place_free(&place);
	entry_free(entry);
	return good;
}

static int64_t
number_of(const struct resource *resource, const char *setting, int64_t otherwise)
{
	const char *value = settings_get(&resource->wanted, setting);

	return value == NULL || strcmp(value, "none") == 0 ? otherwise : strtoll(value, NULL, 10);
}

/* The variables of its line, and the mark. */
static void
add_variables(const struct resource *resource, struct entry *entry)
{
	char *environment = memory_copy_text(settings_get(&resource->wanted, "environment"));
	char *rest;

	for (char *line = strtok_r(environment, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		words_add(&entry->variables, line);
	words_add(&entry->variables, SCHEDULE_MAKER "=" STACK_MAKER);
	free(environment);
}

/* name: of the entry; "": the one that contains the home. */
static bool
install(
    struct stack *stack, const struct resource *resource, const char *name, struct failure *failure)
{
	struct entry entry;

	entry_init(&entry);
	entry_set(&entry.schedule, settings_get(&resource->wanted, "schedule"));
	entry_set(&entry.command, settings_get(&resource->wanted, "command"));
	entry.limit = number_of(resource, "limit", ENTRY_LIMIT_DEFAULT);
	entry.delay = number_of(resource, "delay", 0);
	entry.instances = number_of(resource, "instances", 1);
	add_variables(resource, &entry);
	return put(stack, resource, name, &entry, failure);
}

bool
schedule_make(struct stack *stack, const struct resource *resource, struct failure *failure)
{
	struct presence presence = {.exists = false};
	bool taken, good = search(stack, resource, &presence, &taken, failure);

	presence_free(&presence);
	return good && install(stack, resource, taken ? "" : resource->name, failure);
}

bool
schedule_change(struct stack *stack, const struct resource *resource,
    const struct presence *presence, const char *setting, struct failure *failure)
{
	(void)setting;
	return install(stack, resource, presence->entry, failure);
}

bool
schedule_idle(struct stack *stack, const struct resource *resource, const struct presence *presence,
    struct failure *failure)
{
	struct entry entry;

	/* It cannot be replaced if its lines were edited. */
	if (presence->damage.kind != FAILURE_NONE)
		return true;
	entry_init(&entry);
	entry_set(&entry.schedule, "@yearly");
	entry_set(&entry.command, "true");
	add_variables(resource, &entry);
	return put(stack, resource, presence->entry, &entry, failure);
}

bool
schedule_remove(struct stack *stack, const struct resource *resource,
    const struct presence *presence, struct failure *failure)
{
	struct place place;
	bool removed,
	    good = place_open(&place, &stack_settings(stack)->caller, environment_all(), failure) &&
	           entries_remove(&place, presence->entry, &removed, failure);

	(void)resource;
	place_free(&place);
	return good;
}

const struct resource_kind resource_schedule = {.settings = schedule_settings,
    .read = schedule_read,
    .make = schedule_make,
    .change = schedule_change,
    .remove = schedule_remove};
