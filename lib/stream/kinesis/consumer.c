/* consumer: finds the consumer of enhanced fan-out, or registers it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "stream/kinesis/kinesis.h"
#include "text/json.h"
#include "text/json_pointer.h"
#include "text/json_text.h"

enum {
	CEILING = 64 * 1024, /* bytes of a request or a reply */
	LOOK_EVERY = 1000, /* ms */
	LOOKS = 120 /* while it is created */
};

/* What a reply says of the consumer. */
struct description {
	char *arn; /* NULL: nothing */
	char status[24];
};

static bool
is_arn(const char *consumer)
{
	return strncmp(consumer, "arn:", 4) == 0;
}

static const char *
stream_arn(const struct kinesis *kinesis)
{
	return kinesis->arn != NULL ? kinesis->arn : kinesis->summary.arn;
}

static bool
is_valid(const struct kinesis *kinesis, struct failure *failure)
{
	static const char bytes[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ._-";
	const char *consumer = kinesis->settings.consumer;
	size_t length = strlen(consumer);
	struct shown shown;

	if (is_arn(consumer) && strstr(consumer, "/consumer/") != NULL)
		return true;
	if (length == 0 || length > 128 || strspn(consumer, bytes) != length)
		return fail(failure, FAILURE_PERMANENT,
		    "%s is not the name of a consumer (A-Z, a-z, 0-9, \".\", \"_\" and \"-\", up "
		    "to 128) and not its ARN",
		    show(&shown, consumer, length));
	if (stream_arn(kinesis)[0] == '\0')
		return fail(failure, FAILURE_PERMANENT,
		    "the service does not report the stream's ARN: give the ARN of the consumer");
	return true;
}

static void
write_request(const struct kinesis *kinesis, struct buffer *body)
{
	const char *consumer = kinesis->settings.consumer;
	bool arn = is_arn(consumer);

	buffer_clear(body);
	buffer_add_text(body, "{");
	if (!arn) {
		buffer_add_text(body, "\"StreamARN\":");
		json_add_string(body, stream_arn(kinesis), strlen(stream_arn(kinesis)));
		buffer_add_text(body, ",");
	}
	buffer_add_text(body, arn ? "\"ConsumerARN\":" : "\"ConsumerName\":");
	json_add_string(body, consumer, strlen(consumer));
	buffer_add_text(body, "}");
}

/* member: the one that describes the consumer. */
static bool
read_reply(struct description *description, struct span reply, const char *member)
{
	char *pointers[2] = {
	    memory_format("/%s/ConsumerARN", member), memory_format("/%s/ConsumerStatus", member)};
	struct json_pointers *paths =
	    json_pointers_compile((const char *const[]){pointers[0], pointers[1]}, 2, &(size_t){0});
	struct span found[2] = {{NULL, 0}, {NULL, 0}}, status;
	struct json_error error;

	free(description->arn);
	*description = (struct description){.arn = NULL};
	if (json_check(reply, JSON_DEPTH, &error))
		json_pointers_follow(paths, reply, found);
	json_pointers_free(paths);
	free(pointers[0]);
	free(pointers[1]);
	if (found[0].start == NULL || json_kind(found[0]) != JSON_STRING ||
	    memchr(found[0].start, '\\', found[0].length) != NULL)
		return false;
	description->arn = memory_copy(json_inside(found[0]).start, json_inside(found[0]).length);
	if (found[1].start != NULL && json_kind(found[1]) == JSON_STRING) {
		status = json_inside(found[1]);
		snprintf(description->status, sizeof description->status, "%.*s",
		    (int)status.length, status.start);
	}
	return true;
}

static bool
call(struct kinesis *kinesis, const char *action, struct description *description,
    struct aws_reply *reply, struct failure *failure)
{
	bool registers = strcmp(action, "RegisterStreamConsumer") == 0;
	struct aws_call made = {.action = action, .ceiling = CEILING};
	struct buffer body;
	bool good;

	buffer_init(&body, CEILING);
	write_request(kinesis, &body);
	made.body = buffer_span(&body);
	good = kinesis_call(kinesis, &made, reply, failure);
	if (good &&
	    !read_reply(description, reply->body, registers ? "Consumer" : "ConsumerDescription"))
		good = fail(failure, FAILURE_TEMPORARY,
		    "Kinesis's %s did not describe the consumer", action);
	buffer_free(&body);
	return good;
}

/* Looks until it is no longer being created. */
static bool
await(struct kinesis *kinesis, struct description *description, struct failure *failure)
{
	struct aws_reply reply;

	for (unsigned looks = 0; strcmp(description->status, "CREATING") == 0; looks++) {
		if (looks == LOOKS)
			return fail(failure, FAILURE_TEMPORARY,
			    "the consumer %s is still being created after %d s",
			    kinesis->settings.consumer, LOOKS * LOOK_EVERY / 1000);
		if (!kinesis_pause(kinesis, LOOK_EVERY, failure) ||
		    !call(kinesis, "DescribeStreamConsumer", description, &reply, failure))
			return false;
	}
	return true;
}

bool
kinesis_consumer_is_refused(const char *code)
{
	return strncmp(code, "AccessDenied", 12) == 0 ||
	       strcmp(code, "ResourceNotFoundException") == 0 ||
	       strncmp(code, "UnknownOperation", 16) == 0 || strcmp(code, "InvalidAction") == 0;
}

static bool
find(struct kinesis *kinesis, struct description *description, struct aws_reply *reply,
    struct failure *failure)
{
	bool registers = kinesis->settings.registers && !is_arn(kinesis->settings.consumer);

	if (call(kinesis, "DescribeStreamConsumer", description, reply, failure))
		return await(kinesis, description, failure);
	if (!registers || strcmp(reply->code, "ResourceNotFoundException") != 0)
		return false;
	/* Another reader may register it at the same time. */
	if (!call(kinesis, "RegisterStreamConsumer", description, reply, failure) &&
	    (strcmp(reply->code, "ResourceInUseException") != 0 ||
	        !call(kinesis, "DescribeStreamConsumer", description, reply, failure)))
		return false;
	caller_detail(&kinesis->settings.caller, "registered the consumer %s, which is %s",
	    kinesis->settings.consumer, description->status);
	return await(kinesis, description, failure);
}

bool
kinesis_consumer_find(struct kinesis *kinesis, struct failure *failure)
{
	const struct caller *caller = &kinesis->settings.caller;
	struct description description = {.arn = NULL};
	struct aws_reply reply = {.code = ""};
	bool good;

	if (!is_valid(kinesis, failure))
		return false;
	good = find(kinesis, &description, &reply, failure);
	if (good && strcmp(description.status, "DELETING") != 0) {
		kinesis->consumer = description.arn;
		return true;
	}
	free(description.arn);
	if (!good && !kinesis_consumer_is_refused(reply.code))
		return false;
	if (good)
		caller_warn(caller, "the consumer %s is being deleted; reading with GetRecords",
		    kinesis->settings.consumer);
	else
		caller_warn(caller, "%s; reading with GetRecords, without the consumer%s",
		    failure->text,
		    strcmp(reply.code, "ResourceNotFoundException") == 0 &&
		            !kinesis->settings.registers
		        ? " (--register registers it)"
		        : "");
	*failure = (struct failure){.kind = FAILURE_NONE};
	return true;
}
