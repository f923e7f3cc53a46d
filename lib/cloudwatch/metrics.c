/* metrics: sends values of metrics to CloudWatch, many in a call, several calls at once. */
#include <stdlib.h>
#include <string.h>

#include "aws/client/aws.h"
#include "base/backoff.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "text/json.h"
#include "base/memory.h"
#include "cloudwatch/metric.h"
#include "cloudwatch/metric_queue.h"
#include "cloudwatch/metrics.h"

enum {
	FLYING = 4,
	FEW = 2, /* a call that is not full may start while fewer are in flight */
	DATUM = METRICS_BYTES / 2, /* bytes of one at most */
	BODY = METRICS_BYTES,
	REPLY = 64 * 1024,
	PATIENCE = 60 * 1000000, /* us without a success */
	FIRST = 500, /* ms before the first retry of a call, doubled each time */
	LONGEST = 10000
};

struct flight {
	bool used;
	struct buffer body;
	struct metric_queue data;
};

struct metrics {
	struct sink sink;
	struct metrics_settings settings;
	struct aws *aws;
	struct metric_queue ready, results;
	struct flight *flights;
	unsigned in_flight;
	struct buffer datum; /* the one being read */
	struct backoff backoff;
	uint64_t retries; /* values sent again */
	int64_t good; /* clock_steady: the last success, or the beginning */
	int64_t held; /* clock_steady: no call starts before then; 0: it may */
	int64_t warned;
	unsigned failures; /* in a row */
	struct failure failed; /* why sending ends once all in flight is back; NONE: it does not */
};

static void
close_metrics(struct sink *sink)
{
	struct metrics *metrics = (struct metrics *)sink;

	aws_close(metrics->aws);
	for (unsigned i = 0; i < metrics->settings.in_flight; i++) {
		metric_queue_free(&metrics->flights[i].data);
		buffer_free(&metrics->flights[i].body);
	}
	metric_queue_free(&metrics->ready);
	metric_queue_free(&metrics->results);
	buffer_free(&metrics->datum);
	free(metrics->flights);
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
	strcpy(namespace, metrics->settings.namespace);
	if (!metric_read(line, aws_now(metrics->aws), namespace, text, failure))
		return false;
	datum = memory_resize(NULL, 1, sizeof *datum + text->length);
	*datum = (struct datum){.ticket = ticket, .most = METRICS_MOST, .length = text->length};
	strcpy(datum->namespace, namespace);
	memcpy(datum->text, text->data, text->length);
	if (metrics->ready.count == 0 && metrics->in_flight == 0)
		metrics->good = clock_steady();
	metric_queue_add(&metrics->ready, datum);
	return true;
}

/* Fills a call with the values of one namespace that are ready. */
static void
fill(struct metrics *metrics, struct flight *flight)
{
	struct datum **at = &metrics->ready.first, *datum;
	const char *namespace = metrics->ready.first->namespace;
	unsigned most = METRICS_MOST;
	size_t room;

	buffer_clear(&flight->body);
	buffer_add_text(&flight->body, "{\"Namespace\":");
	json_add_string(&flight->body, namespace, strlen(namespace));
	buffer_add_text(&flight->body, ",\"MetricData\":[");
	while ((datum = *at) != NULL && flight->data.count < most) {
		room = BODY - flight->body.length;
		if (strcmp(datum->namespace, namespace) != 0) {
			at = &datum->next;
			continue;
		}
		if (datum->length + sizeof ",]}" > room || flight->data.count >= datum->most)
			break;
		most = datum->most < most ? datum->most : most;
		if (flight->data.count > 0)
			buffer_add_text(&flight->body, ",");
		buffer_add(&flight->body, datum->text, datum->length);
		*at = datum->next;
		if (*at == NULL)
			metrics->ready.last = at;
		metrics->ready.count--;
		metric_queue_add(&flight->data, datum);
	}
	buffer_add_text(&flight->body, "]}");
}

/* May a call start? A full one always; one that is not while fewer than few are in flight. */
static bool
is_due(const struct metrics *metrics, unsigned few)
{
	return metrics->failed.kind == FAILURE_NONE && metrics->held == 0 &&
	       metrics->ready.count > 0 && metrics->in_flight < metrics->settings.in_flight &&
	       (metrics->ready.count >= METRICS_MOST || metrics->in_flight < few) &&
	       aws_room(metrics->aws) > 0;
}

static void
start(struct metrics *metrics, unsigned few)
{
	while (is_due(metrics, few)) {
		struct flight *flight = metrics->flights;
		struct aws_call call = {.action = "PutMetricData", .ceiling = REPLY};

		while (flight->used)
			flight++;
		fill(metrics, flight);
		call.body = buffer_span(&flight->body);
		call.context = flight;
		if (!aws_start(metrics->aws, &call, &metrics->failed)) {
			metric_queue_put_back(&metrics->ready, &flight->data);
			return;
		}
		flight->used = true;
		metrics->in_flight++;
	}
}

static void
report(struct metrics *metrics, struct flight *flight, const char *refused)
{
	while (flight->data.first != NULL) {
		struct datum *datum = flight->data.first;

		flight->data.first = datum->next;
		datum->refused = refused != NULL ? memory_copy_text(refused) : NULL;
		metric_queue_add(&metrics->results, datum);
	}
	metric_queue_init(&flight->data);
}

