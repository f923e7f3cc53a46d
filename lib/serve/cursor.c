/* cursor: a hash, and a sort key as JSON, in base64 with the alphabet for URLs. */
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
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

enum { HASH = 8 /* hexadecimal digits */ };

uint32_t
cursor_query(const char *const *texts, size_t count)
{
	uint64_t hash = HASH_BEGIN;

	for (size_t i = 0; i < count; i++) {
		const char *text = texts[i] != NULL ? texts[i] : "\1";

		/* With the NUL, so that no two lists are one text. */
		hash = hash_add(hash, (struct span){text, strlen(text) + 1});
	}
	return (uint32_t)(hash ^ hash >> 32);
}

const char *
cursor_make(struct span sort, uint32_t query, struct pool *pool)
{
	struct buffer text;
	struct span copy;

	buffer_init(&text, 2 * sort.length + HASH + 16);
	buffer_add_format(&text, "%08lx", (unsigned long)query);
	base64_encode(&text, sort.start, sort.length);
	translate(&text, "+/", "-_");
	copy = pool_copy(pool, buffer_text(&text), text.length + 1);
	buffer_free(&text);
	return copy.start;
}

bool
cursor_read(const char *text, uint32_t query, struct buffer *sort)
{
	struct buffer copy;
	struct json_error error;
	struct span key;
	char hash[HASH + 1];
	bool read;

	snprintf(hash, sizeof hash, "%08lx", (unsigned long)query);
	if (strncmp(text, hash, HASH) != 0)
		return false;
	text += HASH;
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
