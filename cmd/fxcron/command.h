/*
 * command: the pipeline of an entry, run by bash in a process group of its own. It writes where we
 * write, and continues if we are killed (a child of system/child.h does neither).
 */
#ifndef FXCRON_COMMAND_H
#define FXCRON_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include "base/failure.h"
#include "schedule/entry.h"

struct command_result {
	int status; /* its exit status, or 128 + the signal that ended it */
	int64_t seconds; /* that it ran */
	bool limited; /* it was ended because it reached its limit */
};

/* First: signals wait until command_pause or command_run can see them. */
void command_begin(void);
/* False: a signal came before the seconds were over. */
bool command_pause(int64_t seconds);
/*
 * Runs the entry's command until it has ended. After limit seconds (0: none), or a signal to us,
 * its whole group gets SIGTERM, and 30 s later SIGKILL.
 */
bool command_run(const struct entry *entry, const char *shell, int64_t limit,
    struct command_result *result, struct failure *failure);

#endif