static void
retry(struct metrics *metrics, struct flight *flight, unsigned most)
{
	metrics->retries += flight->data.count;
	for (struct datum *datum = flight->data.first; datum != NULL; datum = datum->next)
		datum->most = most < datum->most ? most : datum->most;
	metric_queue_put_back(&metrics->ready, &flight->data);
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

/* A call failed for a reason that is not its content. */
static void
whole_failed(struct metrics *metrics, struct flight *flight, const struct failure *why)
{
	int64_t now = clock_steady();
	bool stopped = caller_is_stopped(&metrics->settings.caller);

	retry(metrics, flight, METRICS_MOST);
	if (why->kind != FAILURE_TEMPORARY || stopped || now - metrics->good >= PATIENCE) {
		if (metrics->failed.kind == FAILURE_NONE)
			metrics->failed = *why;
		return;
	}
	if (metrics->held != 0) /* one of several that failed together */
		return;
	metrics->held =
	    now + 1000 * backoff_delay(&metrics->backoff, metrics->failures++, FIRST, LONGEST);
	if (metrics->warned == 0 || now - metrics->warned >= LONGEST * 1000) {
		metrics->warned = now;
		caller_warn(&metrics->settings.caller, "%s", why->text);
	}
}

static void
settle(struct metrics *metrics, struct flight *flight, const struct aws_reply *reply)
{
	if (reply->failure.kind != FAILURE_NONE && !is_unfit(reply)) {
		whole_failed(metrics, flight, &reply->failure);
		return;
	}
	metrics->good = clock_steady();
	metrics->failures = 0;
	if (reply->failure.kind == FAILURE_NONE)
		report(metrics, flight, NULL);
	else if (flight->data.count == 1)
		report(metrics, flight, reply->failure.text);
	else
		/* Halved, until the value that is at fault is in a call of its own. */
		retry(metrics, flight, (unsigned)(flight->data.count + 1) / 2);
}

/* The timeout of poll, shortened to the end of the pause. */
static int
soonest(const struct metrics *metrics, int timeout)
{
	int64_t now = clock_steady(), left;

	if (metrics->held == 0)
		return timeout;
	left = metrics->held > now ? (metrics->held - now + 999) / 1000 : 0;
	return timeout < 0 || left < timeout ? (int)left : timeout;
}

static bool
poll_metrics(struct sink *sink, int input, int watch, int timeout, struct failure *failure)
{
	struct metrics *metrics = (struct metrics *)sink;
	/* More records follow at once; or once there is room, or never; or that is unknown. */
	unsigned few = timeout == 0 ? 0 : input < 0 ? 1 : FEW;
	struct aws_reply reply;

	if (metrics->held <= clock_steady())
		metrics->held = 0;
	start(metrics, few);
	if (metrics->failed.kind != FAILURE_NONE && metrics->in_flight == 0) {
		*failure = metrics->failed;
		return false;
	}
	if (metrics->results.count > 0)
		timeout = 0;
	if (!aws_wait(metrics->aws, input, watch, soonest(metrics, timeout), failure))
		return false;
	while (aws_next(metrics->aws, &reply)) {
		struct flight *flight = reply.context;

		settle(metrics, flight, &reply);
		flight->used = false;
		metrics->in_flight--;
	}
	start(metrics, 0);
	return true;
}

static bool
next_result(struct sink *sink, struct sink_result *result)
{
	struct metrics *metrics = (struct metrics *)sink;
	struct datum *datum = metrics->results.first;

	if (datum == NULL)
		return false;
	metrics->results.first = datum->next;
	metrics->results.count--;
	if (datum->next == NULL)
		metrics->results.last = &metrics->results.first;
	result->ticket = datum->ticket;
	result->outcome = datum->refused != NULL ? SINK_REFUSED : SINK_DONE;
	result->details = NULL;
	if (datum->refused != NULL)
		fail(&result->refused, FAILURE_REFUSED, "%s", datum->refused);
	metric_datum_free(datum);
	return true;
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	const struct metrics *metrics = (const struct metrics *)sink;

	counters->retries = aws_retries(metrics->aws) + metrics->retries;
	counters->throttled = aws_throttles(metrics->aws);
}

static const struct sink_kind kind = {.objects = true,
    .read_ahead = 512 * 1024,
    .take = take,
    .poll = poll_metrics,
    .next_result = next_result,
    .count = count,
    .close = close_metrics};

struct sink *
metrics_sink_open(const struct metrics_settings *settings, struct failure *failure)
{
	struct metrics *metrics = memory_new(1, sizeof *metrics);
	struct aws_settings aws = {.service = &aws_cloudwatch, .caller = settings->caller};

	metrics->settings = *settings;
	if (metrics->settings.in_flight == 0)
		metrics->settings.in_flight = FLYING;
	aws.in_flight = metrics->settings.in_flight;
	metric_queue_init(&metrics->ready);
	metric_queue_init(&metrics->results);
	buffer_init(&metrics->datum, DATUM);
	backoff_init(&metrics->backoff, (uint64_t)clock_steady());
	metrics->flights = memory_new(aws.in_flight, sizeof *metrics->flights);
	for (unsigned i = 0; i < aws.in_flight; i++) {
		metric_queue_init(&metrics->flights[i].data);
		buffer_init(&metrics->flights[i].body, BODY);
	}
	metrics->aws = aws_open(&aws, failure);
	if (metrics->aws == NULL) {
		close_metrics(&metrics->sink);
		return NULL;
	}
	metrics->sink = (struct sink){.reads_json = true,
	    .kind = &kind,
	    .network = true,
	    .runs_programs = aws_runs_programs(metrics->aws)};
	return &metrics->sink;
}
