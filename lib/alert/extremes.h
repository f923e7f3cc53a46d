/*
 * extremes: the lowest or highest of the values of a time. Only those are kept that no later one
 * is beyond.
 */
#ifndef ALERT_EXTREMES_H
#define ALERT_EXTREMES_H

#include <stdint.h>
#include "text/decimal.h"

struct extreme {
	int64_t time;
	struct decimal value;
};

/* Zeroed: empty. */
struct extremes {
	struct extreme *items;
	size_t begin, end, capacity;
};

/* Adds a later value. */
void extremes_add(struct extremes *extremes, bool lowest, int64_t time, struct decimal value);
/* Drops those from before a time. */
void extremes_drop(struct extremes *extremes, int64_t before);
/* The lowest or highest; NULL: there is none. */
const struct decimal *extremes_first(const struct extremes *extremes);

#endif
