/*
 * change: the embedded table as a resource: it is read, created and deleted. path is the table's
 * file (name_parse).
 */
#ifndef TABLE_LOCAL_CHANGE_H
#define TABLE_LOCAL_CHANGE_H

#include <stdbool.h>
#include "base/caller.h"
#include "base/failure.h"
#include "table/table.h"

struct table_shape {
	struct table_key key; /* never changes */
	char made_by[64]; /* a note of its maker; empty: none */
};

/* *missing: there is no such table. False and not missing: it cannot be read. */
bool table_local_read(const char *path, struct table_shape *shape, bool *missing,
    const struct caller *caller, struct failure *failure);

/* Creates the table, completely or not at all. FAILURE_REFUSED: it exists already. */
bool table_local_make(const char *path, const struct table_shape *shape,
    const struct caller *caller, struct failure *failure);

/*
 * Deletes the table, its log and its lock. At any moment it exists completely or not at all. If
 * there is none, removes the rest of a deletion that was cut short, and returns true.
 */
bool table_local_delete(const char *path, const struct caller *caller, struct failure *failure);

#endif
