/* spool: allocates the blocks of the spool's file to chains. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/spool.h"
#include "base/memory.h"
#include "system/unnamed_file.h"

enum { LEAST = 64 /* blocks */ };

struct spool {
	int fd;
	uint32_t ceiling; /* blocks */
	uint32_t end; /* blocks in the file */
	uint32_t *free; /* those of them that no chain has */
	size_t free_count, capacity;
};

struct spool *
spool_open(const char *directory, uint64_t ceiling, struct failure *failure)
{
	struct spool *spool = memory_new(1, sizeof *spool);
	uint64_t blocks = ceiling / SPOOL_BLOCK;

	spool->ceiling = blocks < LEAST        ? LEAST
	                 : blocks > UINT32_MAX ? UINT32_MAX
	                                       : (uint32_t)blocks;
	spool->fd = unnamed_file_create(directory);
	if (spool->fd < 0) {
		fail_errno(failure, errno, "could not create a file in the spool %s", directory);
		spool_close(spool);
		spool = NULL;
	}
	return spool;
}

void
spool_close(struct spool *spool)
{
	if (spool == NULL)
		return;
	if (spool->fd >= 0)
		close(spool->fd);
	free(spool->free);
	free(spool);
}

static uint32_t
used(const struct spool *spool)
{
	return spool->end - (uint32_t)spool->free_count;
}

uint64_t
spool_used(const struct spool *spool)
{
	return (uint64_t)used(spool) * SPOOL_BLOCK;
}

uint64_t
spool_ceiling(const struct spool *spool)
{
	return (uint64_t)spool->ceiling * SPOOL_BLOCK;
}

bool
spool_has_room(const struct spool *spool, uint64_t length)
{
	/* A chain may be at the end of a block, and a line is noted in a second chain. */
	return used(spool) + length / SPOOL_BLOCK + 4 <= spool->ceiling;
}

static uint32_t
take_block(struct spool *spool)
{
	return spool->free_count > 0 ? spool->free[--spool->free_count] : spool->end++;
}

static void
return_block(struct spool *spool, uint32_t block)
{
	if (spool->free_count == spool->capacity) {
		spool->capacity = spool->capacity > 0 ? 2 * spool->capacity : LEAST;
		spool->free = memory_resize(spool->free, spool->capacity, sizeof *spool->free);
	}
	spool->free[spool->free_count++] = block;
	/* An empty spool takes no room on the disk. */
	if (spool->free_count == spool->end && ftruncate(spool->fd, 0) == 0)
		spool->free_count = spool->end = 0;
}

/* Writes the first bytes of the last block. */
static bool
write_tail(struct spool *spool, struct chain *chain, size_t length, struct failure *failure)
{
	off_t at = (off_t)chain->blocks[chain->count - 1] * SPOOL_BLOCK;
	const char *bytes = chain->tail;

	while (length > 0) {
		ssize_t written = pwrite(spool->fd, bytes, length, at);

		if (written < 0 && errno != EINTR) {
			chain->error = errno;
			return fail_errno(failure, errno, "could not write to the spool");
		}
		if (written > 0) {
			bytes += written;
			at += written;
			length -= (size_t)written;
		}
	}
	return true;
}

static void
add_block(struct spool *spool, struct chain *chain)
{
	if (chain->count == chain->capacity) {
		chain->capacity = chain->capacity > 0 ? 2 * chain->capacity : 4;
		chain->blocks =
		    memory_resize(chain->blocks, chain->capacity, sizeof *chain->blocks);
	}
	chain->blocks[chain->count++] = take_block(spool);
	if (chain->tail == NULL)
		chain->tail = memory_resize(NULL, SPOOL_BLOCK, 1);
}

bool
chain_add(struct spool *spool, struct chain *chain, struct span bytes, struct failure *failure)
{
	while (bytes.length > 0) {
		size_t used_here = chain->length % SPOOL_BLOCK;
		size_t part = SPOOL_BLOCK - used_here;

		if (used_here == 0)
			add_block(spool, chain);
		part = part < bytes.length ? part : bytes.length;
		memcpy(chain->tail + used_here, bytes.start, part);
		chain->length += part;
		bytes.start += part;
		bytes.length -= part;
		if (chain->length % SPOOL_BLOCK == 0 &&
		    !write_tail(spool, chain, SPOOL_BLOCK, failure))
			return false;
	}
	return true;
}

bool
chain_finish(struct spool *spool, struct chain *chain, struct failure *failure)
{
	size_t used_here = chain->length % SPOOL_BLOCK;
	bool written = used_here == 0 || write_tail(spool, chain, used_here, failure);

	free(chain->tail);
	chain->tail = NULL;
	return written;
}

static bool
read_block(const struct spool *spool, off_t at, char *to, size_t length, struct failure *failure)
{
	while (length > 0) {
		ssize_t got = pread(spool->fd, to, length, at);

		if (got == 0)
			return fail(failure, FAILURE_TEMPORARY, "the spool is damaged");
		if (got < 0 && errno != EINTR)
			return fail_errno(failure, errno, "could not read the spool");
		if (got > 0) {
			to += got;
			at += got;
			length -= (size_t)got;
		}
	}
	return true;
}

bool
chain_read(const struct spool *spool, const struct chain *chain, uint64_t offset, char *to,
    size_t length, struct failure *failure)
{
	/* The block may be a hole now, or have bytes of another chain. */
	if (chain->error != 0)
		return fail_errno(failure, chain->error, "could not write to the spool");
	while (length > 0) {
		size_t index = (size_t)(offset / SPOOL_BLOCK - chain->base);
		size_t within = offset % SPOOL_BLOCK;
		size_t part = SPOOL_BLOCK - within;

		part = part < length ? part : length;
		if (chain->tail != NULL && index == chain->count - 1 &&
		    chain->length % SPOOL_BLOCK != 0)
			memcpy(to, chain->tail + within, part);
		else if (!read_block(spool,
		             (off_t)chain->blocks[index] * SPOOL_BLOCK + (off_t)within, to, part,
		             failure))
			return false;
		to += part;
		offset += part;
		length -= part;
	}
	return true;
}

void
chain_drop(struct spool *spool, struct chain *chain, uint64_t offset)
{
	size_t end = (size_t)(offset / SPOOL_BLOCK - chain->base);

	while (chain->first < end)
		return_block(spool, chain->blocks[chain->first++]);
	if (chain->first >= LEAST && chain->first > chain->count / 2) {
		chain->count -= chain->first;
		memmove(chain->blocks, chain->blocks + chain->first,
		    chain->count * sizeof *chain->blocks);
		chain->base += chain->first;
		chain->first = 0;
	}
}

void
chain_free(struct spool *spool, struct chain *chain)
{
	while (chain->first < chain->count)
		return_block(spool, chain->blocks[chain->first++]);
	free(chain->blocks);
	free(chain->tail);
	*chain = (struct chain){.blocks = NULL};
}
