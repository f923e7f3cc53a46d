/*
 * json: scans records without building trees. RFC 8259 strictly: valid UTF-8 (no unpaired
 * surrogates, raw or escaped), no raw control characters in strings, only white space after the
 * value. Own code, as the libraries in Debian build a tree, turn numbers into doubles or accept
 * invalid JSON, and a record must be checked and searched in one pass without a copy.
 */
#ifndef TEXT_JSON_H
#define TEXT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"
#include "base/span.h"

enum {
	JSON_DEPTH = 64, /* of nested objects and arrays; the outermost is 1 */
	JSON_DEPTH_TABLE = 32, /* as in DynamoDB */
	JSON_DEPTH_MOST = 128 /* the limit of any check: a service's reply encloses records */
};

struct json_error {
	size_t offset; /* of the first invalid byte */
	const char *reason; /* static: "a colon is missing", "an unpaired surrogate", … */
};

enum json_kind {
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_STRING,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL
};

/* Is text one JSON value, no deeper than depth? */
bool json_check(struct span text, unsigned depth, struct json_error *error);

/* The kind of a value that is known to be valid; leading white space is allowed. */
enum json_kind json_kind(struct span value);

/* value; start NULL if it is null: in the replies of services null and absent are alike. */
static inline struct span
json_present(struct span value)
{
	if (value.start != NULL && json_kind(value) == JSON_NULL)
		value.start = NULL;
	return value;
}

/* A member to find at the top level of an object. */
struct json_wanted {
	struct span name; /* plain, not escaped */
	struct span value; /* result: its text without white space around; start NULL: absent */
	unsigned times; /* result: how often the name occurs; value is the first */
};

/*
 * Checks text as json_check does, checks that it is an object, and finds the wanted members
 * (escaped names match, too). *members, unless NULL, becomes the number of members.
 */
bool json_find(struct span text, unsigned depth, struct json_wanted *wanted, size_t count,
    size_t *members, struct json_error *error);

/*
 * Checks text as json_check does, checks that it is an object, and gives its members to take: name
 * is the text between the quotes, still escaped; value has no white space around it. take returns
 * false to be given no more of them; the rest of the text is still checked.
 */
bool json_each_member(struct span text, unsigned depth,
    bool (*take)(void *context, struct span name, struct span value), void *context,
    struct json_error *error);

/*
 * Iterates over the members or elements of a value that is known to be valid. name is the text
 * between the quotes, still escaped; value has no white space around it.
 */
struct json_cursor {
	const char *at;
	const char *end;
};
struct json_cursor json_enter(struct span container);
bool json_next_member(struct json_cursor *cursor, struct span *name, struct span *value);
bool json_next_element(struct json_cursor *cursor, struct span *value);
/* Finds members of the next element. False: there is none, or it is not an object. */
bool json_next_object(struct json_cursor *cursor, struct json_wanted *wanted, size_t count);

/* The text between a string's quotes. */
struct span json_inside(struct span string);
/* Is the unescaped inside of a string, or name, equal to plain? */
bool json_text_is(struct span inside, struct span plain);
/* Unescapes a valid inside to to, which has room for inside.length bytes. Returns the length. */
size_t json_unescape(struct span inside, char *to);
/* Adds bytes as a quoted string; invalid UTF-8 becomes U+FFFD. False: the ceiling. */
bool json_add_string(struct buffer *buffer, const void *bytes, size_t length);
bool json_is_utf8(struct span text);
/* The first escape of a NUL in valid JSON, at which cJSON would cut its string; NULL: none. */
const char *json_nul(struct span text);

#endif
