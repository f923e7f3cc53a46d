/* description: reads the reply to DescribeTable. */
#include "table/dynamodb/description.h"
#include "text/json.h"
#include "text/json_pointer.h"

void
dynamodb_description_text(struct span string, char *text, size_t room)
{
	struct span inside;

	text[0] = '\0';
	if (string.start == NULL || json_kind(string) != JSON_STRING)
		return;
	inside = json_inside(string);
	if (inside.length >= room)
		return;
	text[json_unescape(inside, text)] = '\0';
}

/* Two members of each object in an array. */
static bool
next_pair(struct json_cursor *cursor, const char *const names[2], char name[KEY_NAME_MAX + 1],
    char value[16])
{
	struct json_wanted wanted[2] = {{.name = span_of(names[0])}, {.name = span_of(names[1])}};
	struct json_error error;
	struct span element;

	if (!json_next_element(cursor, &element) ||
	    !json_find(element, JSON_DEPTH, wanted, 2, NULL, &error))
		return false;
	dynamodb_description_text(wanted[0].value, name, KEY_NAME_MAX + 1);
	dynamodb_description_text(wanted[1].value, value, 16);
	return true;
}

/* The attributes of the key, then their types. */
static bool
read_key(struct table_key *key, struct span schema, struct span definitions)
{
	static const char *const schema_names[2] = {"AttributeName", "KeyType"};
	static const char *const type_names[2] = {"AttributeName", "AttributeType"};
	char name[KEY_NAME_MAX + 1], value[16];
	struct json_cursor cursor;

	if (schema.start == NULL || json_kind(schema) != JSON_ARRAY || definitions.start == NULL ||
	    json_kind(definitions) != JSON_ARRAY)
		return false;
	memset(key, 0, sizeof *key);
	cursor = json_enter(schema);
	while (next_pair(&cursor, schema_names, name, value))
		strcpy(strcmp(value, "HASH") == 0 ? key->partition.name : key->sort.name, name);
	cursor = json_enter(definitions);
	while (next_pair(&cursor, type_names, name, value)) {
		bool known = value[0] != '\0' && strchr("SNB", value[0]) != NULL;

		if (known && strcmp(name, key->partition.name) == 0)
			key->partition.type = value[0];
		if (known && strcmp(name, key->sort.name) == 0)
			key->sort.type = value[0];
	}
	return key->partition.type != '\0' &&
	       (key->sort.name[0] == '\0') == (key->sort.type == '\0');
}

enum { PARTS = 3 };

/* Finds parts of a reply. False: it is not valid JSON. */
static bool
find_parts(struct span reply, const char *const pointers[PARTS], struct span found[PARTS])
{
	struct json_pointers *paths;
	struct json_error error;

	if (!json_check(reply, JSON_DEPTH, &error))
		return false;
	paths = json_pointers_compile(pointers, PARTS, &(size_t){0});
	json_pointers_follow(paths, reply, found);
	json_pointers_free(paths);
	return true;
}

bool
dynamodb_description_read(struct dynamodb_description *description, struct span reply)
{
	static const char *const pointers[] = {
	    "/Table/KeySchema", "/Table/AttributeDefinitions", "/Table/TableStatus"};
	struct span found[PARTS];

	if (!find_parts(reply, pointers, found))
		return false;
	dynamodb_description_text(found[2], description->status, sizeof description->status);
	return read_key(&description->key, found[0], found[1]);
}

static bool
find_index(struct span indexes, const char *index, struct span definitions, struct table_key *key)
{
	struct json_wanted wanted[2] = {
	    {.name = span_of("IndexName")}, {.name = span_of("KeySchema")}};
	struct json_error error;
	struct json_cursor cursor;
	struct span element;

	if (indexes.start == NULL || json_kind(indexes) != JSON_ARRAY)
		return false;
	cursor = json_enter(indexes);
	while (json_next_element(&cursor, &element)) {
		if (json_find(element, JSON_DEPTH, wanted, 2, NULL, &error) &&
		    wanted[0].value.start != NULL && json_kind(wanted[0].value) == JSON_STRING &&
		    json_text_is(json_inside(wanted[0].value), span_of(index)))
			return read_key(key, wanted[1].value, definitions);
	}
	return false;
}

bool
dynamodb_description_index(
    struct span reply, const char *index, struct table_key *key, bool *global)
{
	static const char *const pointers[] = {"/Table/GlobalSecondaryIndexes",
	    "/Table/LocalSecondaryIndexes", "/Table/AttributeDefinitions"};
	struct span found[PARTS];

	if (!find_parts(reply, pointers, found))
		return false;
	*global = find_index(found[0], index, found[2], key);
	return *global || find_index(found[1], index, found[2], key);
}
