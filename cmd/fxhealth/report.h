/* report: the findings of fxhealth, written to standard output, a line each. */
#ifndef FXHEALTH_REPORT_H
#define FXHEALTH_REPORT_H

#include "tool/tool.h"

enum {
	REPORT_WELL = 0,
	REPORT_LOOK = 1, /* stale, behind, or to be inspected */
	REPORT_BROKEN = 2, /* needs attention */
	REPORT_UNKNOWN = 75 /* cannot be found out now */
};

struct report {
	struct tool *tool;
	bool json; /* a finding as an object */
	int64_t now; /* ms since 1970 */
	int64_t max_age; /* ms */
	const char *max_age_text; /* as the user gave it */
};

/*
 * Writes a finding and notes its status; what is well is written only with -v. check: "stream",
 * "group", …; of: its name.
 */
void report_add(struct report *report, int status, const char *check, const char *of,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Why something could not be read, with the status of the failure. */
void report_failure(
    struct report *report, const char *check, const char *of, const struct failure *failure);
/* Something whose time (ms) must be recent: what is "the newest record", for example. */
void report_time(
    struct report *report, const char *check, const char *of, const char *what, int64_t time);

/* A duration for people: "90 s", "3 min". */
enum { REPORT_AGE = 32 };
const char *report_age(int64_t seconds, char text[REPORT_AGE]);

#endif
