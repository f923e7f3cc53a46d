/* cursor: a sort key as JSON, in base64 with the alphabet for URLs. */
#include <string.h>

#include "serve/cursor.h"
#include "text/base64.h"
#include "text/json.h"

static void
translate(struct buffer *text, const char *from, const char *to)
{
	for (size_t i = 0; i < text->length; i++) {
		for (size_t j = 0; from[j] != '\0'; j++) {
			if (text->data[i] == from[j]) {
				text->data[i] = to[j];
				break;
			}
		}
	}
}

const char *
cursor_make(struct span sort, struct pool *pool)
{
	struct buffer text;
	struct span copy;

	buffer_init(&text, 2 * sort.length + 8);
	base64_encode(&text, sort.start, sort.length);
	translate(&text, "+/", "-_");
	copy = pool_copy(pool, buffer_text(&text), text.length + 1);
	buffer_free(&text);
	return copy.start;
}

bool
cursor_read(const char *text, struct buffer *sort)
{
	struct buffer copy;
	struct json_error error;
	struct span key;
	bool read;

	buffer_init(&copy, 2 * sort->ceiling + 8);
	read = strpbrk(text, "+/") == NULL && buffer_add_text(&copy, text);
	translate(&copy, "-_", "+/");
	read = read && base64_decode(sort, buffer_span(&copy));
	buffer_free(&copy);
	key = buffer_span(sort);
	/* White space around it would be valid JSON, too. */
	if (!read || key.length == 0 || key.start[0] <= ' ' || key.start[key.length - 1] <= ' ' ||
	    !json_check(key, 1, &error))
		return false;
	return json_kind(key) == JSON_STRING || json_kind(key) == JSON_NUMBER;
}

const char *
cursor_plain(struct span sort, struct pool *pool)
{
	char *plain = pool_take(pool, sort.length + 1);
	size_t length = sort.length;

	if (json_kind(sort) == JSON_STRING)
		length = json_unescape(json_inside(sort), plain);
	else
		memcpy(plain, sort.start, length);
	plain[length] = '\0';
	return plain;
}
