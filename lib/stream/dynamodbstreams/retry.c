/* retry: how long to retry while calls fail, and which failures to report. */
#include "base/clock.h"
#include "stream/dynamodbstreams/changes.h"

enum {
	BACKOFF_FIRST = 500, /* ms */
	BACKOFF_MOST = 20000,
	STEPS = 8, /* after which waits no longer grow */
	PAUSE = 1000, /* ms between calls that are throttled while nothing is read yet */
	PATIENCE = 60 * 1000000, /* us of failures without records */
	GAP = 30 * 1000000, /* us between two failures at most; a longer gap counts as this */
	WARN_EVERY = 60 * 1000000 /* us */
};

/* Notes a failure. False: calls have failed for too long. */
static bool
may_retry(
    struct changes *changes, const struct aws_reply *reply, int64_t now, struct failure *failure)
{
	int64_t since = now - changes->failed_at;

	/* The first failure counts too, if it took long: a call without a reply. */
	if (changes->without == 0)
		since = reply->status == 0 ? reply->took : 1;
	changes->without += since < GAP ? since : GAP;
	changes->failed_at = now;
	/* With follow, retries do not end. */
	if (changes->follow || changes->without < PATIENCE)
		return true;
	return fail(failure, FAILURE_TEMPORARY, "nothing could be read for %d s: %s",
	    PATIENCE / 1000000, reply->failure.text);
}

bool
changes_wait_longer(struct changes *changes, const struct aws_reply *reply, unsigned *failures,
    int64_t *due, struct failure *failure)
{
	int64_t now = clock_steady();
	int64_t delay = backoff_delay(
	    &changes->backoff, *failures < STEPS ? *failures : STEPS, BACKOFF_FIRST, BACKOFF_MOST);
	bool lasts = ++*failures >= CHANGES_GIVE_UP;

	if (!reply->throttled && lasts) {
		*failure = reply->failure;
		return false;
	}
	if (!may_retry(changes, reply, now, failure))
		return false;
	*due = now + delay * 1000;
	/* A lasting failure is reported also without -v. */
	lasts = lasts || changes->without >= PATIENCE;
	lasts = lasts && (changes->warned_at == 0 || now - changes->warned_at >= WARN_EVERY);
	if (lasts)
		changes->warned_at = now;
	(lasts ? caller_warn : caller_detail)(&changes->settings.caller, "%s; retrying in %lld ms",
	    reply->failure.text, (long long)delay);
	return true;
}

bool
changes_pause(struct changes *changes, int64_t delay, struct failure *failure)
{
	int64_t end = clock_steady() + delay * 1000, left;

	while ((left = (end - clock_steady() + 999) / 1000) > 0) {
		if (caller_is_stopped(&changes->settings.caller))
			return fail_stopped(failure);
		if (!aws_wait(changes->aws, -1, -1, (int)left, failure))
			return false;
	}
	return true;
}

bool
changes_call(struct changes *changes, const struct aws_call *call, struct aws_reply *reply,
    struct failure *failure)
{
	int64_t delay;

	for (unsigned failures = 0;; failures++) {
		if (aws_call_and_wait(changes->aws, call, reply, failure))
			return true;
		if (!changes->settings.patient || !reply->throttled)
			return false;
		delay = backoff_delay(
		    &changes->backoff, failures < STEPS ? failures : STEPS, PAUSE, BACKOFF_MOST);
		(failures == 0 ? caller_warn : caller_detail)(
		    &changes->settings.caller, "%s; retrying until it succeeds", failure->text);
		if (!changes_pause(changes, delay, failure))
			return false;
	}
}
