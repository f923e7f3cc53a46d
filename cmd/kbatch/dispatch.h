/*
 * dispatch: when lines that wait are sent as a batch. Clocks are arguments: the same input gives
 * the same result.
 */
#ifndef KBATCH_DISPATCH_H
#define KBATCH_DISPATCH_H

#include "kbatch/backlog.h"

struct dispatch_rules {
	size_t lines; /* of a batch at most */
	size_t bytes;
	int64_t wait; /* us that a batch may wait for more lines */
	int64_t window; /* ms, the length of a window; 0: no windows */
};

/* The moment at which batches are looked for. */
struct dispatch_moment {
	int64_t steady; /* us of clock_steady */
	int64_t wall; /* ms of clock_now */
	int64_t window; /* the newest window, as of dispatch_window */
	uint64_t before; /* only lines with a lower ticket are sent */
	bool more; /* more lines may have arrived already: only full batches are sent */
	bool ended; /* no more lines arrive: no batch waits for more */
};

/*
 * The start of the window of a line that arrives at wall, both ms of clock_now; newest: what the
 * last call returned, 0 at first. Windows begin at multiples of their length. If the clock goes
 * back by up to one window, the newest window stays open; if it goes back further, it had been
 * wrong, and the windows follow it.
 */
int64_t dispatch_window(const struct dispatch_rules *rules, int64_t newest, int64_t wall);

/*
 * The next batch to send now, after backlog_begin_search; its count is 0 if there is none. *due
 * is lowered to the time of clock_steady at which a batch that waits is to be sent; 0: never.
 */
struct backlog_found dispatch_next(const struct dispatch_rules *rules, struct backlog *backlog,
    const struct dispatch_moment *moment, backlog_number *numbers, int64_t *due);

/* Are these the last lines of their window and lane? */
bool dispatch_is_final(const struct dispatch_rules *rules, const struct backlog_found *found,
    const struct dispatch_moment *moment);

#endif
