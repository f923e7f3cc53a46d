/* extremes: a queue in which each value is beyond the one before it. */
#include <stdlib.h>

#include "alert/extremes.h"
#include "base/memory.h"
#include "text/decimal_compare.h"

enum { LEAST = 4 };

static void
make_room(struct extremes *extremes)
{
	size_t count = extremes->end - extremes->begin;

	if (extremes->end < extremes->capacity)
		return;
	if (count > extremes->capacity / 2 || extremes->capacity == 0) {
		extremes->capacity = extremes->capacity > 0 ? 2 * extremes->capacity : LEAST;
		extremes->items =
		    memory_resize(extremes->items, extremes->capacity, sizeof *extremes->items);
	}
	memmove(
	    extremes->items, extremes->items + extremes->begin, count * sizeof *extremes->items);
	extremes->begin = 0;
	extremes->end = count;
}

void
extremes_add(struct extremes *extremes, bool lowest, int64_t time, struct decimal value)
{
	while (extremes->end > extremes->begin) {
		int order = decimal_compare(extremes->items[extremes->end - 1].value, value);

		if (lowest ? order < 0 : order > 0)
			break;
		extremes->end--;
	}
	make_room(extremes);
	extremes->items[extremes->end++] = (struct extreme){time, value};
}

void
extremes_drop(struct extremes *extremes, int64_t before)
{
	while (extremes->begin < extremes->end && extremes->items[extremes->begin].time < before)
		extremes->begin++;
}

const struct decimal *
extremes_first(const struct extremes *extremes)
{
	return extremes->begin < extremes->end ? &extremes->items[extremes->begin].value : NULL;
}
