/*
 * item: a record under DynamoDB's rules: key, sizes, depth, numbers, names.
 * Source: DynamoDB Developer Guide, Constraints, HowItWorks.NamingRulesDataTypes
 * and CapacityUnitCalculations (sizes).
 *
 * A record is plain JSON (string: S, number: N, object: M, array: L, true and
 * false: BOOL, null: NULL), or typed: DynamoDB's own JSON, in which each
 * attribute is {"TAG":value}, and which has binary and sets besides.
 */
#ifndef TABLE_ITEM_H
#define TABLE_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"

enum {
	/*
	 * Names and strings: their bytes of UTF-8; numbers: a byte for two digits, one more, and
	 * one for the sign; binary: its bytes; true, false, null: 1; object, array: 3, and 1 for
	 * each thing in them; a set: its elements.
	 */
	ITEM_SIZE_MAX = 400 * 1024,
	ITEM_PARTITION_MAX = 2048,
	ITEM_SORT_MAX = 1024,
	KEY_NAME_MAX = 255
};

struct key_part {
	char name[KEY_NAME_MAX + 1]; /* of the attribute; "": there is no sort key */
	char type; /* S, N or B */
};

struct table_key {
	struct key_part partition;
	struct key_part sort;
};

struct item {
	/* As it is stored: plain if possible; typed if it holds sets or binary. */
	struct span text;
	bool typed; /* text is typed */
	/*
	 * The key, in a form that memcmp sorts as DynamoDB does: the bytes of a string or of
	 * binary, number_key of a number. sort is empty if the table has no sort key.
	 */
	struct span partition;
	struct span sort;
};

struct item_reader;

/* The key is borrowed as long as the reader lives. */
struct item_reader *item_reader_open(const struct table_key *key);
void item_reader_close(struct item_reader *reader);
/* Forgets the items that were read. */
void item_reader_reset(struct item_reader *reader);

/*
 * Checks text as an item. False: FAILURE_REFUSED, which attribute and why. The spans of item, and
 * text, must stay valid until item_reader_reset.
 */
bool item_read(struct item_reader *reader, struct span text, bool typed, struct item *item,
    struct failure *failure);

/*
 * The same for text of which only the key matters: its other members are not checked, and
 * item->text is an object of the key's attributes only, plain or typed as text is.
 */
bool item_read_key(struct item_reader *reader, struct span text, bool typed, struct item *item,
    struct failure *failure);

/*
 * Converts a key's value as a person writes it (binary in base64) to the form that struct item has;
 * valid until item_reader_reset. False: FAILURE_PERMANENT and why.
 */
bool item_key_value(struct item_reader *reader, bool sort, struct span text, struct span *value,
    struct failure *failure);

/*
 * Adds a stored item on one line, typed or plain. In plain form a set is an array, and binary is
 * base64. False: to has reached its ceiling.
 */
bool item_write(struct buffer *to, struct span text, bool stored_typed, bool typed);
/* The same with the attributes in the projection only; NULL: all. */
struct projection;
bool item_write_some(struct buffer *to, struct span text, bool stored_typed, bool typed,
    const struct projection *projection);

#endif
