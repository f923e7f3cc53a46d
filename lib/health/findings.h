/* findings: what the checks of a pipeline have found, one after another. */
#ifndef HEALTH_FINDINGS_H
#define HEALTH_FINDINGS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/failure.h"

enum {
	FINDINGS_WELL = 0,
	FINDINGS_LOOK = 1, /* stale, behind, or to be inspected */
	FINDINGS_BROKEN = 2, /* needs attention */
	FINDINGS_UNKNOWN = 75 /* the check could not be done */
};

enum { FINDINGS_AHEAD = 60 * 1000 /* ms that a clock may be ahead */ };

struct finding {
	int status;
	const char *check; /* "stream", "group", … */
	const char *of; /* its name */
	const char *sentence; /* without a full stop */
	bool failed; /* the sentence is that of a failure, which may name files */
};

struct findings {
	int64_t now; /* ms since 1970 */
	int64_t max_age; /* ms */
	const char *max_age_text; /* as the user gave it */
	const volatile sig_atomic_t *stop; /* not 0 after a signal to end; NULL: never */
	bool stopped; /* set if a check was ended by that signal */
	void (*found)(void *context, const struct finding *finding);
	void *context;
};

/* Adds a finding. */
void findings_add(struct findings *findings, int status, const char *check, const char *of,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Adds that something could not be read, with the status of the failure. */
void findings_failure(
    struct findings *findings, const char *check, const char *of, const struct failure *failure);
/* Adds whether a time (ms) is recent. what: "the newest record", for example. */
void findings_time(
    struct findings *findings, const char *check, const char *of, const char *what, int64_t time);

/* A duration for people: "90 s", "3 min". */
enum { FINDINGS_AGE = 32 };
const char *findings_age(int64_t seconds, char text[FINDINGS_AGE]);

/* Adds a finding as an object: {"check":"stream","of":"rates","status":0,"message":"…"} */
struct buffer;
bool finding_write(struct buffer *to, const struct finding *finding);

#endif
