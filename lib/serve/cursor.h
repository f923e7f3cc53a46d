/* cursor: where a page of items ended, as one word: the sort key of its last item. */
#ifndef SERVE_CURSOR_H
#define SERVE_CURSOR_H

#include "base/buffer.h"
#include "base/pool.h"

/* The cursor of a sort key, which is a string or a number of JSON; in pool. */
const char *cursor_make(struct span sort, struct pool *pool);
/* Reads a cursor into sort, empty, which gets the key as JSON. False: it is not one. */
bool cursor_read(const char *text, struct buffer *sort);
/* The text of such a key as a query takes it; in pool. */
const char *cursor_plain(struct span sort, struct pool *pool);

#endif
