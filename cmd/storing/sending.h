/*
 * sending: the loop for a polled sink: lines are read while others are in flight, and get their
 * receipts as the results arrive.
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
	struct line next; /* read, but the window has no room for it yet */
	bool has_next;
	bool reading; /* more input is wanted, and may arrive */
	bool ended; /* the input has ended */
	bool idle; /* no more input had arrived */
	int watch; /* the output, while its reader matters; else -1 */
	struct failure stopped; /* why no more is read; reported once all lines before are done */
};

/* True: the input has ended, and all lines are done. */
bool sending_loop(struct intake *intake, struct lines *lines, struct failure *failure);

/* sending_input.c */
/* Reads the input that has arrived; waits for input if there is nothing else to do. */
void sending_read(struct sending *sending);
/* Does the sink need poll? */
bool sending_is_busy(const struct sending *sending);
/* Reads no more. why: reported once all lines before are done; or NULL. */
void sending_stop(struct sending *sending, const struct failure *why);
/* The reader of the receipts is gone. Lines in flight are finished. */
void sending_reader_gone(struct sending *sending);

#endif
