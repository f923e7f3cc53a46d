/*
 * cursor: where a page of items ended, as one word: the sort key of its last item, and a hash of
 * the query that it belongs to.
 */
#ifndef SERVE_CURSOR_H
#define SERVE_CURSOR_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/pool.h"

/* Bytes of a sort key as a query takes it: up to 1,024, which are in base64 if it is binary. */
enum { CURSOR_KEY_MAX = 2048 };

/* Identifies a query by its texts, of which each may be missing: start NULL. */
uint32_t cursor_query(const struct span *texts, size_t count);
/*
 * Adds a sort key of an item, which is a string or a number of JSON, as a query takes it. False: it
 * does not fit.
 */
bool cursor_add_key(struct buffer *plain, struct span sort);
/* The cursor of a key as a query takes it; in pool. */
const char *cursor_make(struct span sort, uint32_t query, struct pool *pool);
/* Reads a cursor into sort, empty, which gets the key. False: it is not one of the query. */
bool cursor_read(const char *text, uint32_t query, struct buffer *sort);

#endif
