/* sns: publishes messages to an SNS topic, up to ten in a call. */
#include <stdio.h>
#include <stdlib.h>

#include "aws/client/aws.h"
#include "base/memory.h"
#include "text/form.h"
#include "topic/kind.h"
#include "topic/sns/arn.h"
#include "topic/sns/publish_reply.h"
#include "topic/sns/topic_name.h"

/* Source: SNS API Reference, PublishBatch, Publish. */
enum {
	BYTES = 256 * 1024, /* of the messages of a call */
	SUBJECT = 99, /* characters */
	IN_FLIGHT = 4,
	BODY = 2 * 1024 * 1024, /* three times BYTES, and the names of the fields */
	REPLY = 64 * 1024,
	FIELD = 100
};

struct sns {
	struct topic topic;
	char *arn;
	bool fifo;
	struct aws *aws;
};

static void
close_sns(struct sink *sink)
{
	struct sns *sns = (struct sns *)sink;

	aws_close(sns->aws);
	topic_free(&sns->topic);
	free(sns->arn);
	free(sns);
}

/* What SNS would refuse. */
static bool
check(const struct topic *topic, const struct message *message, struct failure *failure)
{
	size_t characters = 0;

	(void)topic;
	for (size_t i = 0; i < message->subject.length; i++)
		characters += ((unsigned char)message->subject.start[i] & 0xC0) != 0x80;
	if (characters > SUBJECT)
		return fail(failure, FAILURE_REFUSED,
		    "the subject would be %zu characters long, %d is the most", characters,
		    SUBJECT);
	return message->size <= BYTES ||
	       fail(failure, FAILURE_REFUSED,
	           "the message would be %zu bytes long with its attributes, %d is the most",
	           message->size, BYTES);
}

/* Does the message fit beside those that are in the call? */
static enum sender_fit
fits(const struct sns *sns, const struct sender_call *call, const struct message *message)
{
	size_t size = message->size;

	for (struct sender_item *item = call->items.first; item != NULL; item = item->next) {
		const struct message *other = (const struct message *)item;

		/* Of two of one group the first might fail alone. */
		if (sns->fifo && span_equal(other->group, message->group))
			return SENDER_NOT_NOW;
		size += other->size;
	}
	/* The order in a group is that of its messages in the queue: none overtakes. */
	return size <= BYTES ? SENDER_FITS : SENDER_FULL;
}

static void
add_field(struct buffer *body, size_t entry, const char *field, struct span value)
{
	char name[FIELD];

	snprintf(name, sizeof name, "PublishBatchRequestEntries.member.%zu.%s", entry + 1, field);
	form_add_span(body, name, value);
}

static void
add_attribute(
    struct buffer *body, size_t entry, size_t number, const struct message_attribute *attribute)
{
	static const char *const fields[] = {"Name", "Value.DataType", "Value.StringValue"};
	struct span values[] = {
	    span_of(attribute->name), span_of(attribute->type), attribute->value};
	char name[FIELD / 2];

	for (size_t i = 0; i < 3; i++) {
		snprintf(
		    name, sizeof name, "MessageAttributes.entry.%zu.%s", number + 1, fields[i]);
		add_field(body, entry, name, values[i]);
	}
}

static enum sender_fit
add(struct sender *sender, struct sender_call *call, struct sender_item *item)
{
	const struct sns *sns = (const struct sns *)sender;
	const struct message *message = (const struct message *)item;
	struct buffer *body = &call->body;
	size_t entry = call->items.count;
	enum sender_fit fit = fits(sns, call, message);
	char id[2] = {(char)('0' + entry), '\0'};

	if (fit != SENDER_FITS)
		return fit;
	if (entry == 0) {
		form_begin(body, "PublishBatch", FORM_SNS);
		form_add(body, "TopicArn", sns->arn);
	}
	add_field(body, entry, "Id", span_of(id));
	add_field(body, entry, "Message", message->text);
	if (message->subject.start != NULL)
		add_field(body, entry, "Subject", message->subject);
	if (message->group.start != NULL)
		add_field(body, entry, "MessageGroupId", message->group);
	if (message->deduplication.start != NULL)
		add_field(body, entry, "MessageDeduplicationId", message->deduplication);
	for (size_t i = 0; i < message->attribute_count; i++)
		add_attribute(body, entry, i, &message->attributes[i]);
	return SENDER_FITS;
}

static bool
start(struct sender *sender, struct sender_call *call, struct failure *failure)
{
	struct sns *sns = (struct sns *)sender;
	struct aws_call published = {.action = "PublishBatch",
	    .permission = "sns:Publish",
	    .body = buffer_span(&call->body),
	    .ceiling = REPLY,
	    .context = call};

	return aws_start(sns->aws, &published, failure);
}

static bool
wait(struct sender *sender, int input, int watch, int timeout, struct failure *failure)
{
	return aws_wait(((struct sns *)sender)->aws, input, watch, timeout, failure);
}

