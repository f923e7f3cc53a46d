/*
 * window: the lines that were read and have no receipt yet, in the order of the input. Law 2 of
 * fxpipe(7) allows 10,000 lines or 8 MiB; 6 MiB keep the memory of the whole tool below 32 MiB. The
 * bytes of a line stay where they are until it is dropped.
 */
#ifndef STORING_WINDOW_H
#define STORING_WINDOW_H

#include "system/lines.h"

enum { WINDOW_LINES = LINES_BATCH, WINDOW_BYTES = 6 * 1024 * 1024 };

enum line_result {
	RESULT_OPEN,
	RESULT_DONE,
	RESULT_REFUSED,
	RESULT_FATAL /* the work ends before this line; the caller knows why */
};

struct window_block;

struct window_line {
	struct line line; /* its text lies in the window */
	struct span position; /* start NULL: it has none */
	enum line_result result;
	bool mark;
	char *reason; /* RESULT_REFUSED */
	char *details; /* further members for the rejects file; or NULL */
	int64_t since; /* clock_steady when it was read */
	struct window_block *block;
};

struct window;

struct window *window_open(void);
void window_close(struct window *window);

/* An empty window has room for a line of any length. */
bool window_has_room(const struct window *window, size_t length);
/* Adds a copy of the line. *room: more bytes of memory that belong to it. */
struct window_line *window_add(
    struct window *window, const struct line *line, size_t more, char **room);
/* Line number number; the oldest is 0. */
struct window_line *window_at(const struct window *window, size_t number);
size_t window_count(const struct window *window);
size_t window_open_count(const struct window *window); /* of RESULT_OPEN */
void window_drop(struct window *window, size_t count); /* the oldest ones */

/* A number that names a line while it is in the window. */
uint64_t window_ticket(const struct window *window, const struct window_line *waiting);
/* Sets the result of a line that is open. reason: copied; NULL unless refused. */
void window_set_result(struct window *window, struct window_line *waiting, enum line_result result,
    const char *reason);
void window_set_details(struct window_line *waiting, const char *details); /* copied; or NULL */
struct window_line *window_find(const struct window *window, uint64_t ticket);

#endif
