/* difference: compares the wanted settings with those found, and writes the result as JSON. */
#include <string.h>

#include "stack/difference.h"
#include "text/json.h"

static bool
is_fixed(const struct resource_kind *kind, const char *setting)
{
	for (size_t i = 0; kind->fixed != NULL && kind->fixed[i] != NULL; i++) {
		if (strcmp(kind->fixed[i], setting) == 0)
			return true;
	}
	return false;
}

static void
add(struct differences *differences, struct difference difference)
{
	struct difference *added = &differences->all[differences->count++];

	*added = difference;
	if (difference.fixed && differences->fixed == NULL)
		differences->fixed = added;
	if (!difference.fixed && differences->next == NULL)
		differences->next = added;
}

void
differences_find(const struct resource *resource, const struct presence *presence,
    struct differences *differences)
{
	const struct resource_kind *kind = resource->kind;

	*differences = (struct differences){.count = 0};
	for (size_t i = 0; kind->settings != NULL && kind->settings[i] != NULL; i++) {
		const char *setting = kind->settings[i];
		const char *to = settings_get(&resource->wanted, setting), *from = NULL;

		if (presence->exists)
			from = settings_get(&presence->found, setting);
		if (to == NULL || (from != NULL && strcmp(from, to) == 0))
			continue;
		if (differences->count < RESOURCE_SETTINGS)
			add(differences, (struct difference){setting, from, to,
			                     presence->exists && is_fixed(kind, setting)});
	}
}

static void
add_text(struct buffer *json, const char *name, const char *text)
{
	if (text == NULL)
		return;
	buffer_add_format(json, ",\"%s\":", name);
	json_add_string(json, text, strlen(text));
}

bool
differences_write(const struct differences *differences, struct buffer *json)
{
	bool whole = buffer_add_text(json, "[");

	for (size_t i = 0; i < differences->count; i++) {
		const struct difference *difference = &differences->all[i];

		buffer_add_format(
		    json, "%s{\"setting\":\"%s\"", i > 0 ? "," : "", difference->setting);
		/* The digest of a secret would help to guess it. */
		if (strcmp(difference->setting, "value") != 0) {
			add_text(json, "from", difference->from);
			add_text(json, "to", difference->to);
		}
		whole = buffer_add_text(json, "}");
	}
	return buffer_add_text(json, "]") && whole;
}
