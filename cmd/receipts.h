/*
 * receipts: what a storing tool owes its output for the lines of a batch, in
 * the order of the input. Texts are borrowed until receipts_give.
 */
#ifndef RECEIPTS_H
#define RECEIPTS_H

#include "../lib/lines.h"
#include "../lib/output.h"
#include "../lib/position.h"

struct receipt {
	struct span text;
	bool mark; /* text is a position: a mark that carries it is given */
};

struct receipts {
	bool quiet; /* none are given */
	struct receipt owed[LINES_BATCH + 1];
	size_t count;
	struct span doubtful; /* the position of a line set aside whose mark waits; start NULL: none */
	char kept[POSITION_SIZE]; /* doubtful, from one batch to the next */
};

/* The line itself is owed. */
void receipts_owe(struct receipts *receipts, struct span line);

/*
 * A mark is owed for a line that was set aside. A line that is no JSON did not
 * leave kread like that: it may be the piece of a record that a kill left, with
 * a newline that a filter put behind it. Its mark waits until a line from
 * elsewhere shows that reading went on behind it (receipts_settle); at the end of
 * the input it is not given, so the record comes again.
 */
void receipts_owe_mark(struct receipts *receipts, const struct line *line, struct span position);

/* A line with this position has been read. To be called before anything is owed for it. */
void receipts_settle(struct receipts *receipts, struct span position);

/* Writes what is owed. */
bool receipts_give(struct receipts *receipts, struct output *output, struct failure *failure);

#endif
