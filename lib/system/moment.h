/*
 * moment: a time as people and services write it, in any time zone. Zones with names are those of
 * the tz database on this machine, read once.
 */
#ifndef SYSTEM_MOMENT_H
#define SYSTEM_MOMENT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/failure.h"
#include "base/span.h"

/* For messages: the forms of a time. */
#define MOMENT_FORMS \
	"2025-01-07T01:00:00Z, 2025-01-07 01:00:00 +0100, 2025-01-07, " \
	"\"Tue, 07 Jan 2025 01:00:00 GMT\", or seconds or milliseconds since 1970"

enum { MOMENT_SHOWN = 60 /* bytes of a value in a message */ };

/* When the clocks of a zone are put back, local times occur twice: which of the two is meant. */
enum moment_twice { MOMENT_NEITHER, MOMENT_FIRST, MOMENT_SECOND };

struct moment_rules {
	struct span zone; /* for a text without one; start NULL: refused, except a plain day (UTC) */
	enum moment_twice twice; /* MOMENT_NEITHER: such a time is refused */
	/* A number is a time only from 1973 on (9 digits): a smaller one is a rate or a count. */
	bool large_numbers;
};

/* The zones that have been read. */
struct moments;

/*
 * directory: that of the tz database. advice: what else helps if a zone has a time twice, besides
 * an offset (", or set …"), or "". Both are borrowed. Nothing is read yet.
 */
struct moments *moments_open(const char *directory, const char *advice);
void moments_close(struct moments *moments);

/*
 * Reads all that timestamp_read does. FAILURE_REFUSED; FAILURE_TEMPORARY: descriptors are too few
 * to read a zone.
 */
bool moment_read(struct moments *moments, struct span text, const struct moment_rules *rules,
    int64_t *milliseconds, struct failure *failure);

#endif
