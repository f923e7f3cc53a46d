/* backoff: exponential waits with random jitter. */
#include "base/backoff.h"

void
backoff_init(struct backoff *backoff, uint64_t seed)
{
	/* The generator must not start with zero. */
	backoff->state = seed * 0x9E3779B97F4A7C15u | 1;
}

/* xorshift64*: https://doi.org/10.18637/jss.v008.i14 . */
static uint64_t
next_random(struct backoff *backoff)
{
	backoff->state ^= backoff->state >> 12;
	backoff->state ^= backoff->state << 25;
	backoff->state ^= backoff->state >> 27;
	return backoff->state * 0x2545F4914F6CDD1Du;
}

int64_t
backoff_delay(struct backoff *backoff, unsigned attempt, int64_t first, int64_t most)
{
	int64_t all = first;
	while (attempt-- > 0 && all < most)
		all *= 2;
	if (all > most)
		all = most;
	int64_t half = all / 2;
	return half + (int64_t)((next_random(backoff) >> 11) % (uint64_t)(all - half + 1));
}
