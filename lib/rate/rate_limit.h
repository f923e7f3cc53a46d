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

enum { RATE_LIMIT_REQUESTS = 1000 }; /* the most a limit may count */

/* In no stretch of so many milliseconds more requests than that. */
struct rate_limit {
	unsigned requests;
	int64_t milliseconds;
};

/* Why a turn is later than now. */
enum rate_limit_reason {
	RATE_LIMIT_REACHED, /* one of the limits */
	RATE_LIMIT_BURST, /* the provider said: too fast */
	RATE_LIMIT_QUOTA, /* the provider said: no more for now */
	RATE_LIMIT_RETRY_AFTER /* the provider named a time to come back (Retry-After) */
};

struct rate_limit_turn {
	bool granted;
	int64_t at; /* the request may leave then, ms since 1970 */
	enum rate_limit_reason reason; /* where at is later than now */
};

struct rate_limiter;

/*
 * The file at path is made where it is not (0600, its directories 0700).
 * limits and stop are borrowed. Who holds the file holds up the others; once
 * stop is not 0 a few more signals end such a wait (FAILURE_STOPPED).
 */
struct rate_limiter *rate_limit_open(const char *path, const struct rate_limit *limits,
    size_t count, const volatile sig_atomic_t *stop, struct failure *failure);
void rate_limit_close(struct rate_limiter *pace);

/*
 * Takes the next turn. Turns are given in the order in which they are taken,
 * whoever takes them. One that would be later than now + patience is not granted.
 */
bool rate_limit_take(struct rate_limiter *pace, int64_t now, int64_t patience,
    struct rate_limit_turn *turn, struct failure *failure);

/* No turn for anyone before until. */
bool rate_limit_pause(struct rate_limiter *pace, int64_t now, int64_t until,
    enum rate_limit_reason reason, struct failure *failure);

#endif
