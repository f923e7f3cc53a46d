/* csv: finds the members of the items, and quotes them. */
#include <string.h>

#include "serve/csv.h"
#include "text/number.h"

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

/* The member of that place is often the column of that place. */
static bool
has_column(const struct csv *csv, size_t place, struct span name)
{
	if (place < csv->count && json_text_is(name, csv->columns[place].name))
		return true;
	for (size_t i = 0; i < csv->count; i++) {
		if (json_text_is(name, csv->columns[i].name))
			return true;
	}
	return false;
}

bool
csv_note(struct csv *csv, struct span item, struct pool *pool)
{
	struct json_cursor cursor = json_enter(item);
	struct span name, value;

	for (size_t i = 0; json_next_member(&cursor, &name, &value); i++) {
		char *plain;

		if (has_column(csv, i, name))
			continue;
		if (csv->count == CSV_COLUMNS)
			return false;
		plain = pool_take(pool, name.length + 1);
		csv->columns[csv->count++].name = (struct span){plain, json_unescape(name, plain)};
	}
	return true;
}

/* Source: OWASP, "CSV Injection". */
static bool
is_formula(struct span text)
{
	struct number number;

	return text.length > 0 && memchr("=+-@\t\r\n", text.start[0], 7) != NULL &&
	       number_read(text, &number) != NULL;
}

/* A text, which is escaped if it is a formula, or the JSON of another value. */
static bool
add_field(struct buffer *to, struct span text, bool is_text)
{
	bool quoted = false, added;

	if (is_text && is_formula(text)) {
		quoted = true;
		added = buffer_add(to, "\"'", 2);
	} else {
		for (size_t i = 0; i < text.length && !quoted; i++)
			quoted = memchr(",\"\r\n", text.start[i], 4) != NULL;
		if (!quoted)
			return buffer_add(to, text.start, text.length);
		added = buffer_add(to, "\"", 1);
	}
	for (size_t i = 0; i < text.length && added; i++)
		added = (text.start[i] != '"' || buffer_add(to, "\"", 1)) &&
		        buffer_add(to, &text.start[i], 1);
	return added && buffer_add(to, "\"", 1);
}

static bool
add_value(struct buffer *to, struct span value, struct pool *scratch)
{
	struct span inside;
	char *plain;

	value = json_present(value);
	if (value.start == NULL)
		return true;
	if (json_kind(value) != JSON_STRING)
		return add_field(to, value, false);
	inside = json_inside(value);
	plain = pool_take(scratch, inside.length + 1);
	return add_field(to, (struct span){plain, json_unescape(inside, plain)}, true);
}

bool
csv_add_header(const struct csv *csv, struct buffer *to)
{
	bool added = true;

	for (size_t i = 0; i < csv->count && added; i++)
		added =
		    (i == 0 || buffer_add(to, ",", 1)) && add_field(to, csv->columns[i].name, true);
	return added && (csv->count == 0 || buffer_add(to, "\r\n", 2));
}

bool
csv_add(struct csv *csv, struct buffer *to, struct span item, struct pool *scratch)
{
	struct json_error error;
	bool added = true;

	pool_reset(scratch);
	if (!json_find(item, JSON_DEPTH, csv->columns, csv->count, NULL, &error))
		return true;
	for (size_t i = 0; i < csv->count && added; i++)
		added = (i == 0 || buffer_add(to, ",", 1)) &&
		        add_value(to, csv->columns[i].value, scratch);
	return added && buffer_add(to, "\r\n", 2);
}
