/*
 * receipts: what a storing tool owes its output for the lines of a batch, in
 * the order of the input. Texts are borrowed until receipts_give.
 */
#ifndef STORING_RECEIPTS_H
#define STORING_RECEIPTS_H

#include "system/lines.h"
#include "system/output.h"
#include "record/position.h"

struct receipt {
	struct span text;
	bool mark; /* text is a position: a mark that carries it is given */
};

struct receipts {
	bool quiet; /* none are given */
	struct receipt owed[LINES_BATCH + 1];
	size_t count;
	struct span
	    waiting; /* the position of a line set aside whose mark waits; start NULL: none */
	bool sound; /* that line was JSON */
	char kept[POSITION_SIZE]; /* waiting, from one batch to the next */
};

/* The line itself is owed. */
void receipts_owe(struct receipts *receipts, struct span line);

/*
 * A mark is owed for a line that was set aside: everything through there. A
 * filter may have made more lines of the same record, so it waits until a line
 * from elsewhere shows that there are no more (receipts_settle), or the input
 * ends (receipts_end).
 */
void receipts_owe_mark(struct receipts *receipts, const struct line *line, struct span position);

/* A line with this position has been read. To be called before anything is owed for it. */
void receipts_settle(struct receipts *receipts, struct span position);

/*
 * The input has ended. A line that is no JSON did not leave kread like that: it
 * may be the piece of a record that a kill left, with a newline that a filter
 * put behind it. No mark is given for it then, so the record comes again.
 */
void receipts_end(struct receipts *receipts);

/* Adds what is owed to the output, which is not flushed. */
bool receipts_give(struct receipts *receipts, struct output *output, struct failure *failure);

#endif
