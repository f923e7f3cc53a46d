/* dynamodbstreams: opens the stream of a table's changes. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/name.h"
#include "stream/dynamodbstreams/changes.h"

enum {
	FLYING = 12, /* calls: each may keep the memory of a reply */
	STATUS = 24
};

static void
changes_close(struct stream *stream)
{
	struct changes *changes = (struct changes *)stream;

	aws_close(changes->aws);
	changes_shards_free(changes);
	change_records_free(&changes->records);
	free(changes->only);
	free(changes->table);
	free(changes->arn);
	free(changes->label);
	free(changes);
}

static const char *
changes_id(const struct stream *stream)
{
	return ((const struct changes *)stream)->label;
}

static int64_t
changes_now(const struct stream *stream)
{
	return aws_now(((const struct changes *)stream)->aws);
}

static const char *
changes_directory(const struct stream *stream)
{
	(void)stream;
	return NULL;
}

/* The service reports a missing stream itself, when records are requested. */
static bool
changes_still_there(struct stream *stream, struct failure *failure)
{
	(void)stream, (void)failure;
	return true;
}

static uint64_t
changes_retries(const struct stream *stream)
{
	return aws_retries(((const struct changes *)stream)->aws);
}

static uint64_t
changes_throttled(const struct stream *stream)
{
	return aws_throttles(((const struct changes *)stream)->aws);
}

static const struct stream_kind kind = {
    .untimed = true,
    .close = changes_close,
    .id = changes_id,
    .now = changes_now,
    .directory = changes_directory,
    .retries = changes_retries,
    .throttled = changes_throttled,
    .shards = changes_shards,
    .state = changes_state,
    .begin = changes_begin,
    .read_shard = changes_read_shard,
    .leave_shard = changes_leave_shard,
    .next = changes_next,
    .wait = changes_wait,
    .still_there = changes_still_there,
    .lag = changes_lag,
    .place = changes_place,
    .has = changes_has,
    .behind = changes_behind,
};

/* The stream that the ARN names. False: it names the table. */
static bool
take_arn(struct changes *changes, const char *arn)
{
	static const char between[] = "/stream/";
	const char *label = arn != NULL ? strstr(arn, between) : NULL;

	if (label == NULL)
		return false;
	changes->arn = memory_copy_text(arn);
	changes->label = memory_copy_text(label + strlen(between));
	return true;
}

static bool
find(struct changes *changes, const char *arn, bool *missing, struct failure *failure)
{
	char status[STATUS] = "";

	if (!take_arn(changes, arn) && !changes_find(changes, missing, failure))
		return false;
	/* The other pages are listed when they are needed: kack does not need them. */
	if (!changes_list_page(changes, &changes->fresh, status, failure))
		return false;
	*missing = strcmp(status, "ENABLING") == 0;
	return !*missing || fail(failure, FAILURE_TEMPORARY,
	                        "the stream of the table %s is ENABLING", changes->table);
}

struct stream *
stream_dynamodbstreams_open(const struct name *name, enum stream_use use,
    const struct stream_settings *settings, bool *missing, struct failure *failure)
{
	struct changes *changes;
	bool ignored;
	struct aws_settings aws = {.service = &aws_dynamodbstreams,
	    .region = name->region,
	    .in_flight = settings->in_flight > 0 ? settings->in_flight : FLYING,
	    .caller = settings->caller};

	if (use == STREAM_WRITE) {
		fail(failure, FAILURE_PERMANENT,
		    "the changes of the table %s can only be read: ddbput -t dynamodb:%s writes to "
		    "the table",
		    name->name, name->name);
		return NULL;
	}
	changes = memory_new(1, sizeof *changes);
	changes->stream.kind = &kind;
	changes->settings = *settings;
	changes->table = memory_copy_text(name->name);
	backoff_init(&changes->backoff, (uint64_t)clock_steady());
	changes->aws = aws_open(&aws, failure);
	if (changes->aws == NULL ||
	    !find(changes, name->arn, missing != NULL ? missing : &ignored, failure)) {
		changes_close(&changes->stream);
		return NULL;
	}
	return &changes->stream;
}
