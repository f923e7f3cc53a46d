/*
 * distinct: are these runs of bytes all different? For the names of an object
 * and the elements of a set, one nested in another; memory is kept for the next.
 */
#ifndef BASE_DISTINCT_H
#define BASE_DISTINCT_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

/* All zero is an empty one. */
struct distinct {
	struct span *entries;
	size_t count;
	size_t capacity;
};

void distinct_free(struct distinct *distinct);
/* Where a new group begins. bytes are borrowed until the group ends. */
size_t distinct_begin(const struct distinct *distinct);
void distinct_add(struct distinct *distinct, struct span bytes);
/* Ends the group that began there: true where all differ, else *twice is one that does not. */
bool distinct_end(struct distinct *distinct, size_t begin, struct span *twice);

#endif
