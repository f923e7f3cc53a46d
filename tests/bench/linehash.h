/* linehash: a hash of a line; what is asked of it is to tell accidents, not malice. */
#ifndef LINEHASH_H
#define LINEHASH_H

#include <stdint.h>
#include <string.h>

/* 64 bits a step: multiply and fold. */
static uint64_t
mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
	return hash ^ hash >> 29;
}

static uint64_t
hash_line(uint64_t hash, const char *line, size_t length)
{
	uint64_t word;

	for (; length >= sizeof word; line += sizeof word, length -= sizeof word) {
		memcpy(&word, line, sizeof word);
		hash = mix(hash, word);
	}
	word = 0;
	memcpy(&word, line, length);
	return mix(mix(hash, word), length);
}

#endif
