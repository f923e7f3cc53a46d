/* hash: FNV-1a, a fast hash that resists no attacker. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/span.h"

#define HASH_BEGIN UINT64_C(0xcbf29ce484222325)

/* Continues a hash, which starts as HASH_BEGIN, with more bytes. */
static inline uint64_t
hash_add(uint64_t hash, struct span bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		hash = (hash ^ (unsigned char)bytes.start[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* The 32-bit variant. It is in names and texts that users keep, so it must not change. */
static inline uint32_t
hash_32(struct span bytes)
{
	uint32_t hash = UINT32_C(0x811c9dc5);

	for (size_t i = 0; i < bytes.length; i++)
		hash = (hash ^ (unsigned char)bytes.start[i]) * UINT32_C(0x1000193);
	return hash;
}

#endif
