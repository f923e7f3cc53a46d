/* timestamp: times as milliseconds since 1970-01-01T00:00:00Z and as RFC 3339 text; durations. */
#ifndef TEXT_TIMESTAMP_H
#define TEXT_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

enum { TIMESTAMP_SIZE = 32 };

/* Writes "2025-10-21T14:30:00Z", with millis "…00.123Z". Returns text. */
const char *timestamp_format(int64_t milliseconds, bool millis, char text[TIMESTAMP_SIZE]);

/*
 * RFC 3339 with any offset; the fraction is cut to milliseconds; T may be t or a space. Years 1970
 * to 9999. A leap second counts as the second after it.
 */
bool timestamp_parse(struct span text, int64_t *milliseconds);

/*
 * A provider's time: RFC 3339; "2025-01-21 15:20:01" or "…T…" without an offset, in zone ("UTC",
 * "GMT", "Z", "+HH:MM", or empty for UTC); only a date; Unix seconds (a fraction is allowed), or
 * milliseconds if there are 12 digits or more. False: text or zone has another form.
 */
bool timestamp_parse_loose(struct span text, struct span zone, int64_t *milliseconds);

/* A duration with its unit: "90s", "15m", "24h", "7d"; up to 100 years. Returns milliseconds. */
bool duration_parse(struct span text, int64_t *milliseconds);

#endif
