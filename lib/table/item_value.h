/* item_value: what item.c and item_write.c share: what kind of value an attribute has. */
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
	ITEM_TAGS /* how many; also: none of them */
};

extern const char *const item_tags[ITEM_TAGS];

/* An attribute's value: its tag and what stands for it (plain: the value itself). */
struct item_value {
	enum item_tag tag;
	struct span inner;
};

/*
 * Takes a valid value apart. ITEM_TAGS where it is typed and not an object of
 * one member that a tag names.
 */
struct item_value item_untag(struct span value, bool typed);

#endif
