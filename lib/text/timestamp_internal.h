/* timestamp_internal: private to timestamp.c and timestamp_read.c: parts of a time in a text. */
#ifndef TEXT_TIMESTAMP_INTERNAL_H
#define TEXT_TIMESTAMP_INTERNAL_H

#include "text/timestamp.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR }; /* ms */

/* Each takes a part off the front of text; false: it is missing or invalid. */

static inline bool
timestamp_take_digits(struct span *text, size_t count, int *value)
{
	*value = 0;
	if (text->length < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (text->start[i] < '0' || text->start[i] > '9')
			return false;
		*value = *value * 10 + (text->start[i] - '0');
	}
	*text = (struct span){text->start + count, text->length - count};
	return true;
}

/* One byte that is one of choices. */
static inline bool
timestamp_take_one(struct span *text, const char *choices)
{
	for (; text->length > 0 && *choices != '\0'; choices++) {
		if (text->start[0] == *choices) {
			*text = (struct span){text->start + 1, text->length - 1};
			return true;
		}
	}
	return false;
}

/* "2025-10-21", as the ms from 1970-01-01 to its midnight. */
bool timestamp_take_date(struct span *text, int64_t *milliseconds);
/* "HH:MM:SS" with or without a fraction, as ms since midnight. A second 60 is a leap second. */
bool timestamp_take_clock(struct span *text, int64_t *milliseconds, bool *leap);

#endif
