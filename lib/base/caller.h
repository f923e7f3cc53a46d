/*
 * caller: the program on whose behalf lib/ works: its name for services, the flag by which a
 * signal stops it, and who hears what the user should know. Every settings struct has one.
 */
#ifndef BASE_CALLER_H
#define BASE_CALLER_H

#include <signal.h>
#include <stdbool.h>

struct caller {
	const char *agent; /* the User-Agent: "fxpipe/0.1.0 kput" */
	const volatile sig_atomic_t *stop; /* not 0 once a signal asked to end; NULL: never */
	/* Each gets a sentence without a full stop; NULL: nobody listens. */
	void (*warn)(void *context, const char *sentence); /* the user should know, work goes on */
	void (*detail)(void *context, const char *sentence); /* for -v: retries, waits, sources */
	void *context;
};

bool caller_is_stopped(const struct caller *caller);
void caller_warn(const struct caller *caller, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void caller_detail(const struct caller *caller, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
