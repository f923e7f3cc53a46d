/*
 * caller: the program that lib/ works for: its name for services, its options that name AWS
 * settings, its stop flag, and how to pass messages to it. Every settings struct has one.
 */
#ifndef BASE_CALLER_H
#define BASE_CALLER_H

#include <signal.h>
#include <stdbool.h>

struct aws_choice;

struct caller {
	const char *agent; /* the User-Agent: "fxpipe/0.1.0 kput" */
	const struct aws_choice *aws; /* AWS settings given as options; NULL: none */
	const volatile sig_atomic_t *stop; /* not 0 after a signal to end; NULL: never */
	/* Each gets a sentence without a full stop. May be NULL. */
	void (*warn)(
	    void *context, const char *sentence); /* the user should know; work continues */
	void (*detail)(void *context, const char *sentence); /* for -v: retries, waits, sources */
	void *context;
};

bool caller_is_stopped(const struct caller *caller);
void caller_warn(const struct caller *caller, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void caller_detail(const struct caller *caller, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
