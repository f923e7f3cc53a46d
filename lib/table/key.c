/* table_key: reads and writes a table's key as text. */
#include <stdio.h>
#include <string.h>

#include "text/json.h"
#include "table/key.h"

/* Reads "NAME[:T]". */
static bool
parse_part(const char *text, size_t length, struct key_part *part, struct failure *failure)
{
	struct shown shown;
	size_t name = length;

	part->type = 'S';
	for (size_t i = 0; i < length; i++) {
		if (text[i] == ':')
			name = i;
	}
	if (name < length) {
		part->type = length - name == 2 ? text[name + 1] : '?';
		if (part->type != 'S' && part->type != 'N' && part->type != 'B')
			return fail(failure, FAILURE_PERMANENT,
			    "\"%s\" is not a key attribute: its type must be S (string), N "
			    "(number) or "
			    "B (binary)",
			    show(&shown, text, length));
	}
	if (name == 0 || name > KEY_NAME_MAX || !json_is_utf8((struct span){text, name}))
		return fail(failure, FAILURE_PERMANENT,
		    "\"%s\" is not a key attribute: its name must have 1 to 255 bytes of UTF-8",
		    show(&shown, text, length));
	memcpy(part->name, text, name);
	part->name[name] = '\0';
	return true;
}

bool
table_key_parse(const char *text, struct table_key *key, struct failure *failure)
{
	size_t first = strcspn(text, ",");

	memset(key, 0, sizeof *key);
	if (!parse_part(text, first, &key->partition, failure))
		return false;
	if (text[first] == '\0')
		return true;
	text += first + 1;
	if (!parse_part(text, strlen(text), &key->sort, failure))
		return false;
	if (strcmp(key->partition.name, key->sort.name) == 0)
		return fail(failure, FAILURE_PERMANENT,
		    "the partition key and the sort key must be different attributes");
	return true;
}

const char *
table_key_format(const struct table_key *key, char text[TABLE_KEY_TEXT])
{
	if (key->sort.type == '\0')
		snprintf(text, TABLE_KEY_TEXT, "%s:%c", key->partition.name, key->partition.type);
	else
		snprintf(text, TABLE_KEY_TEXT, "%s:%c,%s:%c", key->partition.name,
		    key->partition.type, key->sort.name, key->sort.type);
	return text;
}
