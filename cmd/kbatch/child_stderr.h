/*
 * child_stderr: what a command writes to its standard error. Its lines are passed on as messages
 * of the tool, up to a limit; the last bytes are kept to explain a failure.
 */
#ifndef KBATCH_CHILD_STDERR_H
#define KBATCH_CHILD_STDERR_H

#include <stddef.h>
#include "base/span.h"
#include "tool/tool.h"

enum { CHILD_STDERR_LINE = 256, CHILD_STDERR_LAST = 400 };

/* How much is passed on, of all commands of a tool together. */
struct child_stderr_limit {
	struct tool *tool;
	const char *name; /* of the command, safe to print */
	int64_t since; /* us of clock_steady: the start of the period that is counted */
	unsigned shown; /* lines in this period */
	uint64_t suppressed; /* lines in this period that were not shown */
};

struct child_stderr {
	struct child_stderr_limit *limit;
	char line[CHILD_STDERR_LINE]; /* the start of a line that has no newline yet */
	size_t length;
	char last[2 * CHILD_STDERR_LAST]; /* bytes; the last CHILD_STDERR_LAST of them count */
	size_t last_length;
};

/* A command starts. */
void child_stderr_begin(struct child_stderr *child, struct child_stderr_limit *limit);
void child_stderr_take(struct child_stderr *child, const char *bytes, size_t length);
/* Passes on a last line without a newline. */
void child_stderr_end_line(struct child_stderr *child);
/* The last bytes: whole lines if there are any. Valid until more are taken. */
struct span child_stderr_last(const struct child_stderr *child);
/* Ends a period: reports how many lines were suppressed. */
void child_stderr_limit_end(struct child_stderr_limit *limit);

#endif
