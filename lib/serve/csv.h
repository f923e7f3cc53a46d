/* csv: items as CSV (RFC 4180), with a header. */
#ifndef SERVE_CSV_H
#define SERVE_CSV_H

#include "base/buffer.h"
#include "base/pool.h"
#include "text/json.h"

enum { CSV_COLUMNS = 64 };

/* Zeroed: no columns yet. */
struct csv {
	struct json_wanted columns[CSV_COLUMNS];
	size_t count;
};

/* "a,b,c"; false: there are too many, or one is empty. The names are borrowed. */
bool csv_choose(struct csv *csv, const char *names);
/*
 * Adds an item as a row, and before the first one the header; the columns are the members of the
 * first item unless they were chosen. Decimals keep their digits; an object or array is its JSON.
 * False: the ceiling.
 */
bool csv_add(struct csv *csv, struct buffer *to, struct span item, struct pool *pool);

#endif
