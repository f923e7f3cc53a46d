/* item_reader: what the parts of reading an item share: item.c, item_check.c and item_key.c. */
#ifndef TABLE_ITEM_READER_H
#define TABLE_ITEM_READER_H

#include "base/distinct.h"
#include "table/item_value.h"
#include "text/json.h"
#include "text/number.h"
#include "base/pool.h"

struct item_reader {
	const struct table_key *key;
	struct span partition_name;
	struct span sort_name; /* start NULL: none */
	struct pool kept; /* until reset: what items point to outside their text */
	struct pool scratch; /* of one item */
	struct distinct distinct;
	struct buffer decoded; /* from base64 */
	struct buffer plain; /* of a typed item */
	/* Of the item that is being read: */
	struct item *item;
	bool typed;
	bool escaped; /* it has a backslash somewhere */
	bool only_typed; /* it holds sets or binary, which plain JSON does not have */
	size_t size;
	struct failure *failure;
};

/* The place of a value, for messages: a member (name) or an element (index) of another value. */
struct place {
	const struct place *above;
	struct span name; /* start NULL: an element */
	size_t index;
	unsigned depth; /* that it has if it is a container */
};

/*
 * Checks an object, nested up to depth: that it is JSON, and its members' names and values. Passes
 * keys to item_take_key.
 */
bool item_check(struct item_reader *reader, struct span text, unsigned depth);

/* Checks one value. */
bool item_check_value(struct item_reader *reader, const struct place *place, struct span value);

/* Refuses the item because of the value at place; NULL: the item itself. Returns false. */
bool item_refuse(struct item_reader *reader, const struct place *place, const char *reason);

/* Refuses the item because it is not JSON. Returns false. */
bool item_refuse_syntax(struct item_reader *reader, const struct json_error *error);

/* Takes a valid member of the item: keeps it if it is part of the key. */
bool item_take_key(struct item_reader *reader, const struct place *place, struct span value);

/* The unescaped text of a name or string. */
struct span item_plain_text(
    const struct item_reader *reader, struct pool *pool, struct span inside);
/* The text of a number: plain, or the string of a typed one. */
struct span item_number_text(struct item_reader *reader, struct span inner);
/* number_key in memory of the pool. */
struct span item_number_bytes(struct pool *pool, const struct number *number);

#endif
