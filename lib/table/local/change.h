/*
 * table_local_change: the embedded table as a piece of infrastructure: looked
 * at, made and deleted. path is the table's file (name_parse).
 */
#ifndef TABLE_LOCAL_CHANGE_H
#define TABLE_LOCAL_CHANGE_H

#include <stdbool.h>
#include "base/failure.h"
#include "table/table.h"

struct table_shape {
	struct table_key key; /* fixed once it is made */
	char made_by[64]; /* what the maker noted; empty: nothing */
};

/* *missing: there is no such table. False and not missing: it cannot be looked at. */
bool table_local_look(
    const char *path, struct table_shape *shape, bool *missing, struct failure *failure);

/* Whole or not at all. FAILURE_REFUSED where there is one already. */
bool table_local_make(const char *path, const struct table_shape *shape, struct failure *failure);

/*
 * The table, its log and its lock. It is there or not there at any moment. True
 * where there is none: also what an earlier try left behind goes.
 */
bool table_local_delete(const char *path, struct failure *failure);

#endif
