/* backoff: random waits between retries, longer after each failure. */
#ifndef BASE_BACKOFF_H
#define BASE_BACKOFF_H

#include <stdint.h>

struct backoff {
	uint64_t state;
};

/* seed: any number that differs between processes. */
void backoff_init(struct backoff *backoff, uint64_t seed);

/*
 * The wait in milliseconds after failure number attempt (from 0): between half and all of
 * first * 2^attempt, which is limited to most.
 */
int64_t backoff_delay(struct backoff *backoff, unsigned attempt, int64_t first, int64_t most);

#endif
