/* run: runs a command once, or again and again. */
#ifndef FXCRON_RUN_H
#define FXCRON_RUN_H

#include "fxcron/options.h"

/* Runs the entry's command once, or in a loop, and notes the exit status in the tool. */
void run(struct fxcron *fx, bool loop, struct failure *failure);
/* Waits until the log is complete. Messages after it are lost. */
void run_finish(void);

#endif
