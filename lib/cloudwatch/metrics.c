/* metrics: sends values of metrics to CloudWatch, many in a call, several calls at once. */
#include <stdlib.h>
#include <string.h>

#include "aws/client/aws.h"
#include "base/memory.h"
#include "cloudwatch/metric.h"
#include "cloudwatch/metrics.h"
#include "record/sender.h"
#include "text/json.h"

enum {
	FLYING = 4,
	DATUM = METRICS_BYTES / 2, /* bytes of one at most */
	BODY = METRICS_BYTES,
	REPLY = 64 * 1024
};

/* A value that is being sent. */
struct datum {
	struct sender_item item;
	char namespace[METRIC_NAME + 1];
	size_t length;
	char text[]; /* as PutMetricData takes it */
};

struct metrics {
	struct sender sender;
	const char *namespace;
	struct aws *aws;
	struct buffer datum; /* the one being read */
};

static void
close_metrics(struct sink *sink)
{
	struct metrics *metrics = (struct metrics *)sink;

	aws_close(metrics->aws);
	sender_free(&metrics->sender);
	buffer_free(&metrics->datum);
	free(metrics);
}

static bool
take(struct sink *sink, struct span line, uint64_t ticket, struct failure *failure)
{
	struct metrics *metrics = (struct metrics *)sink;
	struct buffer *text = &metrics->datum;
	struct datum *datum;
	char namespace[METRIC_NAME + 1];

	buffer_clear(text);
	strcpy(namespace, metrics->namespace);
	if (!metric_read(line, aws_now(metrics->aws), namespace, text, failure))
		return false;
	datum = memory_resize(NULL, 1, sizeof *datum + text->length);
	datum->length = text->length;
	strcpy(datum->namespace, namespace);
	memcpy(datum->text, text->data, text->length);
	sender_add(&metrics->sender, &datum->item, ticket);
	return true;
}

/* A call has values of one namespace. */
static enum sender_fit
add(struct sender *sender, struct sender_call *call, struct sender_item *item)
{
	const struct datum *datum = (const struct datum *)item;
	const struct datum *first = (const struct datum *)call->items.first;
	struct buffer *body = &call->body;

	(void)sender;
	if (first == NULL) {
		buffer_add_text(body, "{\"Namespace\":");
		json_add_string(body, datum->namespace, strlen(datum->namespace));
		buffer_add_text(body, ",\"MetricData\":[");
	} else if (strcmp(datum->namespace, first->namespace) != 0) {
		return SENDER_NOT_NOW;
	}
	if (datum->length + sizeof ",]}" > BODY - body->length)
		return SENDER_FULL;
	if (first != NULL)
		buffer_add_text(body, ",");
	buffer_add(body, datum->text, datum->length);
	return SENDER_FITS;
}

static bool
start(struct sender *sender, struct sender_call *call, struct failure *failure)
{
	struct aws_call put = {.action = "PutMetricData", .ceiling = REPLY, .context = call};

	buffer_add_text(&call->body, "]}");
	put.body = buffer_span(&call->body);
	return aws_start(((struct metrics *)sender)->aws, &put, failure);
}

static bool
wait(struct sender *sender, int input, int watch, int timeout, struct failure *failure)
{
	return aws_wait(((struct metrics *)sender)->aws, input, watch, timeout, failure);
}

/* Did the service refuse the call because of its content? */
static bool
is_unfit(const struct aws_reply *reply)
{
	static const char *const codes[] = {"InvalidParameterValue", "InvalidParameterCombination",
	    "MissingParameter", "MissingRequiredParameter", "InvalidParameterValueException",
	    "InvalidParameterCombinationException", "MissingRequiredParameterException",
	    "ValidationError", "ValidationException", "SerializationException",
	    "RequestEntityTooLargeException"};

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (strcmp(reply->code, codes[i]) == 0)
			return true;
	}
	return reply->status == 413;
}

static bool
next(struct sender *sender, struct sender_reply *reply)
{
	struct aws_reply from;

	if (!aws_next(((struct metrics *)sender)->aws, &from))
		return false;
	reply->call = from.context;
	reply->failure = from.failure;
	reply->unfit = from.failure.kind != FAILURE_NONE && is_unfit(&from);
	return true;
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	const struct metrics *metrics = (const struct metrics *)sink;

	counters->retries = aws_retries(metrics->aws) + metrics->sender.retries;
	counters->throttled = aws_throttles(metrics->aws);
}

static const struct sender_kind sending = {.add = add, .start = start, .wait = wait, .next = next};

static const struct sink_kind kind = {.objects = true,
    .read_ahead = 512 * 1024,
    .take = take,
    .poll = sender_poll,
    .next_result = sender_next_result,
    .count = count,
    .close = close_metrics};

struct sink *
metrics_sink_open(const struct metrics_settings *settings, struct failure *failure)
{
	struct metrics *metrics = memory_new(1, sizeof *metrics);
	struct sender_settings sender = {.most = METRICS_MOST,
	    .in_flight = settings->in_flight > 0 ? settings->in_flight : FLYING,
	    .ceiling = BODY,
	    .caller = settings->caller};
	struct aws_settings aws = {
	    .service = &aws_cloudwatch, .in_flight = sender.in_flight, .caller = settings->caller};

	metrics->namespace = settings->namespace;
	metrics->sender.sink = (struct sink){.kind = &kind, .reads_json = true};
	sender_init(&metrics->sender, &sending, &sender);
	buffer_init(&metrics->datum, DATUM);
	metrics->aws = aws_open(&aws, failure);
	if (metrics->aws == NULL) {
		close_metrics(&metrics->sender.sink);
		return NULL;
	}
	return &metrics->sender.sink;
}
