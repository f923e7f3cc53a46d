/* firehose: sends lines to a delivery stream of Firehose, up to 500 in a call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/kind.h"
#include "aws/client/aws.h"
#include "aws/client/batch_reply.h"
#include "base/memory.h"
#include "record/sender.h"
#include "text/base64.h"
#include "text/json.h"

/* Source: Firehose API Reference, PutRecordBatch; Firehose Developer Guide, "Quota". */
enum {
	RECORDS = 500,
	RECORD = 1000 * 1024, /* bytes of a record, before base64 */
	BODY = 4 * 1024 * 1024, /* bytes of a request */
	IN_FLIGHT = 4,
	REPLY = 1024 * 1024,
	NAME = 64,
	AROUND = 32, /* bytes of JSON around a record */
	SHOWN = 300
};

#define SCHEME "firehose:"
#define END "]}"

struct line {
	struct sender_item item;
	struct span text; /* borrowed until its result was reported */
};

struct firehose {
	struct sender sender;
	const char *name; /* borrowed from the settings */
	struct aws *aws;
};

static void
close_firehose(struct sink *sink)
{
	struct firehose *firehose = (struct firehose *)sink;

	aws_close(firehose->aws);
	sender_free(&firehose->sender);
	free(firehose);
}

static bool
take(struct sink *sink, struct span record, uint64_t ticket, struct failure *failure)
{
	struct json_error error;
	struct line *line;

	/* With its newline. */
	if (record.length >= RECORD)
		return fail(failure, FAILURE_REFUSED,
		    "%zu bytes long, %d is the most that Firehose takes", record.length,
		    RECORD - 1);
	if (!json_check(record, JSON_DEPTH, &error))
		return fail(failure, FAILURE_REFUSED, "not a JSON object: at byte %zu: %s",
		    error.offset + 1, error.reason);
	if (json_kind(record) != JSON_OBJECT)
		return fail(failure, FAILURE_REFUSED, "not a JSON object");
	line = memory_new(1, sizeof *line);
	line->text = record;
	sender_add((struct sender *)sink, &line->item, ticket);
	return true;
}

/* Appends the line and a newline in base64; there is room. */
static void
add_data(struct buffer *body, struct span text)
{
	size_t rest = text.length % 3, whole = text.length - rest;
	char last[3] = {0};
	char *to = body->data + body->length;

	memcpy(last, text.start + whole, rest);
	last[rest] = '\n';
	to += base64_write(to, text.start, whole);
	to += base64_write(to, last, rest + 1);
	body->length = (size_t)(to - body->data);
}

static enum sender_fit
add(struct sender *sender, struct sender_call *call, struct sender_item *item)
{
	const struct firehose *firehose = (const struct firehose *)sender;
	const struct line *line = (const struct line *)item;
	struct buffer *body = &call->body;
	bool first = call->items.count == 0;

	if (first)
		buffer_add_format(
		    body, "{\"DeliveryStreamName\":\"%s\",\"Records\":[", firehose->name);
	if (body->length + (line->text.length + 3) / 3 * 4 + AROUND > BODY ||
	    !buffer_reserve(body, (line->text.length + 3) / 3 * 4 + AROUND))
		return SENDER_FULL;
	buffer_add_text(body, first ? "{\"Data\":\"" : ",{\"Data\":\"");
	add_data(body, line->text);
	buffer_add_text(body, "\"}");
	return SENDER_FITS;
}

static bool
start(struct sender *sender, struct sender_call *call, struct failure *failure)
{
	struct firehose *firehose = (struct firehose *)sender;
	struct aws_call put = {.action = "PutRecordBatch", .ceiling = REPLY, .context = call};

	if (!buffer_add_text(&call->body, END))
		return fail(failure, FAILURE_PERMANENT, "the request would be too long");
	put.body = buffer_span(&call->body);
	return aws_start(firehose->aws, &put, failure);
}

static bool
wait(struct sender *sender, int input, int watch, int timeout, struct failure *failure)
{
	return aws_wait(((struct firehose *)sender)->aws, input, watch, timeout, failure);
}

/* Did the service refuse the call because of its content? */
static bool
is_unfit(const struct aws_reply *reply)
{
	/* Not if the delivery stream takes records from elsewhere only. */
	return (strcmp(reply->code, "InvalidArgumentException") == 0 &&
	           strstr(reply->failure.text, "not permitted") == NULL) ||
	       strcmp(reply->code, "SerializationException") == 0 || reply->status == 413;
}

