/*
 * spool: lines that wait on disk, as chains of blocks in one file, which has a ceiling and no name:
 * the system deletes it with the process, however that ends. A chain grows at its end; its last
 * block is in memory until it is full or the chain is closed.
 */
#ifndef ARCHIVE_SPOOL_H
#define ARCHIVE_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"
#include "base/span.h"

enum { SPOOL_BLOCK = 16 * 1024 };

struct spool;

/* Creates the file in directory, which must exist. ceiling: bytes; at least 64 blocks. */
struct spool *spool_open(const char *directory, uint64_t ceiling, struct failure *failure);
void spool_close(struct spool *spool); /* its chains were freed; NULL is allowed */
uint64_t spool_used(const struct spool *spool); /* bytes, in whole blocks */
uint64_t spool_ceiling(const struct spool *spool);
/* Do chains have room for length more bytes? */
bool spool_has_room(const struct spool *spool, uint64_t length);

/* Zeroed: empty. */
struct chain {
	uint32_t *blocks; /* block numbers, in order; those before first are free again */
	size_t count, capacity;
	size_t first;
	uint64_t base; /* how many were before these */
	uint64_t length; /* of all that was added */
	char *tail; /* the last block while it grows; NULL: it is in the file */
	int error; /* errno of a write that failed, after which nothing is read; 0: none */
};

/* Adds bytes, for which there is room: spool_has_room. */
bool chain_add(
    struct spool *spool, struct chain *chain, struct span bytes, struct failure *failure);
/* Writes the last block; no more is added. Reading is then allowed from another thread. */
bool chain_finish(struct spool *spool, struct chain *chain, struct failure *failure);
/* Reads length bytes at offset, which were added and are not dropped. */
bool chain_read(const struct spool *spool, const struct chain *chain, uint64_t offset, char *to,
    size_t length, struct failure *failure);
/* Frees the blocks that are wholly before offset. */
void chain_drop(struct spool *spool, struct chain *chain, uint64_t offset);
void chain_free(struct spool *spool, struct chain *chain); /* not the struct itself */

#endif
