/* run_pipes: moves lines to a command, and takes what it writes. */
#ifndef KBATCH_RUN_PIPES_H
#define KBATCH_RUN_PIPES_H

#include "kbatch/run.h"

/* Is there something of the attempt, or its end, that the command has not been given? */
bool run_pipes_want_write(const struct run *run);
/* Writes what the pipe takes without waiting. */
void run_pipes_write(struct run *run);
/* Read from the command's standard error or output, up to count times; closed at their end. */
void run_pipes_read_stderr(struct run *run, unsigned count);
void run_pipes_read_output(struct run *run, unsigned count);

#endif
