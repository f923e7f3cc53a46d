/*
 * tzif: a time zone of the tz database, from the bytes of its file, versions 1 to 4. The system's
 * own functions know one zone, which they take from TZ, and turn an unknown one into UTC. Source:
 * RFC 9636.
 */
#ifndef TEXT_TZIF_H
#define TEXT_TZIF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"
#include "text/tz_rule.h"

enum { TZIF_MOST = 256 * 1024 /* bytes of a file */ };

struct tzif {
	size_t count; /* of changes */
	unsigned width; /* bytes of the time of a change */
	const unsigned char *times; /* when the clocks change, s since 1970 */
	const unsigned char *kinds; /* the kind of time from then on */
	size_t kind_count;
	const unsigned char *offsets; /* 6 bytes for each kind; the first 4 are the offset */
	bool has_rule; /* after the last change */
	struct tz_rule rule;
};

/* file is borrowed as long as zone is used. False: damaged, or it counts leap seconds. */
bool tzif_read(struct span file, struct tzif *zone);
/* The offset, in s east of UTC, at a time in s since 1970. */
int64_t tzif_offset(const struct tzif *zone, int64_t time);

#endif
