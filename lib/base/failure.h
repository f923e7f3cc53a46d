/*
 * failure: what went wrong, as one sentence, and whether a retry can help. Functions that can
 * fail take one, fill it and return false.
 */
#ifndef BASE_FAILURE_H
#define BASE_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

enum failure_kind {
	FAILURE_NONE,
	FAILURE_REFUSED, /* this line or record is invalid; the next may be valid */
	FAILURE_TEMPORARY, /* a retry later is safe and may work */
	FAILURE_PERMANENT, /* usage, configuration, credentials: needs attention */
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
 * As fail, for a failed system call: appends ": " and the text of error, an errno, which also
 * decides the kind (ENOSPC, EDQUOT, EFBIG, EIO, EAGAIN, ENFILE, …: FAILURE_TEMPORARY; EPIPE:
 * FAILURE_READER_GONE; all others: FAILURE_PERMANENT).
 */
bool fail_errno(struct failure *failure, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Are descriptors or memory short? Then what was tried may work later. */
bool failure_is_short(int error);

/* As fail, for the two kinds that need no explanation; both return false. */
bool fail_stopped(struct failure *failure);
bool fail_reader_gone(struct failure *failure);

/* The exit status: 1 (refused), 2 (permanent), 75 (temporary), else 0. */
int failure_status(enum failure_kind kind);

/* The worse of two exit statuses: 2, then 75, then 1, then 0. */
int failure_worse_status(int a, int b);

/*
 * Makes text from outside printable: at most 200 bytes of it, control bytes, invalid UTF-8
 * and invisible characters (such as those that reverse text) escaped as \xNN; "…" marks a cut.
 * Returns shown->text.
 */
struct shown {
	char text[4 * 200 + 8];
};
const char *show(struct shown *shown, const void *bytes, size_t length);
/* The length of the UTF-8 sequence at bytes; 0: none that is valid and that show leaves as it is. */
size_t show_sequence(const void *bytes, size_t length);

#endif
