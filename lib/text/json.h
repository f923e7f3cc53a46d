/*
 * json: records are scanned here, never parsed into trees. RFC 8259 strictly:
 * UTF-8 only (no surrogate may stand alone, written or escaped), no raw control
 * bytes in strings, nothing behind the value but white space.
 */
#ifndef TEXT_JSON_H
#define TEXT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"
#include "base/span.h"

enum {
	JSON_DEPTH = 64, /* nested objects and arrays, the outermost being 1 */
	JSON_DEPTH_TABLE = 32, /* as DynamoDB */
	JSON_DEPTH_MOST =
	    128 /* what a check can be asked for: a service's reply goes around records */
};

struct json_error {
	size_t offset; /* of the first byte that does not fit */
	const char *reason; /* static: "a colon is missing", "a surrogate stands alone", … */
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

/* Of a value whose text is known to be valid; white space before it is passed over. */
enum json_kind json_kind(struct span value);

/* A member to look for at the top level of an object. */
struct json_wanted {
	struct span name; /* plain UTF-8, not escaped */
	struct span value; /* found: its text without white space around; start NULL where absent */
	unsigned times; /* how often the name occurs; value is the first */
};

/*
 * Checks text as json_check does and that it is an object, and looks for the
 * wanted members (names compared after their escapes are undone). *members, if
 * not NULL, gets the number of members.
 */
bool json_find(struct span text, unsigned depth, struct json_wanted *wanted, size_t count,
    size_t *members, struct json_error *error);

/*
 * Stepping over a value that is known to be valid. name is the text between
 * the quotes, escapes as they are; value is without white space around.
 */
struct json_cursor {
	const char *at;
	const char *end;
};
struct json_cursor json_enter(struct span container);
bool json_next_member(struct json_cursor *cursor, struct span *name, struct span *value);
bool json_next_element(struct json_cursor *cursor, struct span *value);

/* The text between a string's quotes. */
struct span json_inside(struct span string);
/* Does a name or the inside of a string, its escapes undone, equal plain? */
bool json_text_is(struct span inside, struct span plain);
/* Undoes the escapes of a valid inside; to has room for inside.length bytes. Returns how many. */
size_t json_unescape(struct span inside, char *to);
/* Adds bytes as a quoted JSON string; broken UTF-8 becomes U+FFFD. False at the ceiling. */
bool json_add_string(struct buffer *buffer, const void *bytes, size_t length);
bool json_is_utf8(struct span text);

#endif
