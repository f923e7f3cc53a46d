/*
 * timestamp: points in time as milliseconds since 1970-01-01T00:00:00Z, and as
 * text: RFC 3339 in UTC.
 */
#ifndef TEXT_TIMESTAMP_H
#define TEXT_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

enum { TIMESTAMP_SIZE = 32 };

/* "2025-10-21T14:30:00Z", or with ".123" where millis. Returns text. */
const char *timestamp_format(int64_t milliseconds, bool millis, char text[TIMESTAMP_SIZE]);

/*
 * RFC 3339, any offset, fraction cut to milliseconds; T may be t or a space.
 * Years 1970 to 9999. A leap second is taken for the second behind it.
 */
bool timestamp_parse(struct span text, int64_t *milliseconds);

/*
 * A provider's time: RFC 3339; "2025-01-21 15:20:01" or "…T…" without an
 * offset, taken in zone ("UTC", "GMT", "Z", "+HH:MM" or empty for UTC); a date
 * alone; Unix seconds (a fraction allowed), or milliseconds where there are 12
 * digits or more. False where it or the zone is none of these.
 */
bool timestamp_parse_loose(struct span text, struct span zone, int64_t *milliseconds);

/* A length of time, always with its unit: "90s", "15m", "24h", "7d", up to 100 years. In
 * milliseconds. */
bool duration_parse(struct span text, int64_t *milliseconds);

#endif
