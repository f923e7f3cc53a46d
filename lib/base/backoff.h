/* backoff: how long to wait before the same again, longer each time and never the same. */
#ifndef BASE_BACKOFF_H
#define BASE_BACKOFF_H

#include <stdint.h>

struct backoff {
	uint64_t state;
};

/* seed: anything that differs from process to process. */
void backoff_init(struct backoff *backoff, uint64_t seed);

/*
 * Before try number attempt + 2 (attempt counts the failures from 0): between
 * half of, and all of, first * 2^attempt, that being most at the most. Milliseconds.
 */
int64_t backoff_delay(struct backoff *backoff, unsigned attempt, int64_t first, int64_t most);

#endif
