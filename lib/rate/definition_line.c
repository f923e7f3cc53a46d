/* definition_line: finds the line of a value in the text of a definition. */
/*
 * The tree of cJSON has no positions, but its values are in the order of the text: the value with
 * the same number there is the one that is sought.
 */
#include <string.h>
#include "rate/definition_value.h"
#include "text/json.h"

struct search {
	const cJSON *item;
	const char *member; /* the innermost name around it */
	size_t number; /* of values before it; later: still to pass */
	size_t offset;
	const char *start;
};

/* Counts the values of the tree up to the item. */
static bool
find_item(struct search *search, const cJSON *value, const char *name)
{
	const cJSON *child;
	if (value == search->item) {
		search->member = name;
		return true;
	}
	search->number++;
	cJSON_ArrayForEach(child, value)
	{
		if (find_item(search, child, child->string != NULL ? child->string : name))
			return true;
	}
	return false;
}

/* Passes that number of values of the text. */
static bool
find_text(struct search *search, struct span value)
{
	enum json_kind kind = json_kind(value);
	struct json_cursor cursor;
	struct span name, child;
	if (search->number-- == 0) {
		search->offset = (size_t)(value.start - search->start);
		return true;
	}
	if (kind != JSON_OBJECT && kind != JSON_ARRAY)
		return false;
	cursor = json_enter(value);
	while (kind == JSON_OBJECT ? json_next_member(&cursor, &name, &child)
	                           : json_next_element(&cursor, &child))
		if (find_text(search, child))
			return true;
	return false;
}

size_t
definition_line_at(struct span text, size_t offset)
{
	size_t line = 1;
	for (size_t i = 0; i < offset && i < text.length; i++)
		line += text.start[i] == '\n';
	return line;
}

size_t
definition_line(struct span text, const cJSON *document, const cJSON *item, const char **member)
{
	struct search search = {.item = item, .start = text.start};
	if (!find_item(&search, document, "definition"))
		return 0;
	*member = search.member;
	return find_text(&search, text) ? definition_line_at(text, search.offset) : 0;
}
