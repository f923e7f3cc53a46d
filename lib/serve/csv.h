/* csv: items as CSV (RFC 4180), with a header. */
#ifndef SERVE_CSV_H
#define SERVE_CSV_H

#include "base/buffer.h"
#include "base/pool.h"
#include "text/json.h"

enum { CSV_COLUMNS = 256 };

/* Zeroed: no columns yet. */
struct csv {
	struct json_wanted columns[CSV_COLUMNS];
	size_t count;
};

/* "a,b,c"; false: there are too many, or one is empty. The names are borrowed. */
bool csv_choose(struct csv *csv, const char *names);
/* Adds the members of an item that are no columns yet; their names are in pool. False: too many. */
bool csv_note(struct csv *csv, struct span item, struct pool *pool);
/* The names of the columns; nothing if there are none. False: the ceiling. */
bool csv_add_header(const struct csv *csv, struct buffer *to);
/*
 * Adds an item as a row. Decimals keep their digits; an object or array is its JSON. A text that a
 * spreadsheet would take for a formula gets a ' before it, unless it is a number. scratch is reset.
 * False: the ceiling.
 */
bool csv_add(struct csv *csv, struct buffer *to, struct span item, struct pool *scratch);

#endif
