/*
 * rate_limit: limits on requests that all processes of a user share, by a small locked file with
 * the times of past and granted requests. An invalid file counts as empty.
 */
#ifndef RATE_RATE_LIMIT_H
#define RATE_RATE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/caller.h"
#include "base/failure.h"

enum { RATE_LIMIT_REQUESTS = 1000 }; /* the most requests in a limit */

/* At most requests within any period of milliseconds. */
struct rate_limit {
	unsigned requests;
	int64_t milliseconds;
};

/* Why a request has to wait. */
enum rate_limit_reason {
	RATE_LIMIT_REACHED, /* one of the limits */
	RATE_LIMIT_BURST, /* the provider reported too many requests */
	RATE_LIMIT_QUOTA, /* the provider reported a spent quota */
	RATE_LIMIT_RETRY_AFTER /* the provider asked to retry later (Retry-After) */
};

struct rate_limit_turn {
	bool granted;
	int64_t at; /* when the request may be sent, ms since 1970 */
	enum rate_limit_reason reason; /* if at is later than now */
};

struct rate_limiter;

/*
 * Opens the file at path, or creates it (0600, its directories 0700). limits and caller
 * are borrowed; neither may be NULL. A process that holds the lock of the file delays the others
 * (lock_wait.h).
 */
struct rate_limiter *rate_limit_open(const char *path, const struct rate_limit *limits,
    size_t count, const struct caller *caller, struct failure *failure);
void rate_limit_close(struct rate_limiter *limiter);

/*
 * Takes the next turn. All processes get turns in the order in which they ask. A turn later than
 * now + patience is not granted.
 */
bool rate_limit_take(struct rate_limiter *limiter, int64_t now, int64_t patience,
    struct rate_limit_turn *turn, struct failure *failure);

/* No process gets a turn before until. */
bool rate_limit_pause(struct rate_limiter *limiter, int64_t now, int64_t until,
    enum rate_limit_reason reason, struct failure *failure);

#endif
