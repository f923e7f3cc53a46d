/*
 * batch: the lines that a job works on, and which part of them is attempted now: the whole batch
 * at first; after a split, its parts one by one, in the order of the input.
 */
#ifndef KBATCH_BATCH_H
#define KBATCH_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include "kbatch/backlog.h"

enum { BATCH_PARTS = 20 /* enough to halve BACKLOG_LINES down to single lines */ };

/* Part of the batch, [from, to) of its numbers. */
struct batch_part {
	size_t from;
	size_t to;
	unsigned failures; /* attempts in a row that failed and did none of its lines */
};

struct batch {
	backlog_number *numbers;
	struct batch_part parts[BATCH_PARTS]; /* the last is attempted now */
	size_t count; /* of parts */
};

/* capacity: lines at most. */
void batch_init(struct batch *batch, size_t capacity);
void batch_free(struct batch *batch);
/* Begins a batch of the count lines that are in numbers. */
void batch_begin(struct batch *batch, size_t count);

/* The part attempted now; there is one until batch_next_part returns false. */
struct batch_part *batch_part(const struct batch *batch);
/* Its lines. The number of a removed line is BACKLOG_NONE until batch_compact. */
const backlog_number *batch_lines(const struct batch *batch, size_t *count);
/* No line of the batch comes after this part. */
bool batch_is_last_part(const struct batch *batch);

/* Removes the line at that place of the part: it is not attempted again. */
void batch_remove(struct batch *batch, size_t at);
/* Closes the gaps of removed lines. */
void batch_compact(struct batch *batch);
/* Splits the part, which has at least two lines, in halves; the first half is attempted now. */
void batch_split(struct batch *batch);
/* Ends this part. False: it was the last one. */
bool batch_next_part(struct batch *batch);

#endif
