/* read_retry: how long to retry while calls fail, and which failures to report. */
#include <stdlib.h>

#include "base/clock.h"
#include "stream/kinesis/read.h"

enum {
	PATIENCE = 60 * 1000000, /* us of failures without records */
	GAP = 30 * 1000000, /* us between two failures at most; a longer gap counts as this */
	WARN_EVERY = 60 * 1000000, /* us */
	BACKOFF_FIRST = 500, /* ms */
	BACKOFF_MOST = 20000
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

static bool
is_code(const struct aws_reply *reply, const char *code)
{
	return strcmp(reply->code, code) == 0;
}

static void
forget_iterator(struct kinesis_shard *shard)
{
	free(shard->iterator);
	shard->iterator = NULL;
}

bool
kinesis_wait_longer(struct kinesis_reading *reading, const struct aws_reply *reply,
    unsigned *failures, int64_t *due, struct failure *failure)
{
	int64_t now = clock_steady();
	int64_t delay = backoff_delay(
	    &reading->backoff, *failures < 8 ? *failures : 8, BACKOFF_FIRST, BACKOFF_MOST);

	*failures += 1;
	if (!reply->throttled && *failures >= KINESIS_GIVE_UP) {
		*failure = reply->failure;
		return false;
	}
	if (!kinesis_may_retry(reading, reply, now, failure))
		return false;
	*due = now + delay * 1000;
	kinesis_report_failure(reading, reply, *failures, delay, now);
	return true;
}

/* An iterator has expired, or its shard is gone: retried at once, later ones after a delay. */
static bool
lose_iterator(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct aws_reply *reply, bool gone, struct failure *failure)
{
	unsigned before = shard->setbacks++;
	int64_t now = clock_steady(), delay = gone ? KINESIS_IDLE_EVERY : 0;

	forget_iterator(shard);
	if (!kinesis_may_retry(reading, reply, now, failure))
		return false;
	if (before > 0)
		delay = backoff_delay(
		    &reading->backoff, before < 8 ? before : 8, KINESIS_IDLE_EVERY, BACKOFF_MOST);
	if (delay > 0)
		shard->due = now + delay * 1000;
	if (before > 0)
		kinesis_report_failure(reading, reply, shard->setbacks, delay, now);
	/* The shard may be gone, or the stream: listing finds out. */
	shard->gone = gone;
	if (gone)
		kinesis_want_list(reading, false);
	return true;
}

bool
kinesis_take_failure(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct aws_reply *reply, struct failure *failure)
{
	bool gone = is_code(reply, "ResourceNotFoundException");

	if (gone || is_code(reply, "ExpiredIteratorException"))
		return lose_iterator(reading, shard, reply, gone, failure);
	/* The service may refuse a sequence number that retention has removed. */
	if (is_code(reply, "InvalidArgumentException") && shard->iterator == NULL &&
	    shard->from_checkpoint && shard->from == FROM_POSITION && !shard->first_seen) {
		shard->from = FROM_TRIM_HORIZON;
		shard->lost_some = true;
		return true;
	}
	/* The iterator is still valid: the same records, in smaller pages. */
	if (reply->too_long && shard->iterator != NULL && shard->limit > 1) {
		shard->limit_most = shard->limit / 2;
		return true;
	}
	if (reply->failure.kind != FAILURE_TEMPORARY && !reply->throttled) {
		*failure = reply->failure;
		return false;
	}
	return kinesis_wait_longer(reading, reply, &shard->failures, &shard->due, failure);
}
