/*
 * input: what the loops for polled and keeping sinks have in common: they read lines while earlier
 * ones are not safe yet, until the input ends, a signal or a failure stops it, or the reader of the
 * receipts is gone.
 */
#ifndef STORING_INPUT_H
#define STORING_INPUT_H

#include "storing/intake.h"

struct input {
	struct intake *intake;
	struct sink *sink;
	struct tool *tool;
	struct lines *lines;
	struct line next; /* read, but there is no room for it yet */
	bool has_next;
	bool reading; /* more input is wanted, and may arrive */
	bool ended; /* the input has ended */
	int watch; /* the output, while its reader matters; else -1 */
	struct failure stopped; /* why no more is read; reported once all lines before are done */
};

struct input input_begin(struct intake *intake, struct lines *lines);
/* As lines_wait. True: lines have arrived; false: that no more is read was noted. */
bool input_wait(struct input *input, int timeout);
/* Reads no more. why: reported once all lines before are done; or NULL. */
void input_stop(struct input *input, const struct failure *why);
/* The reader of the receipts is gone. Lines that were read are still made safe. */
void input_reader_gone(struct input *input);

/* Polls the sink. room: there is room for more lines. */
bool input_poll(struct input *input, bool room, int timeout, struct failure *failure);
/* Adds the receipts that are due to the output. */
bool input_add_receipts(struct input *input, struct failure *failure);
/* Writes the output. blocks: also to a reader that is slow. */
bool input_flush(struct input *input, bool blocks, struct failure *failure);
/* Copies the sink's counters to the statistics. */
void input_count(struct input *input);

#endif
