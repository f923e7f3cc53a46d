/*
 * cursor: where a page of items ended, as one word: the sort key of its last item, and a hash of
 * the query that it belongs to.
 */
#ifndef SERVE_CURSOR_H
#define SERVE_CURSOR_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/pool.h"

/* Identifies a query by its texts, of which each may be NULL. */
uint32_t cursor_query(const char *const *texts, size_t count);
/* The cursor of a sort key, which is a string or a number of JSON; in pool. */
const char *cursor_make(struct span sort, uint32_t query, struct pool *pool);
/* Reads a cursor into sort, empty, which gets the key as JSON. False: it is not one of the query. */
bool cursor_read(const char *text, uint32_t query, struct buffer *sort);
/* The text of such a key as a query takes it; in pool. */
const char *cursor_plain(struct span sort, struct pool *pool);

#endif
