/*
 * own_table: the table that one thread of the crew reads. If its file was removed or replaced, the
 * new one is opened.
 */
#ifndef SERVE_OWN_TABLE_H
#define SERVE_OWN_TABLE_H

#include "table/table.h"

struct own_table {
	const char *name; /* borrowed */
	struct table_settings settings;
	const struct table_key *key; /* that it must have; borrowed */
	struct table *table; /* NULL: it cannot be read now */
};

/* Only the thread calls it. NULL: failure says why. */
struct table *own_table_get(struct own_table *own, struct failure *failure);

#endif
