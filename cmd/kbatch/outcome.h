/*
 * outcome: how an attempt ended: the command was given lines of a batch, and did all, some or none
 * of them. A value: it holds no pointers, and nothing changes it later.
 */
#ifndef KBATCH_OUTCOME_H
#define KBATCH_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"
#include "kbatch/child_stderr.h"

enum outcome_kind {
	OUTCOME_DONE, /* all lines are done */
	OUTCOME_FAILED, /* lines that are left may be at fault */
	OUTCOME_TEMPORARY, /* lines are left that are not at fault: status 75 */
	OUTCOME_CANNOT_RUN, /* lines are left, and the command, or one in it, cannot be run */
	OUTCOME_UNREAD /* a persistent command ended before it read any line: no attempt was made */
};

enum outcome_end {
	OUTCOME_STILL_RUNS, /* a persistent command has answered all lines and keeps running */
	OUTCOME_EXITED,
	OUTCOME_KILLED /* by a signal */
};

struct outcome {
	enum outcome_kind kind;
	enum outcome_end end;
	int number; /* the exit status, or the signal */
	bool forced; /* it was ended because of --timeout, or because it was stopped */
	bool invalid; /* a persistent command wrote an answer to no line */
	char text[700]; /* a clause that can be printed: "./handler exited with status 1" */
	char last_stderr[CHILD_STDERR_LAST]; /* the last bytes of its standard error */
	size_t last_stderr_length;
};

/* What a run knows about a command that has ended. */
struct outcome_facts {
	const char *name; /* of the command */
	int wait_status; /* as of waitpid */
	bool timed_out;
	int stopped; /* the signal that stopped it, so that it was ended; 0: none */
	int64_t timeout; /* us */
	bool receipts; /* it writes the lines that it did */
	bool persistent; /* and answers each line */
	size_t left; /* lines of the attempt that are not known to be done */
	size_t unread; /* bytes of them that the command did not read */
	size_t unknown; /* lines that it wrote and was not given */
	struct span last_stderr;
};

/* The command ended during an attempt. */
void outcome_of_attempt(struct outcome *outcome, const struct outcome_facts *facts);
/* It ended while there was no attempt, or before it read any of it: OUTCOME_UNREAD. */
void outcome_of_end(struct outcome *outcome, const struct outcome_facts *facts);
/* A persistent command answered all lines, failed of them with an error. */
void outcome_of_answers(
    struct outcome *outcome, const char *name, size_t failed, struct span last_stderr);

/* The command was not forced to end; it exited with status 0, without an invalid answer. */
bool outcome_is_success(const struct outcome *outcome);

#endif
