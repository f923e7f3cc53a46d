/*
 * command: the pipeline of an entry, run by bash in a process group of its own. It inherits
 * our output, and continues if we are killed (unlike a child of system/child.h).
 */
#ifndef FXCRON_COMMAND_H
#define FXCRON_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include "base/failure.h"
#include "schedule/entry.h"

struct command_result {
	int status; /* its exit status, or 128 + the signal that ended it */
	int64_t seconds; /* its running time */
	bool limited; /* it was ended because it reached its limit */
};

/* Called first: blocks signals except while command_pause and command_run wait. */
void command_begin(void);
/* Waits. False: a signal arrived before the seconds were over. */
bool command_pause(int64_t seconds);
/* Waits for a signal, also one that says that a child has ended. */
void command_await(void);
/*
 * Runs the entry's command until it has ended. After limit seconds (0: none), or a signal to us,
 * its whole group gets SIGTERM, and 30 s later SIGKILL.
 */
bool command_run(const struct entry *entry, const char *shell, int64_t limit,
    struct command_result *result, struct failure *failure);

#endif
