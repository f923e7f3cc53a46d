/*
 * looks: readings of the clock, which decide how far retention may trust it. Writers of a stream
 * keep them, as a line of text, in the note of the stream's lock file (sqlite/lock.h).
 *
 * The clock may be wrong, for one run or after a boot, and may be set later. A record is therefore
 * removed only if two readings of the clock agree that it is too old: the present one, and one that
 * is at least 25 seconds (or the retention, if that is shorter) older. If the clock was set forward
 * while the machine was running, the records from before seem older than they are: for the time of
 * the retention, the difference is deducted.
 */
#ifndef STREAM_LOCAL_LOOKS_H
#define STREAM_LOCAL_LOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/clock.h"

enum { LOOKS_TEXT = 256 };

struct look {
	int64_t wall; /* clock_now */
	int64_t boot; /* clock_boot; -1: in an earlier boot */
};

/* Zeroed: no look was taken yet. */
struct looks {
	char boot[CLOCK_BOOT_SIZE]; /* the name of the boot of the last look */
	unsigned count; /* 0: none; 1: last; 2: before, too */
	struct look last, before;
	int64_t lowest; /* the smallest wall - boot of late */
	int64_t lowest_seen; /* clock_boot */
};

/* From the text of looks_format, which other bytes may follow. False: it is not valid. */
bool looks_parse(struct looks *looks, const char *text, size_t length);
size_t looks_format(const struct looks *looks, char text[LOOKS_TEXT]); /* its length */

/*
 * Takes a look. Returns the time that is certain to have come, ms since 1970: records that arrived
 * more than the retention (ms) before it may be removed; 0: none may. *changed: the looks have.
 */
int64_t looks_take(struct looks *looks, const struct look *now, const char *boot, int64_t retention,
    bool *changed);

#endif
