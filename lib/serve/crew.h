/*
 * crew: a few threads that do work which takes time, such as a query. Each has a context of its
 * own, so that what they use need not be shared.
 */
#ifndef SERVE_CREW_H
#define SERVE_CREW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/failure.h"

struct crew;

/* The first member of each kind of work. */
struct crew_work {
	struct crew_work *next;
	/* Called in a thread, with its context; what it does with work is its own business. */
	void (*run)(struct crew_work *work, void *context);
	int64_t added; /* clock_steady, for the crew */
};

/* contexts: one for each of count threads, borrowed. most: works that may wait. */
struct crew *crew_open(void **contexts, size_t count, size_t most, struct failure *failure);
/* Any thread. False: too many wait. */
bool crew_add(struct crew *crew, struct crew_work *work);
/* How long a work waits now, in seconds, from 1 on. Any thread. */
unsigned crew_delay(struct crew *crew);
/* Does what waits, and ends the threads; from then on too many wait. NULL is allowed. */
void crew_end(struct crew *crew);
/* Frees it, ended. NULL is allowed. */
void crew_close(struct crew *crew);

#endif
