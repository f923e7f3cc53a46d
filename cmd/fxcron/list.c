/* list: writes the entries, as columns or as JSON. */
#include <string.h>

#include "fxcron/list.h"
#include "text/json.h"

enum { LINE_MOST = 16 * 1024 * 1024 };

struct listing {
	struct fxcron *fx;
	struct buffer text;
	struct failure *failure;
};

static void
add_string(struct buffer *to, const char *text)
{
	json_add_string(to, text, strlen(text));
}

static void
add_member(struct buffer *to, const char *name, const char *value)
{
	buffer_add_format(to, "\"%s\":", name);
	add_string(to, value != NULL ? value : "");
	buffer_add_text(to, ",");
}

/* Is the same variable set again after it? */
static bool
is_set_again(const struct words *variables, size_t at)
{
	size_t length = strcspn(variables->list[at], "=") + 1;

	for (size_t i = at + 1; i < variables->count; i++) {
		if (strncmp(variables->list[i], variables->list[at], length) == 0)
			return true;
	}
	return false;
}

static void
add_environment(struct buffer *to, const struct words *variables)
{
	const char *comma = "";

	buffer_add_text(to, "\"environment\":{");
	for (size_t i = 0; i < variables->count; i++) {
		size_t length = strcspn(variables->list[i], "=");

		if (is_set_again(variables, i))
			continue;
		buffer_add_text(to, comma);
		json_add_string(to, variables->list[i], length);
		buffer_add_text(to, ":");
		add_string(to, variables->list[i] + length + 1);
		comma = ",";
	}
	buffer_add_text(to, "},");
}

static void
add_json(struct buffer *to, const struct entry *entry)
{
	buffer_add_text(to, "{");
	add_member(to, "name", entry->name);
	if (entry->service && strcmp(entry->schedule, "service") == 0)
		buffer_add_text(to, "\"schedule\":null,");
	else
		add_member(to, "schedule", entry->schedule);
	add_member(to, "command", entry->command);
	add_environment(to, &entry->variables);
	if (entry->limit == ENTRY_LIMIT_DEFAULT)
		buffer_add_text(to, "\"limit\":null,");
	else
		buffer_add_format(to, "\"limit\":%lld,", (long long)entry->limit);
	buffer_add_format(to, "\"delay\":%lld,", (long long)entry->delay);
	if (entry->instances > 1)
		buffer_add_format(to, "\"instances\":%lld,", (long long)entry->instances);
	add_member(to, "log", entry->log);
	add_member(to, "timer", entry->systemd ? "systemd" : "cron");
	buffer_add_format(to, "\"service\":%s%s}\n", entry->service ? "true" : "false",
	    entry->paused ? ",\"paused\":true" : "");
}

static void
write_entry(void *context, const struct entry *entry)
{
	struct listing *listing = context;
	struct buffer *text = &listing->text;

	buffer_clear(text);
	if (listing->fx->options.json)
		add_json(text, entry);
	else
		buffer_add_format(text, "%s\t%s%s\t%s\n", entry->name, entry->schedule,
		    entry->paused ? ENTRY_PAUSED : "", entry->command);
	if (listing->failure->kind == FAILURE_NONE)
		output_add(listing->fx->tool.output, text->data, text->length, listing->failure);
}

static void
write_damaged(void *context, const struct entries_damaged *damaged)
{
	struct listing *listing = context;
	struct buffer *text = &listing->text;

	tool_message(&listing->fx->tool, "%s: %s", damaged->name, damaged->failure->text);
	buffer_clear(text);
	if (listing->fx->options.json)
		buffer_add_format(text, "{\"name\":\"%s\",\"damaged\":true}\n", damaged->name);
	else
		buffer_add_format(text, "%s\tdamaged\t\n", damaged->name);
	if (listing->failure->kind == FAILURE_NONE)
		output_add(listing->fx->tool.output, text->data, text->length, listing->failure);
}

void
list(struct fxcron *fx, struct failure *failure)
{
	struct listing listing = {.fx = fx, .failure = failure};
	const struct entries_visitor visitor = {write_entry, write_damaged, &listing};

	buffer_init(&listing.text, LINE_MOST);
	entries_each(&fx->place, &visitor, failure);
	buffer_free(&listing.text);
}
