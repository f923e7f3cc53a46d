/*
 * failure: what went wrong, as one sentence, and what a caller can do about
 * it. Functions that can fail take one, fill it and return false.
 */
#ifndef BASE_FAILURE_H
#define BASE_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

/* In rising order of what it asks of the caller, but for the exit status see failure_status. */
enum failure_kind {
	FAILURE_NONE,
	FAILURE_REFUSED, /* this line or record will never do; the next may */
	FAILURE_TEMPORARY, /* the same again later is safe and may work */
	FAILURE_PERMANENT, /* usage, configuration, credentials: a person must look */
	FAILURE_READER_GONE, /* nobody reads our output any more */
	FAILURE_STOPPED, /* a signal asked us to end */
};

struct failure {
	enum failure_kind kind;
	char text[1000]; /* no full stop, no newline; safe to print */
};

/* Fills failure and returns false, so that callers can `return fail(…)`. */
bool fail(struct failure *failure, enum failure_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The same for a failed system call: ": " and errno's text are added, the kind
 * follows from error (ENOSPC, EDQUOT, EFBIG, EIO, EAGAIN, ENFILE, …: temporary;
 * EPIPE: reader gone; the rest: a person).
 */
bool fail_errno(struct failure *failure, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* 0, 1 (refused), 2 (person), 75 (temporary). */
int failure_status(enum failure_kind kind);

/* The worse of two exit statuses: 2, then 75, then 1, then 0. */
int failure_worse_status(int a, int b);

/*
 * Foreign text made fit to print: at most 200 bytes of it, control bytes and
 * broken UTF-8 escaped as \xNN, a cut shown as "…". Returns shown->text.
 */
struct shown {
	char text[4 * 200 + 8];
};
const char *show(struct shown *shown, const void *bytes, size_t length);

#endif