/* Did the service refuse the call because of its content? */
static bool
is_unfit(const struct aws_reply *reply)
{
	static const char *const codes[] = {"InvalidParameter", "InvalidParameterValue",
	    "ParameterValueInvalid", "ValidationException", "ValidationError",
	    "BatchRequestTooLong", "InvalidBatchEntryId"};

	/* The topic is the same in all calls. */
	if (strstr(reply->failure.text, "TopicArn") != NULL)
		return false;
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (strcmp(reply->code, codes[i]) == 0)
			return true;
	}
	return reply->status == 413;
}

/* Sets the outcome of each item of a call. reply->failure: why some are sent again. */
static void
sort_out(struct sns *sns, const struct aws_reply *from, struct sender_reply *reply)
{
	struct publish_result results[PUBLISH_ENTRIES];
	struct sender_item *item = reply->call->items.first;

	publish_reply_read(from->body, reply->call->items.count, results);
	reply->each = true;
	fail(&reply->failure, FAILURE_TEMPORARY,
	    "SNS PublishBatch: the reply does not say what became of each message");
	for (struct publish_result *result = results; item != NULL; item = item->next, result++) {
		item->outcome = result->outcome == PUBLISH_DONE      ? SENDER_DONE
		                : result->outcome == PUBLISH_REFUSED ? SENDER_REFUSED
		                                                     : SENDER_AGAIN;
		reply->throttled = reply->throttled || result->throttled;
		if (result->outcome == PUBLISH_REFUSED)
			item->refused = memory_format("SNS: %s", result->text);
		else if (result->outcome == PUBLISH_BARRED)
			fail(&reply->failure, FAILURE_PERMANENT,
			    "SNS PublishBatch: %s: check the topic %s, its key and the permissions",
			    result->text, sns->arn);
		else if (result->outcome == PUBLISH_AGAIN &&
		         reply->failure.kind == FAILURE_TEMPORARY)
			fail(&reply->failure, FAILURE_TEMPORARY, "SNS PublishBatch: %s",
			    result->text);
	}
}

static bool
next(struct sender *sender, struct sender_reply *reply)
{
	struct sns *sns = (struct sns *)sender;
	struct aws_reply from;

	if (!aws_next(sns->aws, &from))
		return false;
	reply->call = from.context;
	reply->failure = from.failure;
	if (from.failure.kind != FAILURE_NONE)
		reply->unfit = is_unfit(&from);
	else
		sort_out(sns, &from, reply);
	return true;
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	const struct sns *sns = (const struct sns *)sink;

	counters->retries = aws_retries(sns->aws) + sns->topic.sender.retries;
	counters->throttled = aws_throttles(sns->aws) + sns->topic.sender.throttled;
}

static const struct sender_kind sending = {.add = add, .start = start, .wait = wait, .next = next};

static const struct sink_kind kind = {TOPIC_SINK, .count = count, .close = close_sns};

/* Do the settings fit the topic? */
static bool
check_settings(const struct topic_settings *settings, bool fifo, struct failure *failure)
{
	if (settings->format != TOPIC_LINE)
		return fail(failure, FAILURE_PERMANENT, "--format is for webhooks, not for SNS");
	if (fifo && settings->group == NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "a FIFO topic requires --group-id MEMBER, the member with the message group: "
		    "its order is kept");
	if (fifo && settings->in_flight > 1)
		return fail(failure, FAILURE_PERMANENT,
		    "a FIFO topic has one call in flight, to keep the order: leave -j out");
	if (!fifo && (settings->group != NULL || settings->deduplication != NULL))
		return fail(failure, FAILURE_PERMANENT,
		    "%s is for FIFO topics, whose names end in .fifo",
		    settings->group != NULL ? "--group-id" : "--deduplication-id");
	return true;
}

struct sink *
topic_sns_open(const struct topic_settings *settings, struct failure *failure)
{
	struct aws_settings aws = {
	    .service = &aws_sns, .timeout = settings->timeout, .caller = settings->caller};
	struct sender_settings sender = {
	    .most = PUBLISH_ENTRIES, .ceiling = BODY, .caller = settings->caller};
	char *name = topic_name_arn(settings->name, &settings->caller, failure);
	struct sns_arn arn;
	struct sns *sns;

	if (name == NULL || !sns_arn_read(name, &arn, failure) ||
	    !check_settings(settings, arn.fifo, failure)) {
		free(name);
		return NULL;
	}
	sender.in_flight = settings->in_flight > 0 ? settings->in_flight : arn.fifo ? 1 : IN_FLIGHT;
	aws.in_flight = sender.in_flight;
	aws.region = arn.region;
	sns = memory_new(1, sizeof *sns);
	sns->arn = name;
	sns->fifo = arn.fifo;
	sns->topic.check = check;
	sns->topic.sender.sink = (struct sink){.kind = &kind, .skips_blanks = true};
	sender_init(&sns->topic.sender, &sending, &sender);
	if (topic_init(&sns->topic, settings, arn.fifo, failure))
		sns->aws = aws_open(&aws, failure);
	if (sns->aws == NULL) {
		close_sns(&sns->topic.sender.sink);
		return NULL;
	}
	return &sns->topic.sender.sink;
}
