/*
 * distinct: finds duplicates, for the names of an object and the elements of a set. Groups may be
 * nested; the memory is reused.
 */
#ifndef BASE_DISTINCT_H
#define BASE_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

/* Zeroed: empty. */
struct distinct {
	struct span *entries;
	size_t count;
	size_t capacity;
};

void distinct_free(struct distinct *distinct);
/* Begins a group and returns its place. What is added is borrowed until the group ends. */
size_t distinct_begin(const struct distinct *distinct);
void distinct_add(struct distinct *distinct, struct span bytes);
/* Ends the group that began at begin. False: there are duplicates, and *twice is one of them. */
bool distinct_end(struct distinct *distinct, size_t begin, struct span *twice);

#endif
