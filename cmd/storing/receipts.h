/*
 * receipts: the receipts and marks to write for lines that are done, in the order of the input.
 * Texts are borrowed until receipts_write.
 */
#ifndef STORING_RECEIPTS_H
#define STORING_RECEIPTS_H

#include "system/lines.h"
#include "system/output.h"
#include "record/position.h"

struct receipt {
	struct span text;
	bool mark; /* text is a position: a mark with it is written */
};

struct receipts {
	bool quiet; /* none are written */
	struct receipt all[LINES_BATCH + 1];
	size_t count;
	struct span
	    waiting; /* the position of a line set aside, whose mark waits; start NULL: none */
	bool valid; /* that line was valid JSON */
	char kept[POSITION_SIZE]; /* holds waiting from one batch to the next */
};

/* Adds the receipt of a line: the line itself. */
void receipts_add(struct receipts *receipts, struct span line);

/*
 * Adds a mark for a line that was set aside: everything through its position is done. A filter may
 * have made more lines of the same record, so the mark waits until a line with another position
 * shows that there are no more (receipts_note_position), or the input ends (receipts_end). valid:
 * the line is valid JSON.
 */
void receipts_add_mark(struct receipts *receipts, bool valid, struct span position);

/* A line with this position was read. To be called before its receipt is added. */
void receipts_note_position(struct receipts *receipts, struct span position);

/*
 * The input has ended. If the line whose mark waits is not valid JSON, it gets none: kread wrote it
 * valid, so it may be part of a record, cut off by a kill, after which a filter wrote a newline.
 * The record will be read again.
 */
void receipts_end(struct receipts *receipts);

/* Writes the receipts to the output, which is not flushed. */
bool receipts_write(struct receipts *receipts, struct output *output, struct failure *failure);

#endif
