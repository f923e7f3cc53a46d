#include <stdint.h>
#include <stdlib.h>

#include "distinct.h"
#include "memory.h"

/* So few are compared each with each; more are sorted first. */
enum { FEW = 16 };

struct distinct_entry {
	struct span bytes;
	uint32_t hash;
};

void
distinct_free(struct distinct *distinct)
{
	free(distinct->entries);
	*distinct = (struct distinct){NULL, 0, 0};
}

size_t
distinct_begin(const struct distinct *distinct)
{
	return distinct->count;
}

/* Only spares comparisons: who makes bytes that collide gains n log n comparisons, no more. */
static uint32_t
hash_of(struct span bytes)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < bytes.length; i++)
		hash = (hash ^ (unsigned char)bytes.start[i]) * 16777619u;
	return hash;
}

void
distinct_add(struct distinct *distinct, struct span bytes)
{
	if (distinct->count == distinct->capacity) {
		distinct->capacity = distinct->capacity == 0 ? FEW : distinct->capacity * 2;
		distinct->entries = memory_resize(distinct->entries, distinct->capacity,
		    sizeof *distinct->entries);
	}
	distinct->entries[distinct->count++] = (struct distinct_entry){bytes, hash_of(bytes)};
}

static int
compare(const void *left, const void *right)
{
	const struct distinct_entry *a = left, *b = right;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->bytes.length != b->bytes.length)
		return a->bytes.length < b->bytes.length ? -1 : 1;
	return a->bytes.length == 0 ? 0 : memcmp(a->bytes.start, b->bytes.start, a->bytes.length);
}

static bool
few_differ(const struct distinct_entry *entries, size_t count, struct span *twice)
{
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (entries[i].hash == entries[j].hash &&
			    span_equal(entries[i].bytes, entries[j].bytes)) {
				*twice = entries[i].bytes;
				return false;
			}
		}
	}
	return true;
}

bool
distinct_end(struct distinct *distinct, size_t begin, struct span *twice)
{
	size_t count = distinct->count - begin;
	struct distinct_entry *entries;

	if (count == 0)
		return true;
	entries = distinct->entries + begin;
	distinct->count = begin;
	if (count <= FEW)
		return few_differ(entries, count, twice);
	qsort(entries, count, sizeof *entries, compare);
	for (size_t i = 1; i < count; i++) {
		if (compare(&entries[i - 1], &entries[i]) == 0) {
			*twice = entries[i].bytes;
			return false;
		}
	}
	return true;
}
