/* ini: reads sections and their entries line by line. */
#include <stdlib.h>
#include <strings.h>
#include "text/ini.h"
#include "base/memory.h"

struct entry {
	char *sub; /* NULL: not nested */
	char *key;
	char *value;
};

struct section {
	char *whole;
	char *kind; /* NULL: one word only */
	char *name;
	struct entry *entries;
	size_t count;
};

struct ini {
	struct section *sections;
	size_t count;
};

/* The state of reading. */
struct reading {
	struct ini *ini;
	const char *open; /* the key that lines with a deeper indent belong to; NULL: none */
	size_t indent; /* of the key open */
	const char *reason;
};

static bool
is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\f' || byte == '\v';
}

static struct span
trim(struct span text)
{
	while (text.length > 0 && is_blank(text.start[0])) {
		text.start++;
		text.length--;
	}
	while (text.length > 0 && is_blank(text.start[text.length - 1]))
		text.length--;
	return text;
}

static char *
copy(struct span text)
{
	return memory_copy(text.start, text.length);
}

void
ini_free(struct ini *ini)
{
	if (ini == NULL)
		return;
	for (size_t i = 0; i < ini->count; i++) {
		struct section *section = &ini->sections[i];
		for (size_t k = 0; k < section->count; k++) {
			free(section->entries[k].sub);
			free(section->entries[k].key);
			memory_wipe_text(section->entries[k].value);
		}
		free(section->entries);
		free(section->whole);
		free(section->kind);
		free(section->name);
	}
	free(ini->sections);
	free(ini);
}

/* Makes room for one more if the count is a power of two (or 0). */
static void *
grow(void *old, size_t count, size_t size)
{
	return (count & (count - 1)) == 0 ? memory_resize(old, count > 0 ? 2 * count : 1, size)
	                                  : old;
}

static bool
add_section(struct reading *reading, struct span line)
{
	struct ini *ini = reading->ini;
	const char *end = memchr(line.start, ']', line.length);
	if (end == NULL) {
		reading->reason = "a section's name is not followed by ]";
		return false;
	}
	struct span whole = trim((struct span){line.start + 1, (size_t)(end - line.start) - 1});
	struct span name = whole;
	ini->sections = grow(ini->sections, ini->count, sizeof(*ini->sections));
	struct section *section = &ini->sections[ini->count++];
	*section = (struct section){.whole = copy(whole)};
	while (name.length > 0 && name.start[0] != ' ' && name.start[0] != '\t') {
		name.start++;
		name.length--;
	}
	if (name.length > 0)
		section->kind = memory_copy(whole.start, whole.length - name.length);
	name = name.length > 0 ? trim(name) : whole;
	if (name.length > 1 && (name.start[0] == '"' || name.start[0] == '\'') &&
	    name.start[name.length - 1] == name.start[0])
		name = (struct span){name.start + 1, name.length - 2};
	section->name = copy(name);
	reading->open = NULL;
	return true;
}

static void
set_entry(struct section *section, const char *sub, struct span key, struct span value)
{
	section->entries = grow(section->entries, section->count, sizeof(*section->entries));
	struct entry *entry = &section->entries[section->count++];
	entry->sub = sub != NULL ? memory_copy_text(sub) : NULL;
	entry->key = copy(key);
	entry->value = copy(value);
}

/* Splits "KEY = VALUE" at the first of the delimiters. */
static bool
split(struct span line, const char *delimiters, struct span *key, struct span *value)
{
	size_t at = 0;
	while (at < line.length && strchr(delimiters, line.start[at]) == NULL)
		at++;
	if (at == line.length)
		return false;
	*key = trim((struct span){line.start, at});
	*value = trim((struct span){line.start + at + 1, line.length - at - 1});
	return key->length > 0;
}

static void
continue_value(struct reading *reading, struct section *section, struct span line)
{
	struct entry *entry = &section->entries[section->count - 1];
	struct span key, value;
	bool nests = entry->sub != NULL || entry->value[0] == '\0';
	if (nests && split(line, "=", &key, &value)) {
		set_entry(section, reading->open, key, value);
		return;
	}
	char *longer = memory_format("%s%s%.*s", entry->value, entry->value[0] != '\0' ? "\n" : "",
	    (int)line.length, line.start);
	memory_wipe_text(entry->value);
	entry->value = longer;
}

static bool
take_line(struct reading *reading, struct span line)
{
	struct span text = trim(line), key, value;
	size_t indent = (size_t)(text.start - line.start);
	if (text.length == 0 || text.start[0] == '#' || text.start[0] == ';')
		return true;
	if (reading->ini->count > 0 && reading->open != NULL && indent > reading->indent) {
		continue_value(reading, &reading->ini->sections[reading->ini->count - 1], text);
		return true;
	}
	if (text.start[0] == '[')
		return add_section(reading, text);
	reading->reason = reading->ini->count == 0 ? "a setting before the first [section]"
	                                           : "neither a [section] nor KEY = VALUE";
	if (reading->ini->count == 0 || !split(text, "=:", &key, &value))
		return false;
	struct section *section = &reading->ini->sections[reading->ini->count - 1];
	set_entry(section, NULL, key, value);
	reading->open = section->entries[section->count - 1].key;
	reading->indent = indent;
	return true;
}

struct ini *
ini_parse(struct span text, size_t *line, const char **reason)
{
	struct reading reading = {.ini = memory_new(1, sizeof(struct ini))};
	*line = 0;
	if (span_begins(text, "\xEF\xBB\xBF")) {
		text.start += 3;
		text.length -= 3;
	}
	while (text.length > 0) {
		const char *end = memchr(text.start, '\n', text.length);
		size_t length = end != NULL ? (size_t)(end - text.start) : text.length;
		bool good = memchr(text.start, '\0', length) == NULL;
		++*line;
		reading.reason = "a NUL byte";
		if (!good || !take_line(&reading, (struct span){text.start, length})) {
			*reason = reading.reason;
			ini_free(reading.ini);
			return NULL;
		}
		length += end != NULL;
		text.start += length;
		text.length -= length;
	}
	return reading.ini;
}

static bool
is_section(const struct section *section, const char *kind, const char *name)
{
	if (kind == NULL)
		return strcmp(section->whole, name) == 0;
	return section->kind != NULL && strcmp(section->kind, kind) == 0 &&
	       strcmp(section->name, name) == 0;
}

bool
ini_has(const struct ini *ini, const char *kind, const char *name)
{
	for (size_t i = 0; ini != NULL && i < ini->count; i++)
		if (is_section(&ini->sections[i], kind, name))
			return true;
	return false;
}

static const char *
last_of(const struct section *section, const char *sub, const char *key)
{
	for (size_t i = section->count; i-- > 0;) {
		const struct entry *entry = &section->entries[i];
		bool same_sub = sub == NULL
		                    ? entry->sub == NULL
		                    : entry->sub != NULL && strcasecmp(entry->sub, sub) == 0;
		if (same_sub && strcasecmp(entry->key, key) == 0)
			return entry->value;
	}
	return NULL;
}

const char *
ini_get(const struct ini *ini, const char *kind, const char *name, const char *sub, const char *key)
{
	for (size_t i = ini != NULL ? ini->count : 0; i-- > 0;) {
		const char *value = NULL;
		if (is_section(&ini->sections[i], kind, name))
			value = last_of(&ini->sections[i], sub, key);
		if (value != NULL)
			return value[0] != '\0' ? value : NULL;
	}
	return NULL;
}
