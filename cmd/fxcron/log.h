/* log: the log of the output of a command and of the messages of fxcron. */
#ifndef FXCRON_LOG_H
#define FXCRON_LOG_H

#include "fxcron/options.h"

/*
 * Redirects standard output and standard error to the entry's log, through a process that lives
 * until the last process of the pipeline has ended, even if we are killed. If the log cannot be
 * written, reports that and redirects nothing.
 */
void log_open(struct fxcron *fx);
/* Closes both, and waits until the log is complete. */
void log_close(void);

#endif
