/*
 * rate: a fetched response, as fxfetch writes it, made into records
 * (fxpipe-records(5)). No number passes through anything but its own text.
 */
#ifndef RATE_RATE_H
#define RATE_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"

/* The definitions of the providers met so far. */
struct rates;

/* config: where the user's own definitions are; borrowed. */
struct rates *rates_open(const char *config);
void rates_close(struct rates *rates);

/*
 * Replaces *records by those of one line, each ended by a newline; *count is
 * how many. All of them or none: FAILURE_REFUSED; FAILURE_PERMANENT where the
 * line's provider has a definition that is wrong. *records is borrowed until the next call.
 */
bool rates_read(struct rates *rates, struct span line, struct span *records, size_t *count,
    struct failure *failure);

#endif
