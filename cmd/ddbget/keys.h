/* keys: looks up the keys in the lines of standard input. */
#ifndef DDBGET_KEYS_H
#define DDBGET_KEYS_H

#include "table/table.h"
#include "tool/tool.h"

/*
 * Writes the item of each line, in their order, until the input ends. The position of a line is put
 * in front of its item, and marks are passed on in their place. A line without an item, or without
 * a valid key, is reported, and the exit status 1 noted. typed: keys and items are DynamoDB's JSON.
 */
bool keys_look_up(struct tool *tool, struct table *table, bool typed, struct failure *failure);

#endif
