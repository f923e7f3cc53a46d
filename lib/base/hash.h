/* hash: FNV-1a, over several runs of bytes if need be. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/span.h"

#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* The hash of what hash is of, and of these bytes after it; first HASH_BEGIN. */
static inline uint64_t
hash_add(uint64_t hash, struct span bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		hash = (hash ^ (unsigned char)bytes.start[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* That of 32 bits, which is part of names. */
static inline uint32_t
hash_32(struct span bytes)
{
	uint32_t hash = UINT32_C(0x811c9dc5);

	for (size_t i = 0; i < bytes.length; i++)
		hash = (hash ^ (unsigned char)bytes.start[i]) * UINT32_C(0x1000193);
	return hash;
}

#endif
