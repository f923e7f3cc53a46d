/* kinesis: opens a stream of Kinesis. */
#include <stdlib.h>

#include "base/memory.h"
#include "base/name.h"
#include "stream/kinesis/read.h"

enum {
	SUMMARY_CEILING = 256 * 1024,
	FLYING = 32,
	FLYING_READS = 12, /* each may keep the memory of a reply */
	FLYING_PUSHES = KINESIS_SUBSCRIPTIONS + FLYING_READS
};

static void
kinesis_close(struct stream *stream)
{
	struct kinesis *kinesis = (struct kinesis *)stream;

	kinesis_sending_close(kinesis->sending);
	kinesis_reading_close(kinesis->reading);
	aws_close(kinesis->aws);
	free(kinesis->name);
	free(kinesis->arn);
	free(kinesis->consumer);
	free(kinesis);
}

static const char *
kinesis_id(const struct stream *stream)
{
	return ((const struct kinesis *)stream)->summary.id;
}

static int64_t
kinesis_now(const struct stream *stream)
{
	return aws_now(((const struct kinesis *)stream)->aws);
}

static const char *
kinesis_directory(const struct stream *stream)
{
	(void)stream;
	return NULL;
}

/* The service reports a missing stream itself, when records are requested. */
static bool
kinesis_still_there(struct stream *stream, struct failure *failure)
{
	(void)stream, (void)failure;
	return true;
}

static bool
take_summary(struct kinesis *kinesis, struct span reply, bool *missing, struct failure *failure)
{
	struct kinesis_summary *summary = &kinesis->summary;
	struct shown shown;

	if (!kinesis_summary_read(summary, reply))
		return fail(failure, FAILURE_TEMPORARY,
		    "Kinesis's DescribeStreamSummary did not describe the stream %s",
		    kinesis->name);
	*missing = strcmp(summary->status, "CREATING") == 0;
	if (*missing || strcmp(summary->status, "DELETING") == 0)
		return fail(failure, FAILURE_TEMPORARY, "the stream %s is %s", kinesis->name,
		    show(&shown, summary->status, strlen(summary->status)));
	return true;
}

/* To write, it is enough to be allowed to: then nothing is known but the name. */
static bool
may_assume(struct kinesis *kinesis, enum stream_use use, const struct aws_reply *reply)
{
	if (use != STREAM_WRITE || strncmp(reply->code, "AccessDenied", 12) != 0)
		return false;
	kinesis_summary_assume(&kinesis->summary);
	caller_warn(&kinesis->settings.caller,
	    "%s; assuming that the stream takes records of up to %zu bytes", reply->failure.text,
	    kinesis->summary.record_max);
	return true;
}

static bool
describe(struct kinesis *kinesis, enum stream_use use, bool *missing, struct failure *failure)
{
	struct aws_call call = {.action = "DescribeStreamSummary", .ceiling = SUMMARY_CEILING};
	struct aws_reply reply;
	struct buffer body;
	bool described;

	buffer_init(&body, SUMMARY_CEILING);
	buffer_add_text(&body, "{");
	kinesis_add_name(kinesis, &body);
	buffer_add_text(&body, "}");
	call.body = buffer_span(&body);
	described = kinesis_call(kinesis, &call, &reply, failure);
	*missing = !described && strcmp(reply.code, "ResourceNotFoundException") == 0;
	described = described ? take_summary(kinesis, reply.body, missing, failure)
	                      : may_assume(kinesis, use, &reply);
	buffer_free(&body);
	return described;
}

static const struct stream_kind kind = {
    .close = kinesis_close,
    .id = kinesis_id,
    .now = kinesis_now,
    .directory = kinesis_directory,
    .accepts = kinesis_accepts,
    .send = kinesis_send,
    .poll = kinesis_poll,
    .next_result = kinesis_next_result,
    .retries = kinesis_retries,
    .throttled = kinesis_throttled,
    .entries = kinesis_entries,
    .shards = kinesis_shards,
    .state = kinesis_state,
    .begin = kinesis_begin,
    .read_shard = kinesis_read_shard,
    .leave_shard = kinesis_leave_shard,
    .next = kinesis_next,
    .wait = kinesis_wait,
    .still_there = kinesis_still_there,
    .lag = kinesis_lag,
    .place = kinesis_place,
    .resolve = kinesis_resolve,
    .has = kinesis_has,
    .behind = kinesis_behind,
};

struct stream *
stream_kinesis_open(const struct name *name, enum stream_use use,
    const struct stream_settings *settings, bool *missing, struct failure *failure)
{
	struct kinesis *kinesis = memory_new(1, sizeof *kinesis);
	bool ignored;
	struct aws_settings aws = {.service = &aws_kinesis,
	    .region = name->region,
	    .in_flight = settings->in_flight > 0      ? settings->in_flight
	                 : use == STREAM_WRITE        ? FLYING
	                 : settings->consumer != NULL ? FLYING_PUSHES
	                                              : FLYING_READS,
	    .caller = settings->caller};

	kinesis->stream.kind = &kind;
	kinesis->settings = *settings;
	kinesis->name = memory_copy_text(name->name);
	if (name->arn != NULL)
		kinesis->arn = memory_copy_text(name->arn);
	kinesis->aws = aws_open(&aws, failure);
	if (kinesis->aws == NULL ||
	    !describe(kinesis, use, missing != NULL ? missing : &ignored, failure) ||
	    (settings->consumer != NULL && !kinesis_consumer_find(kinesis, failure))) {
		kinesis_close(&kinesis->stream);
		return NULL;
	}
	if (use == STREAM_WRITE)
		kinesis->sending = kinesis_sending_open(kinesis);
	else
		kinesis->reading = kinesis_reading_open(kinesis);
	return &kinesis->stream;
}
