/* csv: finds the members of each item, and quotes them. */
#include <string.h>

#include "serve/csv.h"

bool
csv_choose(struct csv *csv, const char *names)
{
	while (csv->count < CSV_COLUMNS) {
		size_t length = strcspn(names, ",");

		if (length == 0)
			return false;
		csv->columns[csv->count++].name = (struct span){names, length};
		if (names[length] == '\0')
			return true;
		names += length + 1;
	}
	return false;
}

static bool
add_field(struct buffer *to, struct span text)
{
	bool quoted = false, added;

	for (size_t i = 0; i < text.length && !quoted; i++)
		quoted = strchr(",\"\r\n", text.start[i]) != NULL;
	if (!quoted)
		return buffer_add(to, text.start, text.length);
	added = buffer_add(to, "\"", 1);
	for (size_t i = 0; i < text.length && added; i++)
		added = (text.start[i] != '"' || buffer_add(to, "\"", 1)) &&
		        buffer_add(to, &text.start[i], 1);
	return added && buffer_add(to, "\"", 1);
}

static bool
add_value(struct buffer *to, struct span value, struct pool *pool)
{
	value = json_present(value);
	if (value.start == NULL)
		return true;
	if (json_kind(value) == JSON_STRING) {
		struct span inside = json_inside(value);
		char *plain = pool_take(pool, inside.length + 1);

		value = (struct span){plain, json_unescape(inside, plain)};
	}
	return add_field(to, value);
}

static void
take_columns(struct csv *csv, struct span item, struct pool *pool)
{
	struct json_cursor cursor = json_enter(item);
	struct span name, value;

	while (csv->count < CSV_COLUMNS && json_next_member(&cursor, &name, &value)) {
		char *plain = pool_take(pool, name.length + 1);

		csv->columns[csv->count++].name = (struct span){plain, json_unescape(name, plain)};
	}
}

static bool
add_header(struct csv *csv, struct buffer *to)
{
	bool added = true;

	for (size_t i = 0; i < csv->count && added; i++)
		added = (i == 0 || buffer_add(to, ",", 1)) && add_field(to, csv->columns[i].name);
	return added && buffer_add(to, "\r\n", 2);
}

bool
csv_add(struct csv *csv, struct buffer *to, struct span item, struct pool *pool)
{
	struct json_error error;
	bool added = true;

	if (csv->count == 0)
		take_columns(csv, item, pool);
	if (to->length == 0 && !add_header(csv, to))
		return false;
	if (!json_find(item, JSON_DEPTH, csv->columns, csv->count, NULL, &error))
		return true;
	for (size_t i = 0; i < csv->count && added; i++)
		added = (i == 0 || buffer_add(to, ",", 1)) &&
		        add_value(to, csv->columns[i].value, pool);
	return added && buffer_add(to, "\r\n", 2);
}
