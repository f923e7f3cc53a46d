/* restart: when the command of a service is started again. */
#ifndef SCHEDULE_RESTART_H
#define SCHEDULE_RESTART_H

#include <stdint.h>

enum { RESTART_LONGEST = 60 /* seconds */ };

/*
 * The seconds to wait after the command ended with status (128 + N: by signal N) after it ran for
 * seconds; 0: do not start it again. *backoff is 1 at first.
 */
unsigned restart_wait(int status, int64_t seconds, unsigned *backoff);

#endif
