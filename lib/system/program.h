/*
 * program: runs another program to its end, as crontab(1) and systemctl(1) are run, and finds
 * programs in PATH. A child that runs beside us is in system/child.h.
 */
#ifndef SYSTEM_PROGRAM_H
#define SYSTEM_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"
#include "base/failure.h"
#include "base/span.h"
#include "system/child.h"

struct program_result {
	bool missing; /* there is no such program in PATH; the rest is empty */
	int status; /* its exit status, or 128 + the signal that ended it */
	struct buffer output; /* of its standard output */
	struct buffer messages; /* of its standard error, up to 64 KiB */
	bool cut; /* the output was longer than asked for */
};

/*
 * Runs words (ended by NULL; the first without a slash), gives it input and waits for its end.
 * most: bytes of output to keep. It has a process group of its own, so that Ctrl-C does not end it
 * half way. Returns false and fills failure only if the program exists and cannot be started. The
 * result is initialised and must be freed either way.
 */
bool program_run(const char *const *words, struct span input, size_t most,
    struct program_result *result, struct failure *failure);
/*
 * The two halves of program_run, for a tool that gives up the right to start programs between
 * them. The first returns false, without a failure (FAILURE_NONE), if there is no such program.
 */
bool program_begin(const char *const *words, struct child *child, struct failure *failure);
void program_end(
    struct child *child, struct span input, size_t most, struct program_result *result);
void program_result_free(struct program_result *result);
/* The messages on one line, their line ends as blanks; "" if there are none. */
const char *program_messages(struct program_result *result);

/* Searches path (as in $PATH; may be NULL) for a program. Its path, to be freed; NULL: not found. */
char *program_find(const char *name, const char *path);

#endif
