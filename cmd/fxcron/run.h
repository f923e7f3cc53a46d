/* run: one run of a command, or one after the other. */
#ifndef FXCRON_RUN_H
#define FXCRON_RUN_H

#include "fxcron/options.h"

/* Runs the entry's command; loop: again and again. The status is noted in the tool. */
void run(struct fxcron *fx, bool loop, struct failure *failure);
/* Waits until the log is written to its end; nothing can be said afterwards. */
void run_finish(void);

#endif
