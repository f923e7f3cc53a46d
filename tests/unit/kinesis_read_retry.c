/* kinesis_read_retry: a reader that gets nothing ends in time, and says why. */
#include <string.h>

#include "stream/kinesis/read.h"
#include "tap.h"

enum { SECOND = 1000000 };

static unsigned warned, noted;

static void
warn(void *context, const char *sentence)
{
	(void)context, (void)sentence;
	warned++;
}

static void
note(void *context, const char *sentence)
{
	(void)context, (void)sentence;
	noted++;
}

static struct kinesis kinesis = {.settings = {.caller = {.warn = warn, .detail = note}}};

/* Seconds until it ends, from the first of failures every apart seconds; -1: never. */
static int64_t
ends_after(bool follow, const struct aws_reply *reply, int64_t apart, struct failure *failure)
{
	struct kinesis_reading reading = {.kinesis = &kinesis, .follow = follow};

	for (int64_t now = 0; now < 1000; now += apart) {
		if (!kinesis_may_retry(&reading, reply, (now + 5000) * SECOND, failure))
			return now;
	}
	return -1;
}

static void
test_end(void)
{
	struct aws_reply refused = {.status = 400, .took = 1000};
	struct aws_reply silent = {.took = (int64_t)31 * SECOND};
	struct failure failure = {.kind = FAILURE_NONE};

	fail(&refused.failure, FAILURE_PERMANENT, "Iterator expired");
	fail(&silent.failure, FAILURE_TEMPORARY, "nothing came");
	ok(ends_after(false, &refused, 10, &failure) == 60, "it ends after a minute");
	ok(failure.kind == FAILURE_TEMPORARY, "retrying later is safe");
	ok(strstr(failure.text, "Iterator expired") != NULL, "it says what the service said");
	ok(ends_after(false, &silent, 31, &failure) == 31, "waiting without success counts");
	ok(ends_after(true, &refused, 10, &failure) == -1, "who follows waits");
}

static void
test_pause(void)
{
	struct kinesis_reading reading = {.kinesis = &kinesis};
	struct aws_reply expired = {.status = 400, .took = 1000};
	struct failure failure;

	ok(kinesis_may_retry(&reading, &expired, SECOND, &failure) &&
	        kinesis_may_retry(&reading, &expired, (int64_t)1000 * SECOND, &failure),
	    "a pause between two failures does not count");
}

static void
test_words(void)
{
	struct kinesis_reading reading = {.kinesis = &kinesis, .follow = true};
	struct aws_reply reply = {.status = 400};
	struct failure failure;

	/* Five minutes, a failure each second. */
	for (int64_t i = 1; i <= 300; i++)
		kinesis_report_failure(&reading, &reply, (unsigned)i, 1000, (1000 + i) * SECOND);
	ok(warned == 5, "a warning a minute");
	ok(noted == 295, "the others are notes");
	/* Many shards, each of which fails seldom, and nothing else happens. */
	reading = (struct kinesis_reading){.kinesis = &kinesis, .follow = true};
	warned = 0;
	reply = (struct aws_reply){.took = (int64_t)30 * SECOND};
	for (int64_t i = 1; i <= 10; i++) {
		kinesis_may_retry(&reading, &reply, 30 * i * SECOND, &failure);
		kinesis_report_failure(&reading, &reply, 1, 500, 30 * i * SECOND);
	}
	ok(warned == 5, "also where each shard has failed once only");
}

/* A reply that is too long: smaller pages help only with records. */
static void
test_long(void)
{
	struct kinesis_reading reading = {.kinesis = &kinesis};
	struct kinesis_shard shard = {.limit = 100, .iterator = "of the page"};
	struct aws_reply reply = {
	    .action = "GetRecords", .context = &shard, .status = 200, .too_long = true};
	struct failure failure;

	fail(&reply.failure, FAILURE_PERMANENT, "its reply is too long");
	ok(kinesis_take(&reading, &reply, &failure) && shard.limit_most == 50, "a smaller page");
	shard = (struct kinesis_shard){.limit = 100};
	reply.action = "GetShardIterator";
	ok(!kinesis_take(&reading, &reply, &failure), "an iterator is not asked for for ever");
}

int
main(void)
{
	test_end();
	test_pause();
	test_words();
	test_long();
	return done();
}
