/*
 * lines: newline-delimited input, read as it arrives. What has arrived is
 * handed out line by line without being copied; all the lines since the last
 * lines_wait stay where they are until the next.
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
	LINES_BATCH = 10000, /* lines handed out between two waits */
	LINES_KEPT = 64 * 1024 /* bytes kept of an over-long line */
};

enum line_state {
	LINE_WHOLE,
	LINE_LONG, /* longer than max_line: text is its first LINES_KEPT bytes */
	LINE_CUT, /* the input ended inside it, and it is not a complete object, array or string */
};

struct line {
	struct span text; /* without the newline */
	uint64_t number; /* from 1 */
	uint64_t bytes; /* its real length, newline not counted */
	enum line_state state;
};

struct lines;

/*
 * window: how many bytes are read ahead at the most (a line may be longer).
 * stop: ends every wait when it becomes non-zero.
 */
struct lines *lines_open(int fd, size_t max_line, size_t window, const volatile sig_atomic_t *stop);
void lines_close(struct lines *lines);

enum lines_status {
	LINES_READY, /* lines_next has something */
	LINES_END, /* the input ended and all of it was handed out */
	LINES_FAILED /* failure says why: a read error, a stop, or the reader of watch gone */
};

/*
 * Reads what has arrived, waiting only where there is nothing yet. watch: an
 * output whose reader may go away while we wait (-1: none).
 * timeout: milliseconds after which it returns LINES_READY though nothing has come (-1: never).
 */
enum lines_status lines_wait(struct lines *lines, int watch, int timeout, struct failure *failure);

/* The next line of what has been read; false when another wait is due. */
bool lines_next(struct lines *lines, struct line *line);

/* Makes it one that is LINE_LONG. */
void lines_cut(struct line *line);

/* Bytes read and not yet handed out: what the lines until the next wait amount to at the most. */
size_t lines_pending(const struct lines *lines);

#endif
