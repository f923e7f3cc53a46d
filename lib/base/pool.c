/* pool: a list of blocks; the first is filled from its start. */
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/pool.h"

enum { BLOCK = 64 * 1024 };

struct pool_block {
	struct pool_block *next;
	size_t size;
	alignas(max_align_t) char bytes[];
};

void
pool_free(struct pool *pool)
{
	struct pool_block *next;

	for (struct pool_block *block = pool->blocks; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	*pool = (struct pool){NULL, 0};
}

void
pool_reset(struct pool *pool)
{
	struct pool rest = {NULL, 0};

	if (pool->blocks == NULL)
		return;
	if (pool->blocks->size > BLOCK) { /* a large piece's own block is not kept */
		pool_free(pool);
		return;
	}
	rest.blocks = pool->blocks->next;
	pool_free(&rest);
	pool->blocks->next = NULL;
	pool->used = 0;
}

void *
pool_take(struct pool *pool, size_t length)
{
	const size_t unit = alignof(max_align_t);
	size_t rounded = (length + unit - 1) / unit * unit;
	struct pool_block *block = pool->blocks;
	void *piece;

	if (block == NULL || rounded > block->size - pool->used) {
		size_t size = rounded > BLOCK ? rounded : BLOCK;

		block = memory_resize(NULL, 1, sizeof *block + size);
		block->next = pool->blocks;
		block->size = size;
		pool->blocks = block;
		pool->used = 0;
	}
	piece = block->bytes + pool->used;
	pool->used += rounded;
	return piece;
}

struct span
pool_copy(struct pool *pool, const void *bytes, size_t length)
{
	char *copy = pool_take(pool, length);

	if (length > 0)
		memcpy(copy, bytes, length);
	return (struct span){copy, length};
}
