/* keyring: what is kept is found again, for its time, or nothing is kept at all. */
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/clock.h"
#include "system/keyring.h"
#include "base/memory.h"
#include "tap.h"

static bool
holds(const char *label, const char *expected)
{
	struct buffer bytes;
	bool got;

	buffer_init(&bytes, KEYRING_MOST + 8);
	got = keyring_get(label, &bytes) && span_equal(buffer_span(&bytes), span_of(expected));
	buffer_free(&bytes);
	return got;
}

int
main(void)
{
	char *label = memory_format("fxpipe:test:%ld:%" PRId64, (long)getpid(), clock_now());
	struct buffer none;

	buffer_init(&none, KEYRING_MOST + 8);
	ok(!keyring_get(label, &none) && none.length == 0, "what was never kept is not found");
	keyring_forget(label);
	ok(!keyring_put(label, (struct span){"", 0}, 60), "nothing is not kept");
	ok(!keyring_put(label, (struct span){label, KEYRING_MOST + 1}, 60), "nor is too much");
	if (!keyring_put(label, span_of("one"), 60)) {
		ok(true, "the rest # SKIP this system keeps nothing in the user's keyring");
	} else {
		ok(holds(label, "one"), "what was kept is found");
		ok(keyring_put(label, span_of("the second"), 60) && holds(label, "the second"),
		    "something else takes its place");
		buffer_init(&none, 4);
		ok(!keyring_get(label, &none) && none.length == 0, "not where there is no room");
		keyring_forget(label);
		ok(!holds(label, "the second"), "what is forgotten is gone");
		ok(keyring_put(label, span_of("short"), 1), "kept for a second");
		int64_t end = clock_steady() + 10 * 1000 * 1000;
		while (holds(label, "short") && clock_steady() < end)
			usleep(20000);
		ok(!holds(label, "short"), "and gone after it");
	}
	free(label);
	return done();
}
