/*
 * sending: the loop of a storing tool whose lines go to a service: they are read
 * while others are on their way, and get their receipts as their fates come.
 */
#ifndef STORING_SENDING_H
#define STORING_SENDING_H

#include "storing/intake.h"
#include "storing/window.h"

struct sending {
	struct intake *intake;
	struct sink *sink;
	struct tool *tool;
	struct lines *lines;
	struct window *window;
	struct line next; /* read, and too long for the window as it is */
	bool has_next;
	bool reading; /* there may be more to read, and it is wanted */
	bool ended; /* the input has */
	bool idle; /* nothing more had arrived */
	int watch; /* the output while its reader is of interest */
	struct failure stopped; /* why no more is read: told when all before is done */
};

/* True: the input has ended, and all of it is done. */
bool sending_loop(struct intake *intake, struct lines *lines, struct failure *failure);

/* sending_input.c: reads what has arrived; waits for it where there is nothing else to do. */
void sending_read(struct sending *sending);
/* Is there something on its way, or to be looked after? */
bool sending_is_busy(const struct sending *sending);
/* No more is read. why: told when all before is done; or NULL. */
void sending_stop(struct sending *sending, const struct failure *why);
/* Nobody wants receipts any more. What is on its way is finished. */
void sending_reader_gone(struct sending *sending);

#endif
