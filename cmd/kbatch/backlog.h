/*
 * backlog: lines that wait to go into a batch, in the order of the input. A
 * batch has lines of one lane. While one is under way, those behind it in its
 * lane wait, and others may overtake them.
 */
#ifndef KBATCH_BACKLOG_H
#define KBATCH_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "system/lines.h"

/* A line's number among those that are here: its ticket modulo BACKLOG_LINES. */
typedef uint16_t backlog_number;

enum { BACKLOG_LINES = LINES_BATCH, BACKLOG_NONE = UINT16_MAX };

struct backlog_line {
	struct span text; /* the caller's; stays where it is */
	uint64_t ticket; /* rises from line to line */
	uint64_t lane; /* any number */
	int64_t since; /* when it came: us of clock_steady */
	int64_t window; /* the start of its window: neighbours go together that have the same */
	char *error; /* the last one that it met by itself; NULL: none */
	backlog_number next, previous;
};

struct backlog;

/* lanes: false where all lines are in the same. */
struct backlog *backlog_open(bool lanes);
void backlog_close(struct backlog *backlog);

/* A place at the end of the queue, all zero but for the ticket. */
struct backlog_line *backlog_add(struct backlog *backlog, uint64_t ticket);
struct backlog_line *backlog_line(struct backlog *backlog, backlog_number number);
/* The ticket of the first that waits; UINT64_MAX: none does. */
uint64_t backlog_next(const struct backlog *backlog);

struct backlog_bounds {
	size_t lines; /* in a batch at the most */
	size_t bytes; /* of them, newlines counted; one line may have more */
	uint64_t before; /* lines with this ticket or a later one stay */
};

/* What could go now as one batch: lines of one lane and one window. */
struct backlog_found {
	size_t count;
	bool full; /* no more fits */
	bool more; /* others of the same window wait in its lane */
	int64_t since; /* of the oldest */
	int64_t window;
	uint64_t lane;
};

/* A new search: no lane has been passed over. */
void backlog_search(struct backlog *backlog);
/* Until the next one: what was found there is to wait. */
void backlog_pass_over(struct backlog *backlog, const struct backlog_found *found);
/* In the lane of the oldest line that may go. numbers has room for bounds->lines. */
struct backlog_found backlog_find(
    struct backlog *backlog, const struct backlog_bounds *bounds, backlog_number *numbers);
/* They wait no longer: they are under way. */
void backlog_take(struct backlog *backlog, const backlog_number *numbers, size_t count);
/* A line that was under way has its fate. */
void backlog_settle(struct backlog *backlog, backlog_number number);

#endif
