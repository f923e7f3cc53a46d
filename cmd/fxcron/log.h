/* log: where what a command writes goes, and what fxcron says about it. */
#ifndef FXCRON_LOG_H
#define FXCRON_LOG_H

#include "fxcron/options.h"

/*
 * From here on standard output and standard error go to the entry's log, by a process of its own,
 * which lives until the last of the pipeline has ended, whatever becomes of us. If the log cannot
 * be written, that is said, and they stay.
 */
void log_open(struct fxcron *fx);
/* Gives them up, and waits until all is written. */
void log_close(void);

#endif
