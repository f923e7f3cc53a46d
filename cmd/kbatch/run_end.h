/* run_end: the end of a command; private to run. */
#ifndef KBATCH_RUN_END_H
#define KBATCH_RUN_END_H

#include "kbatch/run.h"

enum {
	RUN_GRACE = 5 * 1000000, /* us from SIGTERM to SIGKILL */
	RUN_CHECK = 1000000 /* us between looks whether it was stopped */
};

/* Notices that the command has ended. */
void run_check_end(struct run *run);
/* The attempt takes too long at this time of clock_steady: SIGTERM first, later SIGKILL. */
void run_end_late(struct run *run, int64_t now);
/*
 * Commands run in the background of the terminal, which stops those that read from it. They could
 * wait for ever: they are ended like those that take too long.
 */
void run_check_stopped(struct run *run, int64_t now);

#endif
