/* definition_value: reads one value of a definition and reports what is wrong with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/memory.h"
#include "rate/definition_value.h"

static const double longest = 366 * 86400.0;

bool
definition_wrong(struct definition_reader *reader, const cJSON *item, const char *what)
{
	struct shown shown;
	const char *member = item->string;
	size_t line = definition_line(reader->text, reader->document, item, &member);
	show(&shown, member, strlen(member));
	if (line == 0)
		return fail(reader->failure, FAILURE_PERMANENT,
		    "%s: \"%s\", of the definition that it is based on, %s", reader->origin,
		    shown.text, what);
	return fail(reader->failure, FAILURE_PERMANENT, "%s: line %zu: \"%s\" %s", reader->origin,
	    line, shown.text, what);
}

bool
definition_read_text(struct definition_reader *reader, const cJSON *item, char **to)
{
	if (!cJSON_IsString(item) || item->valuestring[0] == '\0')
		return definition_wrong(reader, item, "must hold text");
	free(*to);
	*to = memory_copy_text(item->valuestring);
	return true;
}

bool
definition_read_pointer(
    struct definition_reader *reader, const cJSON *item, struct json_pointers **to)
{
	size_t bad;
	const char *text = cJSON_IsString(item) ? item->valuestring : "?";
	struct json_pointers *paths = json_pointers_compile(&text, 1, &bad);
	if (paths == NULL)
		return definition_wrong(
		    reader, item, "must be a JSON Pointer, as \"/data/amount\"");
	json_pointers_free(*to);
	*to = paths;
	return true;
}

const char *
definition_place(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz";

	while ((text = strchr(text, '{')) != NULL) {
		size_t word = strspn(++text, letters);
		if (word > 0 && text[word] == '}')
			return text - 1;
	}
	return NULL;
}

bool
definition_read_fixed_pointer(
    struct definition_reader *reader, const cJSON *item, struct json_pointers **to)
{
	if (cJSON_IsString(item) && definition_place(item->valuestring) != NULL)
		return definition_wrong(
		    reader, item, "cannot have a {…}: only pointers of fields can");
	return definition_read_pointer(reader, item, to);
}

/* A setting, not data: a double is precise enough. */
bool
definition_read_seconds(struct definition_reader *reader, const cJSON *item, int64_t *milliseconds)
{
	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0.001 && item->valuedouble <= longest))
		return definition_wrong(
		    reader, item, "must be a number of seconds from 0.001 to a year");
	*milliseconds = (int64_t)(item->valuedouble * 1000 + 0.5);
	return true;
}

bool
definition_read_whole(
    struct definition_reader *reader, const cJSON *item, int least, int most, int *to)
{
	if (!cJSON_IsNumber(item) || item->valuedouble != item->valueint ||
	    item->valueint < least || item->valueint > most) {
		char what[80];
		snprintf(what, sizeof what, "must be a whole number from %d to %d", least, most);
		return definition_wrong(reader, item, what);
	}
	*to = item->valueint;
	return true;
}

bool
definition_is_list(struct definition_reader *reader, const cJSON *item, bool object, int most)
{
	if ((object ? cJSON_IsObject(item) : cJSON_IsArray(item)) &&
	    cJSON_GetArraySize(item) <= most)
		return true;
	char what[80];
	snprintf(what, sizeof what, "must be %s of at most %d %s", object ? "an object" : "a list",
	    most, object ? "members" : "elements");
	return definition_wrong(reader, item, what);
}
