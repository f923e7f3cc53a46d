/* stream_kinesis_patience: how long reading goes on while calls fail, and what is said of it. */
#include <stdlib.h>

#include "base/memory.h"
#include "stream/kinesis/read.h"

enum {
	PATIENCE = 60 * 1000000, /* us without records, and with failures */
	GAP = 30 * 1000000, /* us between two failures; in what is longer something else went on */
	WARN_EVERY = 60 * 1000000 /* us */
};

bool
kinesis_bear(struct kinesis_reading *reading, const struct aws_reply *reply, int64_t now,
    struct failure *failure)
{
	int64_t since = now - reading->failed_at;

	/* The first counts as well where it was waited for: what failed by silence. */
	if (reading->without == 0)
		since = reply->status == 0 ? reply->took : 1;
	reading->without += since < GAP ? since : GAP;
	reading->failed_at = now;
	/* Who follows waits for as long as the service asks to. */
	if (reading->follow || reading->without < PATIENCE)
		return true;
	return fail(failure, FAILURE_TEMPORARY, "nothing could be read for %d s: %s",
	    PATIENCE / 1000000, reply->failure.text);
}

void
kinesis_tell_failure(struct kinesis_reading *reading, const struct aws_reply *reply,
    unsigned failures, int64_t delay, int64_t now)
{
	bool warns = failures >= KINESIS_GIVE_UP || reading->without >= PATIENCE;
	void (*report)(const struct caller *, const char *, ...) = caller_detail;

	/* What lasts is reported without -v as well. */
	if (warns && (reading->warned_at == 0 || now - reading->warned_at >= WARN_EVERY)) {
		reading->warned_at = now;
		report = caller_warn;
	}
	report(&reading->kinesis->settings.caller, "%s; again in %lld ms", reply->failure.text,
	    (long long)delay);
}
