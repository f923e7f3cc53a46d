/*
 * pool: memory given out piece by piece and taken back all at once. Pieces stay
 * where they are until then.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>
#include "base/span.h"

struct pool_block;

/* All zero is an empty one. */
struct pool {
	struct pool_block *blocks; /* the one in use first */
	size_t used; /* of that one */
};

void pool_free(struct pool *pool);
/* Takes all pieces back; keeps one block for those to come. */
void pool_reset(struct pool *pool);
/* Not zeroed; aligned for any object. */
void *pool_take(struct pool *pool, size_t length);
struct span pool_copy(struct pool *pool, const void *bytes, size_t length);

#endif
