/*
 * clock_readings: readings of the clock, which decide how far retention may trust it. Writers of a
 * stream keep them, as a line of text, in the note of the stream's lock file (sqlite/lock.h).
 *
 * The clock may be wrong, for one run or after a boot, and may be set later. A record is therefore
 * removed only if two readings of the clock agree that it is too old: the present one, and one that
 * is at least 25 seconds (or the retention, if that is shorter) older. If the clock was set forward
 * while the machine was running, the records from before seem older than they are: for the time of
 * the retention, the difference is deducted.
 */
#ifndef STREAM_LOCAL_CLOCK_READINGS_H
#define STREAM_LOCAL_CLOCK_READINGS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/clock.h"

enum { CLOCK_READINGS_TEXT = 256 };

struct clock_reading {
	int64_t wall; /* clock_now */
	int64_t boot; /* clock_boot; -1: in an earlier boot */
};

/* Zeroed: no reading was taken yet. */
struct clock_readings {
	char boot[CLOCK_BOOT_SIZE]; /* the name of the boot of the last reading */
	unsigned count; /* 0: none; 1: last; 2: before, too */
	struct clock_reading last, before;
	int64_t lowest; /* the smallest wall - boot of late */
	int64_t lowest_seen; /* clock_boot */
};

/* From the text of clock_readings_format, which other bytes may follow. False: it is not valid. */
bool clock_readings_parse(struct clock_readings *readings, const char *text, size_t length);
size_t clock_readings_format(
    const struct clock_readings *readings, char text[CLOCK_READINGS_TEXT]); /* its length */

/*
 * Takes a reading. Returns the time that is certain to have come, ms since 1970: records that
 * arrived more than the retention (ms) before it may be removed; 0: none may. *changed: the
 * readings have.
 */
int64_t clock_readings_take(struct clock_readings *readings, const struct clock_reading *now,
    const char *boot, int64_t retention, bool *changed);

#endif
