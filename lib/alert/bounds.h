/*
 * bounds: the lowest or highest of the values of a time. Only those are kept that no later one
 * is beyond.
 */
#ifndef ALERT_BOUNDS_H
#define ALERT_BOUNDS_H

#include <stdint.h>
#include "text/decimal.h"

struct bound {
	int64_t time;
	struct decimal value;
};

/* Zeroed: empty. */
struct bounds {
	struct bound *items;
	size_t begin, end, capacity;
};

/* Adds a later value. */
void bounds_add(struct bounds *bounds, bool lowest, int64_t time, struct decimal value);
/* Drops those from before a time. */
void bounds_drop(struct bounds *bounds, int64_t before);
/* The lowest or highest; NULL: there is none. */
const struct decimal *bounds_first(const struct bounds *bounds);

#endif
