/* read_retry: how long to retry while calls fail, and which failures to report. */
#include <stdlib.h>

#include "base/memory.h"
#include "stream/kinesis/read.h"

enum {
	PATIENCE = 60 * 1000000, /* us of failures without records */
	GAP = 30 * 1000000, /* us between two failures at most; a longer gap counts as this */
	WARN_EVERY = 60 * 1000000 /* us */
};

bool
kinesis_may_retry(struct kinesis_reading *reading, const struct aws_reply *reply, int64_t now,
    struct failure *failure)
{
	int64_t since = now - reading->failed_at;

	/* The first failure counts too, if it took long: a call without a reply. */
	if (reading->without == 0)
		since = reply->status == 0 ? reply->took : 1;
	reading->without += since < GAP ? since : GAP;
	reading->failed_at = now;
	/* With follow, retries do not end. */
	if (reading->follow || reading->without < PATIENCE)
		return true;
	return fail(failure, FAILURE_TEMPORARY, "nothing could be read for %d s: %s",
	    PATIENCE / 1000000, reply->failure.text);
}

void
kinesis_report_failure(struct kinesis_reading *reading, const struct aws_reply *reply,
    unsigned failures, int64_t delay, int64_t now)
{
	bool warns = failures >= KINESIS_GIVE_UP || reading->without >= PATIENCE;
	void (*report)(const struct caller *, const char *, ...) = caller_detail;

	/* A lasting failure is reported also without -v. */
	if (warns && (reading->warned_at == 0 || now - reading->warned_at >= WARN_EVERY)) {
		reading->warned_at = now;
		report = caller_warn;
	}
	report(&reading->kinesis->settings.caller, "%s; retrying in %lld ms", reply->failure.text,
	    (long long)delay);
}