/* Why records were not taken. */
static void
explain(const struct batch_result *result, struct failure *failure)
{
	struct shown code, message;

	fail(failure, FAILURE_TEMPORARY, "Firehose PutRecordBatch: %s: %.*s",
	    show(&code, result->code.start, result->code.length), SHOWN,
	    result->message.start != NULL
	        ? show(&message, result->message.start, result->message.length)
	        : "no message");
}

/* Sets the outcome of each item of a call. reply->failure: why some are sent again. */
static void
sort_out(const struct aws_reply *from, struct sender_reply *reply)
{
	struct batch_result results[RECORDS];
	struct sender_item *item = reply->call->items.first;
	bool read =
	    batch_reply_read(&batch_reply_firehose, from->body, results, reply->call->items.count);

	reply->each = true;
	if (!read)
		fail(&reply->failure, FAILURE_TEMPORARY,
		    "Firehose PutRecordBatch: the reply does not say what became of each record");
	for (size_t i = 0; item != NULL; item = item->next, i++) {
		bool done = read && results[i].outcome == BATCH_DONE;

		item->outcome = done ? SENDER_DONE : SENDER_AGAIN;
		if (!read || done)
			continue;
		explain(&results[i], &reply->failure);
		reply->throttled = reply->throttled || results[i].outcome == BATCH_THROTTLED;
	}
	/* All were taken: as for a call without results. */
	if (reply->failure.kind == FAILURE_NONE)
		reply->each = false;
}

static bool
next(struct sender *sender, struct sender_reply *reply)
{
	struct firehose *firehose = (struct firehose *)sender;
	struct aws_reply from;

	if (!aws_next(firehose->aws, &from))
		return false;
	reply->call = from.context;
	reply->failure = from.failure;
	if (from.failure.kind == FAILURE_NONE)
		sort_out(&from, reply);
	else
		reply->unfit = is_unfit(&from);
	return true;
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	const struct firehose *firehose = (const struct firehose *)sink;

	counters->retries = aws_retries(firehose->aws) + firehose->sender.retries;
	counters->throttled = aws_throttles(firehose->aws) + firehose->sender.throttled;
}

static const struct sender_kind sending = {.add = add, .start = start, .wait = wait, .next = next};

static const struct sink_kind kind = {.objects = true,
    .whole_lines = true,
    .read_ahead = BODY,
    .take = take,
    .poll = sender_poll,
    .next_result = sender_next_result,
    .count = count,
    .close = close_firehose};

static bool
check_name(const char *name, struct failure *failure)
{
	size_t length =
	    strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
	struct shown shown;

	return (length > 0 && length <= NAME && name[length] == '\0') ||
	       fail(failure, FAILURE_PERMANENT,
	           "\"%s\" is not the name of a delivery stream: use letters, digits, \"_\", \".\" "
	           "and \"-\", at most %d",
	           show(&shown, name, strlen(name)), NAME);
}

/* Settings of objects, which Firehose makes by settings of its own. */
static bool
check_settings(const struct archive_settings *settings, struct failure *failure)
{
	const char *option = settings->encryption != NULL      ? "--sse"
	                     : settings->storage_class != NULL ? "--storage-class"
	                                                       : NULL;

	return option == NULL ||
	       fail(failure, FAILURE_PERMANENT,
	           "%s is for S3: Firehose stores objects as the delivery stream says", option);
}

struct sink *
archive_firehose_open(const struct archive_settings *settings, struct failure *failure)
{
	unsigned in_flight = settings->in_flight > 0 ? settings->in_flight : IN_FLIGHT;
	struct aws_settings aws = {.service = &aws_firehose,
	    .in_flight = in_flight,
	    .timeout = settings->timeout,
	    .caller = settings->caller};
	struct sender_settings sender = {.most = RECORDS,
	    .in_flight = in_flight,
	    .ceiling = BODY + sizeof END,
	    .caller = settings->caller};
	struct firehose *firehose;

	if (!check_name(settings->name + strlen(SCHEME), failure) ||
	    !check_settings(settings, failure))
		return NULL;
	firehose = memory_new(1, sizeof *firehose);
	firehose->name = settings->name + strlen(SCHEME);
	firehose->sender.sink = (struct sink){.kind = &kind, .reads_json = true};
	sender_init(&firehose->sender, &sending, &sender);
	firehose->aws = aws_open(&aws, failure);
	if (firehose->aws == NULL) {
		close_firehose(&firehose->sender.sink);
		return NULL;
	}
	return &firehose->sender.sink;
}
