/*
 * fetch: pairs asked of a provider, several in flight, the answers in the
 * order in which they were asked for. Limits are kept; what may work later is
 * tried again, a few times.
 */
#ifndef RATE_FETCH_H
#define RATE_FETCH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buffer.h"
#include "base/caller.h"
#include "base/failure.h"
#include "rate/provider.h"

enum { FETCH_FLYING = 64 }; /* the most at once */

struct fetch_settings {
	const struct provider *provider;
	struct span key; /* empty: none */
	const char *state; /* the file that lib/pace keeps */
	int64_t timeout; /* ms, for one request */
	unsigned in_flight; /* requests at once, up to FETCH_FLYING */
	struct caller caller; /* its detail hears what is waited for */
};

/* An answer; borrowed until the next fetch_next. */
struct fetched {
	struct pair pair;
	uint64_t line; /* as given to fetch_ask */
	struct failure failure; /* NONE: body is what was asked for */
	int64_t at; /* when it came, ms */
	struct span body; /* JSON on one line, the key taken out */
};

struct fetch;

/* provider and key stay the caller's, and there, until fetch_close. */
struct fetch *fetch_open(const struct fetch_settings *settings, struct failure *failure);
void fetch_close(struct fetch *fetch);

/* Is there room for another pair? */
bool fetch_has_room(const struct fetch *fetch);
/* Takes in a pair, behind those before it. line is for the caller alone. */
void fetch_ask(struct fetch *fetch, const struct pair *pair, uint64_t line);
/* How many were asked and not yet handed out. */
size_t fetch_pending(const struct fetch *fetch);

/*
 * Moves on: starts what may start, and waits for something to happen to a
 * request, to input (readable; -1: none) or to watch (its reader gone; -1:
 * none). After a stop, or an answer for a person to look at (FAILURE_PERMANENT),
 * nothing new is started: what is not in flight fails with FAILURE_STOPPED.
 */
bool fetch_wait(struct fetch *fetch, int input, int watch, struct failure *failure);
/* The next in order, if it is there. */
bool fetch_next(struct fetch *fetch, struct fetched *fetched);

/* How often something was tried again. */
uint64_t fetch_retries(const struct fetch *fetch);
/* How often the provider said that it was asked too fast, or too often. */
uint64_t fetch_throttles(const struct fetch *fetch);

#endif
