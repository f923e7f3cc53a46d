/* findings: the findings of fxhealth, written to standard output, one a line. */
#ifndef FXHEALTH_FINDINGS_H
#define FXHEALTH_FINDINGS_H

#include "tool/tool.h"

enum {
	FINDINGS_WELL = 0,
	FINDINGS_LOOK = 1, /* stale, behind, or to be inspected */
	FINDINGS_BROKEN = 2, /* needs attention */
	FINDINGS_UNKNOWN = 75 /* the check could not be done */
};

enum { FINDINGS_AHEAD = 60 * 1000 /* ms that a clock may be ahead */ };

struct findings {
	struct tool *tool;
	bool json; /* a finding as an object */
	int64_t now; /* ms since 1970 */
	int64_t max_age; /* ms */
	const char *max_age_text; /* as the user gave it */
};

/*
 * Writes a finding (FINDINGS_WELL only with -v) and notes its status. check: "stream",
 * "group", …; of: its name.
 */
void findings_add(struct findings *findings, int status, const char *check, const char *of,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Writes that something could not be read, with the status of the failure. */
void findings_failure(
    struct findings *findings, const char *check, const char *of, const struct failure *failure);
/* Writes whether a time (ms) is recent. what: "the newest record", for example. */
void findings_time(
    struct findings *findings, const char *check, const char *of, const char *what, int64_t time);

/* A duration for people: "90 s", "3 min". */
enum { FINDINGS_AGE = 32 };
const char *findings_age(int64_t seconds, char text[FINDINGS_AGE]);

#endif
