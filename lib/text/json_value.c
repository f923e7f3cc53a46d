/* json_value: the kind of a value, and the text inside a string. */
#include "text/json.h"
#include "text/json_text.h"

enum json_kind
json_kind(struct span value)
{
	const char *end = json_end(value), *at = json_pass_space(value.start, end);

	switch (at < end ? *at : 'n') {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
		return JSON_TRUE;
	case 'f':
		return JSON_FALSE;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

struct span
json_inside(struct span string)
{
	if (string.length < 2)
		return (struct span){string.start, 0};
	return (struct span){string.start + 1, string.length - 2};
}
