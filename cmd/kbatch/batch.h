/*
 * batch: lines that are given to a command together, and what is tried next
 * where some of them failed: the same again, each half by itself, or no more.
 */
#ifndef KBATCH_BATCH_H
#define KBATCH_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include "kbatch/backlog.h"

enum { BATCH_FOREVER = 1 << 30, BATCH_HALVES = 20 };

/* Part of the batch, [from, to) of its numbers. */
struct batch_part {
	size_t from;
	size_t to;
	unsigned failures; /* without anything done in between */
};

struct batch {
	backlog_number *numbers;
	size_t capacity;
	struct batch_part parts[BATCH_HALVES]; /* the last one is tried now */
	size_t count; /* of parts */
	bool progress; /* some were done since the last judgement */
};

struct batch_rules {
	unsigned retries; /* BATCH_FOREVER: no end */
	bool bisect;
};

enum batch_next {
	BATCH_END, /* no line is left */
	BATCH_RUN, /* at once */
	BATCH_WAIT, /* the same again after a while */
	BATCH_GIVE_UP, /* those that are left of the part: batch_drop is to follow */
	BATCH_STOP /* it was not their fault, and it has been tried often enough */
};

/* capacity: lines at the most. */
void batch_init(struct batch *batch, size_t capacity);
void batch_free(struct batch *batch);
/* numbers has been filled with count of them. */
void batch_begin(struct batch *batch, size_t count);

/*
 * What is to be tried now: there is something until BATCH_END. A number that is done, or set
 * aside, is BACKLOG_NONE until judged.
 */
backlog_number *batch_now(const struct batch *batch, size_t *count);
/* Nothing of the batch is to follow it. */
bool batch_is_last(const struct batch *batch);
/* How often that has failed. */
unsigned batch_failures(const struct batch *batch);
void batch_done(struct batch *batch, size_t at); /* the command did it */
void batch_aside(struct batch *batch, size_t at); /* it is not tried again, whatever comes */
/* A run has ended. temporary: the lines that are left are not to blame. */
enum batch_next batch_judge(struct batch *batch, const struct batch_rules *rules, bool temporary);
/* What was tried now is not tried again. BATCH_END or BATCH_RUN. */
enum batch_next batch_drop(struct batch *batch);

#endif
