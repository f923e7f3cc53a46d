/* bounds: a queue in which each value is beyond the one before it. */
#include <stdlib.h>

#include "alert/bounds.h"
#include "base/memory.h"
#include "text/decimal_compare.h"

enum { LEAST = 4 };

static void
make_room(struct bounds *bounds)
{
	size_t count = bounds->end - bounds->begin;

	if (bounds->end < bounds->capacity)
		return;
	if (count > bounds->capacity / 2 || bounds->capacity == 0) {
		bounds->capacity = bounds->capacity > 0 ? 2 * bounds->capacity : LEAST;
		bounds->items =
		    memory_resize(bounds->items, bounds->capacity, sizeof *bounds->items);
	}
	memmove(bounds->items, bounds->items + bounds->begin, count * sizeof *bounds->items);
	bounds->begin = 0;
	bounds->end = count;
}

void
bounds_add(struct bounds *bounds, bool lowest, int64_t time, struct decimal value)
{
	while (bounds->end > bounds->begin) {
		int order = decimal_compare(bounds->items[bounds->end - 1].value, value);

		if (lowest ? order < 0 : order > 0)
			break;
		bounds->end--;
	}
	make_room(bounds);
	bounds->items[bounds->end++] = (struct bound){time, value};
}

void
bounds_drop(struct bounds *bounds, int64_t before)
{
	while (bounds->begin < bounds->end && bounds->items[bounds->begin].time < before)
		bounds->begin++;
}

const struct decimal *
bounds_first(const struct bounds *bounds)
{
	return bounds->begin < bounds->end ? &bounds->items[bounds->begin].value : NULL;
}
