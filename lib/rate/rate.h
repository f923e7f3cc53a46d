/*
 * rate: turns a line of fxfetch, a provider's response, into records (fxpipe-records(5)).
 * Numbers are copied as text, never converted.
 */
#ifndef RATE_RATE_H
#define RATE_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"
#include "rate/provider.h"

/* The definitions of the providers that occurred so far. */
struct rates;

/* config: the directory of the user's own definitions; borrowed. */
struct rates *rates_open(const char *config);
void rates_close(struct rates *rates);

/*
 * The provider of that name, for rates_read_alone; borrowed. FAILURE_PERMANENT: there is none, its
 * records do not name what they are about, or its fields depend on what was asked for.
 */
const struct provider *rates_provider(
    struct rates *rates, const char *name, struct failure *failure);

/*
 * *records becomes the records of one line, each ended by a newline, and *count their number.
 * FAILURE_REFUSED: the line yields none. FAILURE_PERMANENT: the definition of its provider is
 * wrong. *records is borrowed until the next call.
 */
bool rates_read(struct rates *rates, struct span line, struct span *records, size_t *count,
    struct failure *failure);

/*
 * The same for a line that is a response itself, as of a sensor: its records name what they are
 * about. It was received now, in ms since 1970.
 */
bool rates_read_alone(struct rates *rates, const struct provider *provider, struct span line,
    int64_t now, struct span *records, size_t *count, struct failure *failure);

#endif
