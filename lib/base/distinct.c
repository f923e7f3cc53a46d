/* distinct: compares few entries pairwise, sorts many. */
#include <stdlib.h>

#include "base/distinct.h"
#include "base/memory.h"

enum { FEW = 16 /* the most that are compared pairwise */ };

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

void
distinct_add(struct distinct *distinct, struct span bytes)
{
	if (distinct->count == distinct->capacity) {
		distinct->capacity = distinct->capacity == 0 ? FEW : distinct->capacity * 2;
		distinct->entries =
		    memory_resize(distinct->entries, distinct->capacity, sizeof *distinct->entries);
	}
	distinct->entries[distinct->count++] = bytes;
}

static int
compare(const void *left, const void *right)
{
	const struct span *a = left, *b = right;

	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return a->length == 0 ? 0 : memcmp(a->start, b->start, a->length);
}

static bool
few_differ(const struct span *entries, size_t count, struct span *twice)
{
	for (size_t i = 1; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (span_equal(entries[i], entries[j])) {
				*twice = entries[i];
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
	struct span *entries;

	if (count == 0)
		return true;
	entries = distinct->entries + begin;
	distinct->count = begin;
	if (count <= FEW)
		return few_differ(entries, count, twice);
	qsort(entries, count, sizeof *entries, compare);
	for (size_t i = 1; i < count; i++) {
		if (compare(&entries[i - 1], &entries[i]) == 0) {
			*twice = entries[i];
			return false;
		}
	}
	return true;
}
