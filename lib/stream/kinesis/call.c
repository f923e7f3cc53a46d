/* call: makes a call and waits for its reply, even if the service throttles for long. */
#include "base/backoff.h"
#include "base/clock.h"
#include "stream/kinesis/kinesis.h"

enum {
	PAUSE = 1000, /* ms between calls that are throttled, doubled each time */
	PAUSE_MOST = 20000
};

bool
kinesis_pause(struct kinesis *kinesis, int64_t milliseconds, struct failure *failure)
{
	int64_t end = clock_steady() + milliseconds * 1000, left;

	while ((left = (end - clock_steady() + 999) / 1000) > 0) {
		if (caller_is_stopped(&kinesis->settings.caller))
			return fail_stopped(failure);
		if (!aws_wait(kinesis->aws, -1, -1, (int)left, failure))
			return false;
	}
	return true;
}

bool
kinesis_call(struct kinesis *kinesis, const struct aws_call *call, struct aws_reply *reply,
    struct failure *failure)
{
	struct backoff backoff;
	int64_t delay;

	backoff_init(&backoff, (uint64_t)clock_steady());
	for (unsigned failures = 0;; failures++) {
		if (aws_call_and_wait(kinesis->aws, call, reply, failure))
			return true;
		if (!kinesis->settings.patient || !reply->throttled)
			return false;
		delay = backoff_delay(&backoff, failures < 8 ? failures : 8, PAUSE, PAUSE_MOST);
		(failures == 0 ? caller_warn : caller_detail)(
		    &kinesis->settings.caller, "%s; retrying until it succeeds", failure->text);
		if (!kinesis_pause(kinesis, delay, failure))
			return false;
	}
}
