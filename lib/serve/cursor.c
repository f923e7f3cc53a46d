/* cursor: a hash, and a sort key in base64 with the alphabet for URLs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "serve/cursor.h"
#include "text/base64.h"
#include "text/json.h"
#include "text/number.h"

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

/* Adds what is inside a JSON string. */
static bool
add_string(struct buffer *plain, struct span inside)
{
	char *text = memory_new(inside.length + 1, 1);
	bool added = buffer_add(plain, text, json_unescape(inside, text));

	free(text);
	return added;
}

enum { HASH = 8 /* hexadecimal digits */ };

uint32_t
cursor_query(const struct span *texts, size_t count)
{
	uint64_t hash = HASH_BEGIN;

	for (size_t i = 0; i < count; i++) {
		char length[24];

		/* With its length, so that no two lists are one text. */
		snprintf(length, sizeof length, "%zu:", texts[i].length);
		hash = hash_add(hash, span_of(texts[i].start != NULL ? length : "-"));
		hash = hash_add(hash, texts[i]);
	}
	return (uint32_t)(hash ^ hash >> 32);
}

bool
cursor_add_key(struct buffer *plain, struct span sort)
{
	struct number number;
	char text[64];

	if (json_kind(sort) == JSON_STRING)
		return add_string(plain, json_inside(sort));
	/* A number may have any number of zeros that do not count. */
	return number_read(sort, &number) == NULL &&
	       buffer_add(plain, text, number_format(&number, text));
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
	return read && sort->length > 0;
}
