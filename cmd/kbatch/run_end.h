/* run_end: the end of a command; private to run. */
#ifndef KBATCH_RUN_END_H
#define KBATCH_RUN_END_H

#include "kbatch/run.h"

enum {
	RUN_GRACE = 5 * 1000000, /* us from SIGTERM to SIGKILL */
	RUN_CHECK = 1000000 /* us between checks whether it was stopped */
};

/* Notices that the command has ended. */
void run_check_end(struct run *run);
/* The attempt has taken too long: sends SIGTERM, the next time SIGKILL. now: us of clock_steady. */
void run_end_late(struct run *run, int64_t now);
/*
 * Ends the command, as run_end_late does, if it was stopped because it used the terminal: commands
 * run in the background, where nobody would continue it.
 */
void run_check_stopped(struct run *run, int64_t now);

#endif
