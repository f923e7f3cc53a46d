/* item_value: the kind of an attribute's value; private to this folder. */
#ifndef TABLE_ITEM_VALUE_H
#define TABLE_ITEM_VALUE_H

#include "table/item.h"

enum item_tag {
	ITEM_S,
	ITEM_N,
	ITEM_B,
	ITEM_BOOL,
	ITEM_NULL,
	ITEM_M,
	ITEM_L,
	ITEM_SS,
	ITEM_NS,
	ITEM_BS,
	ITEM_TAGS /* their number; also: not a valid tag */
};

/* An attribute's value: its tag and its JSON (plain: the value itself). */
struct item_value {
	enum item_tag tag;
	struct span inner;
};

/*
 * Splits a valid value. Its tag is ITEM_TAGS if it is typed but not an object with one member that
 * a tag names.
 */
struct item_value item_untag(struct span value, bool typed);

/* Why the value of a typed attribute does not fit its tag; NULL: it does, as far as it is not a
 * set. */
const char *item_misfit(struct item_value value);

#endif
