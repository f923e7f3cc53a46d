/*
 * fetch: asks a provider for subjects (pairs, tickers, …), several at a time, and returns the
 * answers in the order of the questions. Keeps the rate limits and retries temporary failures a
 * few times.
 */
#ifndef RATE_FETCH_H
#define RATE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/caller.h"
#include "base/failure.h"
#include "rate/provider.h"

enum { FETCH_FLYING = 64 }; /* the most requests at once */

struct fetch_settings {
	const struct provider *provider;
	struct span key; /* empty: none */
	const char *state; /* the file of rate_limit */
	int64_t timeout; /* ms, for one request */
	unsigned in_flight; /* requests at once, up to FETCH_FLYING */
	struct caller caller; /* its detail reports waits */
};

/* An answer; borrowed until the next fetch_next. */
struct fetched {
	struct subject subject;
	uint64_t line; /* as passed to fetch_ask */
	struct failure failure; /* FAILURE_NONE: body is the answer */
	int64_t at; /* when it arrived, ms since 1970 */
	struct span body; /* JSON on one line, without the key */
};

struct fetch;

/* provider and key are borrowed until fetch_close. */
struct fetch *fetch_open(const struct fetch_settings *settings, struct failure *failure);
void fetch_close(struct fetch *fetch);

/* Is there room for another subject? */
bool fetch_has_room(const struct fetch *fetch);
/*
 * Queues a subject. line is returned with the answer. If the provider takes several in a
 * request, those that wait when it is sent share it.
 */
void fetch_ask(struct fetch *fetch, const struct subject *subject, uint64_t line);
/* How many were asked for and not yet returned. */
size_t fetch_pending(const struct fetch *fetch);

/*
 * Starts the requests that are due, and waits for one to progress, for input (-1: none) to become
 * readable, or for watch (-1: none) to lose its reader. After a stop or a FAILURE_PERMANENT no
 * request is started: all that are not in flight fail with FAILURE_STOPPED.
 */
bool fetch_wait(struct fetch *fetch, int input, int watch, struct failure *failure);
/* The next answer in order, if it has arrived. */
bool fetch_next(struct fetch *fetch, struct fetched *fetched);

/* How many requests were retries. */
uint64_t fetch_retries(const struct fetch *fetch);
/* How many replies reported too many requests or a spent quota. */
uint64_t fetch_throttles(const struct fetch *fetch);

#endif
