/*
 * course: what the parts of kbatch share: what was asked for, the lines that
 * wait, the fates that are to be told, and how far the work may go.
 */
#ifndef KBATCH_CONTEXT_H
#define KBATCH_CONTEXT_H

#include "kbatch/backlog.h"
#include "base/backoff.h"
#include "kbatch/batch.h"
#include "kbatch/child_stderr.h"
#include "tool/tool.h"

struct course_settings {
	char **command;
	size_t lines; /* in a batch */
	size_t bytes;
	unsigned jobs;
	struct batch_rules rules;
	int64_t hold; /* us that a batch may wait for more lines */
	int64_t window; /* ms; 0: no windows */
	int64_t pause; /* ms before the first retry */
	int64_t timeout; /* us; 0: none */
	int64_t age; /* us; 0: none */
	bool receipts; /* the command writes the lines that it did */
	bool persistent; /* and stays, and answers each line */
	bool whole; /* it is given lines with their positions */
	bool aside; /* there is a file for what is given up */
};

struct run;

enum told_kind {
	TOLD_DONE,
	TOLD_FAILED, /* given up, for what its run says */
	TOLD_OLD, /* the same, having been here for too long */
	TOLD_LAST /* here the work ends */
};

struct told {
	backlog_number number;
	enum told_kind kind;
	const struct run *run;
};

struct course {
	struct course_settings settings;
	struct tool *tool;
	const char *name; /* of the command, safe to print */
	struct shown shown;
	struct backlog *backlog;
	struct run *runs; /* as many as jobs */
	int64_t due; /* when a batch is to begin, though it is not full; 0: never */
	int64_t window; /* the newest */
	struct told told[BACKLOG_LINES];
	size_t told_count, told_first;
	uint64_t before; /* no line from this ticket on is begun any more */
	struct failure last; /* why; its kind is NONE while all goes on */
	struct speech_limit speech;
	struct backoff backoff;
	struct buffer details; /* of the line that was told of last, NUL-terminated */
	uint64_t retries; /* runs that were one */
};

void course_tell(
    struct course *course, backlog_number number, enum told_kind kind, const struct run *run);
/* As batches_fate: the next that is to be told. Its details are empty unless it was refused. */
bool course_fate(struct course *course, uint64_t *ticket, struct failure *refused);
/* No line from ticket on is begun any more, and failure says why. What asks for least counts. */
void course_halt(struct course *course, uint64_t ticket, const struct failure *failure);

#endif
