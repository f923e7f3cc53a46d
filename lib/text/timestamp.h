/* timestamp: times as milliseconds since 1970-01-01T00:00:00Z and as text; durations. */
#ifndef TEXT_TIMESTAMP_H
#define TEXT_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

enum { TIMESTAMP_SIZE = 32 };

/* Writes "2025-10-21T14:30:00Z", with millis "…00.123Z". Returns text. */
const char *timestamp_format(int64_t milliseconds, bool millis, char text[TIMESTAMP_SIZE]);

/* A day in the Gregorian calendar; months and days from 1. */
struct timestamp_date {
	int year, month, day;
};
/* The day of a time. */
struct timestamp_date timestamp_date(int64_t milliseconds);
/* The ms from 1970-01-01 to midnight of a day; false: there is no such day. */
bool timestamp_day(int year, int month, int day, int64_t *milliseconds);

/*
 * RFC 3339 with any offset; the fraction is cut to milliseconds; T may be t or a space. Years 1970
 * to 9999. A leap second counts as the second after it.
 */
bool timestamp_parse(struct span text, int64_t *milliseconds);

/* The parts of a time in a text. */
struct timestamp {
	int64_t clock; /* ms since 1970, what a clock shows in the zone of the text */
	bool leap; /* in a leap second */
	bool date; /* it names only a day: clock is its midnight */
	bool known; /* the text names the offset of its zone */
	int64_t offset; /* known: ms east of UTC */
	struct span zone; /* not known: the zone that it names; start NULL: none */
	bool number; /* it is a number of seconds or milliseconds */
};

/*
 * A time as people and services write it:
 *
 *     2025-01-21T15:20:01.25+01:00    T may be t or a blank; then nothing, Z, or any zone
 *     2025-01-21                      a day
 *     Tue, 21 Jan 2025 15:20:01 GMT   RFC 1123; with or without the day of the week
 *     1737472801.25, 1.73747280125E9  seconds since 1970; milliseconds if the whole part has 12
 *                                     digits or more
 *
 * A zone is as for zone_offset, or the name of another; a blank may precede it. False: text has
 * another form. timestamp_settle finds the time.
 */
bool timestamp_read(struct span text, struct timestamp *stamp);
/* Milliseconds in UTC, by the offset of the zone; false: before 1970, or there was no leap second. */
bool timestamp_settle(const struct timestamp *stamp, int64_t offset, int64_t *milliseconds);

/* A duration with its unit: "90s", "15m", "24h", "7d", "1w"; up to 100 years. Returns ms. */
bool duration_parse(struct span text, int64_t *milliseconds);

#endif
