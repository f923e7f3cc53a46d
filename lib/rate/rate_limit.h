/*
 * pace: limits on requests that hold for all processes of a user together, by
 * a small locked file of when requests were, or will be, made. It is a
 * courtesy, not a record: a file that makes no sense counts as empty.
 */
#ifndef RATE_RATE_LIMIT_H
#define RATE_RATE_LIMIT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/failure.h"

enum { PACE_REQUESTS = 1000 }; /* the most a limit may count */

/* In no stretch of so many milliseconds more requests than that. */
struct pace_limit {
	unsigned requests;
	int64_t milliseconds;
};

/* Why a turn is later than now. */
enum pace_reason {
	PACE_LIMIT, /* one of the limits */
	PACE_BURST, /* the provider said: too fast */
	PACE_QUOTA, /* the provider said: no more for now */
	PACE_ASKED /* the provider named a time to come back (Retry-After) */
};

struct pace_turn {
	bool granted;
	int64_t at; /* the request may leave then, ms since 1970 */
	enum pace_reason reason; /* where at is later than now */
};

struct pace;

/*
 * The file at path is made where it is not (0600, its directories 0700).
 * limits and stop are borrowed. Who holds the file holds up the others; once
 * stop is not 0 a few more signals end such a wait (FAILURE_STOPPED).
 */
struct pace *pace_open(const char *path, const struct pace_limit *limits, size_t count,
    const volatile sig_atomic_t *stop, struct failure *failure);
void pace_close(struct pace *pace);

/*
 * Takes the next turn. Turns are given in the order in which they are taken,
 * whoever takes them. One that would be later than now + patience is not granted.
 */
bool pace_take(struct pace *pace, int64_t now, int64_t patience, struct pace_turn *turn,
    struct failure *failure);

/* No turn for anyone before until. */
bool pace_keep_off(struct pace *pace, int64_t now, int64_t until, enum pace_reason reason,
    struct failure *failure);

#endif
