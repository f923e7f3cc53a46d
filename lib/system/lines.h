/*
 * lines: newline-delimited input, read as it arrives. Lines are handed out without being copied;
 * all lines since the last lines_wait stay valid until the next lines_wait.
 */
#ifndef SYSTEM_LINES_H
#define SYSTEM_LINES_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/failure.h"
#include "base/span.h"

enum {
	LINES_BATCH = 10000, /* the most lines handed out between two waits */
	LINES_KEPT = 64 * 1024 /* bytes that are kept of an over-long line */
};

enum line_state {
	LINE_WHOLE,
	LINE_LONG, /* longer than max_line: text is its first LINES_KEPT bytes */
	LINE_CUT, /* the input ended in it, and it is not a complete object, array or string */
};

struct line {
	struct span text; /* without the newline */
	uint64_t number; /* from 1 */
	uint64_t bytes; /* its full length, without the newline */
	enum line_state state;
};

struct lines;

/*
 * window: the most bytes to read ahead (a line may be longer). stop: ends every wait once it is
 * not zero; may be NULL.
 */
struct lines *lines_open(int fd, size_t max_line, size_t window, const volatile sig_atomic_t *stop);
void lines_close(struct lines *lines);

enum lines_status {
	LINES_READY, /* lines_next has something */
	LINES_END, /* the input has ended, and all of it was handed out */
	LINES_FAILED /* failure says why: a read error, stopped, or nobody reads watch any more */
};

/*
 * Reads what has arrived, and waits only if nothing has. watch: an output whose reader may close
 * it meanwhile (-1: none). timeout: milliseconds after which it returns LINES_READY even without
 * input (-1: never).
 */
enum lines_status lines_wait(struct lines *lines, int watch, int timeout, struct failure *failure);

/* The next line of what was read; false: call lines_wait again. */
bool lines_next(struct lines *lines, struct line *line);

/* Called only by the next two functions, for the few lines that need it. */
bool lines_ignore_odd(struct line *line);
const char *lines_first_format(const struct line *line);

/*
 * For tools that read JSON: takes a byte-order mark off the first line. True: the line is blank and
 * must be ignored.
 */
static inline bool
lines_ignore(struct line *line)
{
	return (line->text.length == 0 || line->text.start[0] != '{') && lines_ignore_odd(line);
}

/*
 * If the first line shows that the input is not JSON lines: what it is, and what to do, as a
 * clause; else NULL.
 */
static inline const char *
lines_known_format(const struct line *line)
{
	return line->number == 1 ? lines_first_format(line) : NULL;
}

/* Makes the line a LINE_LONG: cuts its text to LINES_KEPT bytes. */
void lines_cut(struct line *line);

/* Bytes that were read and not yet handed out. */
size_t lines_pending(const struct lines *lines);

#endif
