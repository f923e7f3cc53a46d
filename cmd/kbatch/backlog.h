/*
 * backlog: the lines that wait for a batch, in the order of the input, and those of batches in
 * flight until they have a result. A batch has lines of one lane. While a batch is in flight,
 * later lines of its lane wait; lines of other lanes may overtake them.
 */
#ifndef KBATCH_BACKLOG_H
#define KBATCH_BACKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "system/lines.h"

/* A line's number in the backlog: its ticket modulo BACKLOG_LINES. */
typedef uint16_t backlog_number;

enum { BACKLOG_LINES = LINES_BATCH, BACKLOG_NONE = UINT16_MAX };

struct backlog_line {
	struct span text; /* the caller's; stays valid until the line has its result */
	uint64_t ticket; /* increases from line to line */
	uint64_t lane; /* any number */
	int64_t arrived; /* us of clock_steady */
	int64_t window; /* the start of its window: a batch has lines of one window */
	char *error; /* the last error that the command reported for this line; NULL: none */
	backlog_number next, previous;
};

struct backlog;

/* lanes: false if all lines are in one lane. */
struct backlog *backlog_open(bool lanes);
void backlog_close(struct backlog *backlog);

/* A line at the end of the queue, all zero but its ticket. */
struct backlog_line *backlog_add(struct backlog *backlog, uint64_t ticket);
const struct backlog_line *backlog_line(const struct backlog *backlog, backlog_number number);
/* Takes the ownership of error. */
void backlog_set_error(struct backlog *backlog, backlog_number number, char *error);
/* The ticket of the first line that waits; UINT64_MAX: none waits. */
uint64_t backlog_first_ticket(const struct backlog *backlog);

struct backlog_limits {
	size_t lines; /* of a batch at most */
	size_t bytes; /* of its lines with their newlines at most; one line may have more */
	uint64_t before; /* lines with this ticket or a later one stay */
};

/* Lines that could go as one batch: of one lane and one window. */
struct backlog_found {
	size_t count;
	bool full; /* no more lines fit */
	bool more; /* more lines of the same lane and window wait */
	int64_t arrived; /* of the oldest line */
	int64_t window;
	uint64_t lane;
};

/* Starts a new search: no lane is skipped. */
void backlog_begin_search(struct backlog *backlog);
/*
 * The first lines that could go: those in the lane of the oldest line that may. Their numbers go
 * to numbers, which has room for limits->lines.
 */
struct backlog_found backlog_find(
    struct backlog *backlog, const struct backlog_limits *limits, backlog_number *numbers);
/* The rest of this search skips the lane of found. False: there are no other lanes. */
bool backlog_skip_lane(struct backlog *backlog, const struct backlog_found *found);
/* Moves lines from the queue into flight. */
void backlog_take(struct backlog *backlog, const backlog_number *numbers, size_t count);
/* A line in flight has its result. */
void backlog_release(struct backlog *backlog, backlog_number number);

#endif
