/* s3_source: reads objects in S3 in ranges, the next on its way while the last one is used. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "archive/s3/s3_source.h"
#include "base/memory.h"
#include "text/url.h"

enum {
	IN_FLIGHT = 64,
	/* Bytes of all ranges, and of one. */
	RANGES = 16 * 1024 * 1024,
	LEAST_RANGE = 64 * 1024,
	MOST_RANGE = 1024 * 1024,
	ERROR_MOST = 64 * 1024, /* bytes of an error's reply */
	KEY = 4096 /* encoded */
};

struct s3_object {
	struct archive_object object;
	char *key; /* encoded, with a slash before it */
	uint64_t size;
	uint64_t asked; /* where the next range begins */
	bool flying; /* a call is in flight */
	bool arrived; /* next has its range, or failure is set */
	struct failure failure;
	size_t expected; /* bytes of the range */
	struct http_header range;
	char range_text[64];
	struct buffer now, next; /* the range that the caller has, and the one after it */
	struct s3_object *abandoned; /* the next in the list */
};

static void
free_object(struct s3_object *object)
{
	free(object->key);
	buffer_free(&object->now);
	buffer_free(&object->next);
	free(object);
}

static struct archive_object *
open_object(struct archive_source *base, const char *name, uint64_t size)
{
	struct s3_source *source = (struct s3_source *)base;
	struct s3_object *object = memory_new(1, sizeof *object);
	struct buffer key;

	buffer_init(&key, KEY);
	buffer_add_text(&key, "/");
	url_encode(&key, span_of(source->name.prefix), "/");
	url_encode(&key, span_of(name), "/");
	object->object.source = base;
	object->key = buffer_take_text(&key);
	object->size = size;
	buffer_init(&object->now, MOST_RANGE);
	buffer_init(&object->next, MOST_RANGE);
	source->open++;
	return &object->object;
}

static void
close_object(struct archive_object *base)
{
	struct s3_object *object = (struct s3_object *)base;
	struct s3_source *source = (struct s3_source *)base->source;

	source->open--;
	if (object->flying) {
		object->abandoned = source->abandoned;
		source->abandoned = object;
	} else {
		free_object(object);
	}
}

/* Asks for the next range, if there is one and room for a call. */
static bool
ask(struct s3_source *source, struct s3_object *object, struct failure *failure)
{
	uint64_t length = RANGES / 2 / (source->open > 0 ? source->open : 1);
	struct aws_call call = {.action = "GetObject",
	    .method = "GET",
	    .bucket = source->name.bucket,
	    .path = object->key,
	    .headers = &object->range,
	    .header_count = 1,
	    .context = object};

	if (object->flying || object->arrived || object->asked == object->size ||
	    aws_room(source->aws) == 0)
		return true;
	length = length < LEAST_RANGE ? LEAST_RANGE : length > MOST_RANGE ? MOST_RANGE : length;
	if (length > object->size - object->asked)
		length = object->size - object->asked;
	snprintf(object->range_text, sizeof object->range_text, "bytes=%" PRIu64 "-%" PRIu64,
	    object->asked, object->asked + length - 1);
	object->range = (struct http_header){"Range", object->range_text};
	object->expected = (size_t)length;
	call.ceiling = (size_t)length + ERROR_MOST;
	if (!aws_start(source->aws, &call, failure))
		return false;
	object->flying = true;
	return true;
}

static void
take_reply(struct s3_object *object, const struct aws_reply *reply)
{
	object->flying = false;
	object->arrived = true;
	object->failure = reply->failure;
	if (strcmp(reply->code, "NoSuchKey") == 0)
		fail(&object->failure, FAILURE_TEMPORARY, "it was removed after it was listed");
	if (reply->failure.kind == FAILURE_NONE && reply->body.length != object->expected)
		fail(&object->failure, FAILURE_TEMPORARY,
		    "S3 GetObject: the reply has %zu bytes instead of %zu", reply->body.length,
		    object->expected);
	if (object->failure.kind != FAILURE_NONE)
		return;
	buffer_clear(&object->next);
	buffer_add(&object->next, reply->body.start, reply->body.length);
	object->asked += object->expected;
}

/* Waits until the object's range has arrived; takes those of others on the way. */
static bool
wait_for(struct s3_source *source, struct s3_object *object, struct failure *failure)
{
	struct aws_reply reply;

	while (!object->arrived) {
		if (!ask(source, object, failure))
			return false;
		if (aws_next(source->aws, &reply)) {
			take_reply(reply.context, &reply);
			continue;
		}
		if (caller_is_stopped(&source->caller))
			return fail_stopped(failure);
		if (!aws_wait(source->aws, -1, -1, -1, failure))
			return false;
	}
	return true;
}

static bool
read_object(struct archive_object *base, struct span *bytes, struct failure *failure)
{
	struct s3_object *object = (struct s3_object *)base;
	struct s3_source *source = (struct s3_source *)base->source;
	struct buffer used = object->now;

	*bytes = (struct span){"", 0};
	if (object->asked == object->size && !object->arrived)
		return true;
	if (!wait_for(source, object, failure))
		return false;
	if (object->failure.kind != FAILURE_NONE) {
		*failure = object->failure;
		return false;
	}
	object->now = object->next;
	object->next = used;
	object->arrived = false;
	*bytes = buffer_span(&object->now);
	return ask(source, object, failure);
}

static uint64_t
retries(const struct archive_source *base)
{
	return aws_retries(((const struct s3_source *)base)->aws);
}

static uint64_t
throttles(const struct archive_source *base)
{
	return aws_throttles(((const struct s3_source *)base)->aws);
}

static void
close_source(struct archive_source *base)
{
	struct s3_source *source = (struct s3_source *)base;

	aws_close(source->aws);
	while (source->abandoned != NULL) {
		struct s3_object *object = source->abandoned;

		source->abandoned = object->abandoned;
		free_object(object);
	}
	s3_name_free(&source->name);
	free(source);
}

static const struct archive_source_kind kind = {.list = s3_source_list,
    .retries = retries,
    .throttles = throttles,
    .close = close_source,
    .open_object = open_object,
    .read_object = read_object,
    .close_object = close_object};

struct archive_source *
archive_source_s3_open(const struct archive_source_settings *settings, struct failure *failure)
{
	struct aws_settings aws = {.service = &aws_s3,
	    .in_flight = IN_FLIGHT,
	    .timeout = settings->timeout,
	    .caller = settings->caller};
	struct s3_source *source = memory_new(1, sizeof *source);

	source->source.kind = &kind;
	source->caller = settings->caller;
	if (s3_name_read(settings->name, &source->name, failure)) {
		source->aws = aws_open(&aws, failure);
		if (source->aws != NULL)
			return &source->source;
		s3_name_free(&source->name);
	}
	free(source);
	return NULL;
}
