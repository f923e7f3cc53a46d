/*
 * spooling: the loop for a keeping sink, which holds the lines on disk until they are safe.
 */
#ifndef STORING_SPOOLING_H
#define STORING_SPOOLING_H

#include "storing/intake.h"

struct spooling {
	struct intake *intake;
	struct sink *sink;
	struct tool *tool;
	struct lines *lines;
	struct line next; /* read, but the sink has no room for it yet */
	bool has_next;
	bool reading; /* more input is wanted, and may arrive */
	bool ended; /* the input has ended */
	bool more; /* more receipts may be due */
	bool failed; /* the sink has failed: nothing is in flight */
	int watch; /* the output, while its reader matters; else -1 */
	struct failure stopped; /* why no more is read; reported once all lines before are done */
};

/* True: the input has ended, and all lines are done. */
bool spooling_loop(struct intake *intake, struct lines *lines, struct failure *failure);

/* spooling_input.c */
/* Reads the input that has arrived; waits for input if there is nothing else to do. */
void spooling_read(struct spooling *spooling);
/* The reader of the receipts is gone. Lines that were read are still made safe. */
void spooling_reader_gone(struct spooling *spooling);

#endif
