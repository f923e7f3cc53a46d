/* backoff: within its bounds, and never the same for two. */
#include "base/backoff.h"
#include "tap.h"

int
main(void)
{
	struct backoff one, two;
	unsigned same = 0;
	bool within = true;

	backoff_init(&one, 1);
	backoff_init(&two, 2);
	for (unsigned i = 0; i < 1000; i++) {
		int64_t all = 500 << (i % 5), least, a, b;
		if (all > 4000)
			all = 4000;
		least = all / 2;
		a = backoff_delay(&one, i % 5, 500, 4000);
		b = backoff_delay(&two, i % 5, 500, 4000);
		within = within && a >= least && a <= all && b >= least && b <= all;
		same += a == b;
	}
	ok(within, "between half and all of it");
	ok(same < 50, "two processes seldom wait alike");
	ok(backoff_delay(&one, 4000000000u, 500, 4000) <= 4000, "many failures are no overflow");
	backoff_init(&one, 0);
	ok(backoff_delay(&one, 0, 500, 4000) != backoff_delay(&one, 0, 500, 4000) ||
	        backoff_delay(&one, 0, 500, 4000) != backoff_delay(&one, 0, 500, 4000),
	    "a seed of zero is one");
	return done();
}
