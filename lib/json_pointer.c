/* json_pointer: RFC 6901 over a valid value. */
#include <stdlib.h>
#include <string.h>
#include "json.h"
#include "memory.h"

static const struct span nothing = {NULL, 0};

/* Cuts the next token off, "~1" and "~0" undone in place. False where a ~ has neither behind it. */
static bool
take_token(char **pointer, struct span *token)
{
	char *at = *pointer, *to = at;

	for (; *at != '\0' && *at != '/'; at++) {
		if (*at == '~') {
			at++;
			if (*at != '0' && *at != '1')
				return false;
			*to++ = *at == '0' ? '~' : '/';
		} else {
			*to++ = *at;
		}
	}
	*token = (struct span){*pointer, (size_t)(to - *pointer)};
	*pointer = at;
	return true;
}

static struct span
find_member(struct span object, struct span token)
{
	struct json_cursor cursor = json_enter(object);
	struct span name, value;

	while (json_next_member(&cursor, &name, &value)) {
		if (json_text_is(name, token))
			return value;
	}
	return nothing;
}

static struct span
find_element(struct span array, struct span token)
{
	struct json_cursor cursor = json_enter(array);
	struct span value;
	size_t index = 0;

	/* More digits than this no array in memory needs; nor a leading zero. */
	if (token.length == 0 || token.length > 9 || (token.length > 1 && token.start[0] == '0'))
		return nothing;
	for (size_t i = 0; i < token.length; i++) {
		if (token.start[i] < '0' || token.start[i] > '9')
			return nothing;
		index = index * 10 + (size_t)(token.start[i] - '0');
	}
	while (json_next_element(&cursor, &value)) {
		if (index-- == 0)
			return value;
	}
	return nothing;
}

/* The token "*": what is alone in its container. */
static struct span
find_only(struct span container, bool object)
{
	struct json_cursor cursor = json_enter(container);
	struct span name, value, second;

	if (object ? !json_next_member(&cursor, &name, &value)
	           : !json_next_element(&cursor, &value))
		return nothing;
	if (object ? json_next_member(&cursor, &name, &second)
	           : json_next_element(&cursor, &second))
		return nothing;
	return value;
}

static struct span
find(struct span value, struct span token)
{
	enum json_kind kind = json_kind(value);

	if (kind != JSON_OBJECT && kind != JSON_ARRAY)
		return nothing;
	if (span_equal(token, span_of("*")))
		return find_only(value, kind == JSON_OBJECT);
	return kind == JSON_OBJECT ? find_member(value, token) : find_element(value, token);
}

static struct span
trim(struct span value)
{
	static const char space[] = " \t\r\n";

	while (value.length > 0 && memchr(space, value.start[0], 4) != NULL) {
		value.start++;
		value.length--;
	}
	while (value.length > 0 && memchr(space, value.start[value.length - 1], 4) != NULL)
		value.length--;
	return value;
}

struct span
json_pointer(struct span value, const char *pointer)
{
	char *copy = memory_copy_text(pointer), *at = copy;
	struct span token;

	value = trim(value);
	while (value.start != NULL && *at != '\0') {
		if (*at++ != '/' || !take_token(&at, &token))
			value = nothing;
		else
			value = find(value, token);
	}
	free(copy);
	return value;
}
