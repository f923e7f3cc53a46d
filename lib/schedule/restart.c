/* restart: after 1 s if it succeeded, else after 1, 2, 4 … 60 s; never if a retry cannot help. */
#include "schedule/restart.h"

enum { NEEDS_ATTENTION = 2, NOT_EXECUTABLE = 126, NOT_FOUND = 127, STEADY = 60 /* seconds */ };

unsigned
restart_wait(int status, int64_t seconds, unsigned *backoff)
{
	unsigned wait;

	if (status == NEEDS_ATTENTION || status == NOT_EXECUTABLE || status == NOT_FOUND)
		return 0;
	if (seconds >= STEADY || status == 0 || status == 1)
		*backoff = 1;
	if (status == 0 || status == 1)
		return 1;
	wait = *backoff;
	*backoff = wait * 2 > RESTART_LONGEST ? RESTART_LONGEST : wait * 2;
	return wait;
}
