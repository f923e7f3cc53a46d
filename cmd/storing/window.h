/*
 * window: the lines that a tool has read and whose fate it does not know yet,
 * in the order of the input (law 2 of fxpipe(7): 10,000 of them or 8 MiB at the
 * most; 6 MiB keep what is made of them within 32 MiB of memory, too). Their
 * bytes stay where they are until they are dropped.
 */
#ifndef STORING_WINDOW_H
#define STORING_WINDOW_H

#include "system/lines.h"

enum { WINDOW_LINES = LINES_BATCH, WINDOW_BYTES = 6 * 1024 * 1024 };

enum fate {
	FATE_OPEN,
	FATE_DONE,
	FATE_REFUSED,
	FATE_LAST /* nothing goes past it: what there is to say is kept elsewhere */
};

struct window_block;

struct waiting {
	struct line line; /* its text lies in the window */
	struct span position; /* start NULL: it has none */
	enum fate fate;
	bool mark;
	char *reason; /* FATE_REFUSED */
	char *details; /* of the reason, for the file of -x; or NULL */
	int64_t since; /* clock_steady when it was read */
	struct window_block *block;
};

struct window;

struct window *window_open(void);
void window_close(struct window *window);

/* One line may be in it whatever its length. */
bool window_has_room(const struct window *window, size_t length);
/* Copies the line, and gives more bytes of memory with it (to *room). */
struct waiting *window_add(
    struct window *window, const struct line *line, size_t more, char **room);
/* The oldest is number 0. */
struct waiting *window_at(const struct window *window, size_t number);
size_t window_count(const struct window *window);
size_t window_open_count(const struct window *window); /* of FATE_OPEN */
void window_drop(struct window *window, size_t count); /* the oldest ones */

/* A number that names a line for as long as it is there. */
uint64_t window_ticket(const struct window *window, const struct waiting *waiting);
/* Tells the fate of one that is open. reason: copied. */
void window_tell(
    struct window *window, struct waiting *waiting, enum fate fate, const char *reason);
void window_detail(struct waiting *waiting, const char *details); /* copied; or NULL */
struct waiting *window_find(const struct window *window, uint64_t ticket);

#endif
