/* zone: time zones whose names say their offset from UTC. */
#ifndef TEXT_ZONE_H
#define TEXT_ZONE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/span.h"

enum { ZONE_NAME = 64 };

/*
 * The offset, in ms east of UTC, of Z, "+01:00", "+0100", "+01", "UTC+1", "GMT-05:30", "Z+0100", or
 * one of these abbreviations, in either case:
 *
 *     UTC UT GMT   EST EDT CST CDT MST MDT PST PDT (of North America, as in RFC 5322)
 *     WET WEST CET CEST EET EEST BST (+01:00)   JST KST   AEST AEDT NZST NZDT
 *
 * An abbreviation always has the same offset: CET is +01:00 in summer, too. False: any other name.
 */
bool zone_offset(struct span name, int64_t *offset);

/* Can it be the name of a zone in the tz database, such as "Europe/Berlin"? */
bool zone_is_name(struct span name);

#endif
