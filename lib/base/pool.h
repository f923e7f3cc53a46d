/* pool: memory that is allocated in pieces and freed all at once. Pieces do not move. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>
#include "base/span.h"

struct pool_block;

/* Zeroed: empty. */
struct pool {
	struct pool_block *blocks; /* the first is the one in use */
	size_t used; /* bytes of the first */
};

void pool_free(struct pool *pool);
/* Frees all pieces; keeps one block for the next ones. */
void pool_reset(struct pool *pool);
/* Not zeroed; aligned for any object. */
void *pool_take(struct pool *pool, size_t length);
struct span pool_copy(struct pool *pool, const void *bytes, size_t length);

#endif
