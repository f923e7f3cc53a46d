/* read_events: takes the events of subscriptions, and decides what follows the end of one. */
#include <stdio.h>
#include <stdlib.h>

#include "aws/client/error.h"
#include "aws/client/retry.h"
#include "base/clock.h"
#include "stream/kinesis/read.h"

enum {
	OWN = 5000, /* ms after a call in which the service refuses another for the same shard */
	CALL_EVERY = 1000, /* ms: one call a second and shard is allowed */
	IN_USE_MOST = 20000 /* ms between calls while another subscription exists */
};

/* Calls again as soon as that is allowed. */
static void
renew(struct kinesis_shard *shard)
{
	int64_t now = clock_steady(), due = shard->subscription->begun + (int64_t)CALL_EVERY * 1000;

	shard->due = due > now ? due : now;
}

/* Reads all shards with GetRecords from now on, each from its last record on. */
static void
poll_instead(struct kinesis_reading *reading, const char *why)
{
	struct kinesis *kinesis = reading->kinesis;

	caller_warn(
	    &kinesis->settings.caller, "%s; reading with GetRecords, without the consumer", why);
	for (size_t i = 0; i < reading->count; i++) {
		struct kinesis_shard *shard = reading->shards[i];

		if (shard->subscription != NULL)
			kinesis_unsubscribe(reading, shard);
	}
	free(kinesis->consumer);
	kinesis->consumer = NULL;
}

/* Another subscription for the same shard exists: our own, a moment ago, or another reader's. */
static bool
wait_for_other(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct aws_reply *reply, struct failure *failure)
{
	struct kinesis_subscription *subscription = shard->subscription;
	int64_t now = clock_steady(), own = subscription->granted + (int64_t)OWN * 1000;
	int64_t delay;
	bool warns;

	if (!subscription->delivered && subscription->granted > 0 && now < own) {
		shard->due = own;
		return true;
	}
	if (!kinesis_may_retry(reading, reply, now, failure))
		return false;
	/* At first it may be that of an earlier run, which has just ended. */
	warns = subscription->delivered || shard->setbacks > 0;
	delay = !warns ? OWN
	               : backoff_delay(&reading->backoff, shard->setbacks < 8 ? shard->setbacks : 8,
	                     2 * OWN, IN_USE_MOST);
	shard->setbacks++;
	shard->due = now + delay * 1000;
	if (!warns)
		return true;
	(reading->warned_in_use ? caller_detail : caller_warn)(&reading->kinesis->settings.caller,
	    "another reader has a subscription to shard %s for this consumer, and a consumer can "
	    "have only one: each reader needs a consumer of its own; retrying in %lld ms",
	    shard->name, (long long)delay);
	reading->warned_in_use = true;
	return true;
}

/* The service refused a subscription, or ended it with an error. */
static bool
take_refusal(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct aws_reply *reply, struct failure *failure)
{
	struct kinesis_subscription *subscription = shard->subscription;

	if (kinesis_consumer_is_refused(reply->code)) {
		poll_instead(reading, reply->failure.text);
		return true;
	}
	if (strcmp(reply->code, "ResourceInUseException") == 0)
		return wait_for_other(reading, shard, reply, failure);
	/* The place may have expired, if the output was blocked for long: the next call will say. */
	if (strcmp(reply->code, "InvalidArgumentException") == 0 &&
	    subscription->continuation != NULL) {
		free(subscription->continuation);
		subscription->continuation = NULL;
		renew(shard);
		return true;
	}
	return kinesis_take_failure(reading, shard, reply, failure);
}

/* From now on, the next subscription begins at the time of the first. */
static void
note_accepted(struct kinesis_shard *shard)
{
	if (shard->subscription->accepted && shard->from == FROM_LATEST)
		shard->from = FROM_TIME;
}

bool
kinesis_take_end(
    struct kinesis_reading *reading, const struct aws_reply *reply, struct failure *failure)
{
	struct kinesis_shard *shard = reply->context;
	struct kinesis_subscription *subscription = shard->subscription;
	struct aws_reply ended = *reply;
	bool delivered = subscription->delivered || event_stream_has_news(&subscription->events);

	shard->in_flight = false;
	subscription->paused = false;
	note_accepted(shard);
	if (reply->failure.kind != FAILURE_NONE && !subscription->accepted)
		return take_refusal(reading, shard, reply, failure);
	/* After five minutes, or cut off. */
	if (delivered) {
		if (reply->failure.kind != FAILURE_NONE)
			caller_detail(&reading->kinesis->settings.caller,
			    "%s; subscribing to shard %s again", reply->failure.text, shard->name);
		renew(shard);
		return true;
	}
	if (reply->failure.kind == FAILURE_NONE)
		fail(&ended.failure, FAILURE_TEMPORARY,
		    "Kinesis SubscribeToShard: it ended without an event");
	return kinesis_wait_longer(reading, &ended, &shard->failures, &shard->due, failure);
}

/* The subscription is of no more use: the next one continues after the last event. */
static void
abandon(struct kinesis_reading *reading, struct kinesis_shard *shard)
{
	if (shard->in_flight)
		aws_give_up(reading->kinesis->aws, shard);
	shard->in_flight = false;
	kinesis_forget_events(reading, shard);
	renew(shard);
}

static bool
take_damaged(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct failure *damage, struct failure *failure)
{
	struct aws_reply reply = {.context = shard, .action = "SubscribeToShard", .status = 200};

	fail(&reply.failure, FAILURE_TEMPORARY, "Kinesis SubscribeToShard: shard %s: %s",
	    shard->name, damage->text);
	abandon(reading, shard);
	return kinesis_wait_longer(
	    reading, &reply, &shard->subscription->damaged, &shard->due, failure);
}

/* An exception, as if it were the reply to the call. */
static bool
take_exception(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct event *event, struct failure *failure)
{
	struct aws_reply reply = {.context = shard, .action = "SubscribeToShard", .status = 400};
	struct aws_error error;
	struct shown code, text;
	char type[AWS_CODE];
	enum aws_fault fault;

	snprintf(type, sizeof type, "%.*s", (int)event->type.length,
	    event->type.start != NULL ? event->type.start : "");
	aws_error_read(&error, event->payload, type);
	memcpy(reply.code, error.code, sizeof reply.code);
	fault = strncmp(error.code, "InternalFailure", 15) == 0 ? AWS_FAULT_TRANSIENT
	                                                        : aws_retry_fault(error.code, 400);
	reply.throttled = fault == AWS_FAULT_THROTTLED;
	fail(&reply.failure,
	    fault == AWS_FAULT_FINAL && error.code[0] != '\0' ? FAILURE_PERMANENT
	                                                      : FAILURE_TEMPORARY,
	    "Kinesis SubscribeToShard: %s%s%s",
	    error.code[0] != '\0' ? show(&code, error.code, strlen(error.code)) : "an error",
	    error.message[0] != '\0' || event->text.length > 0 ? ": " : "",
	    error.message[0] != '\0'
	        ? show(&text, error.message, strlen(error.message))
	        : show(&text, event->text.length > 0 ? event->text.start : "", event->text.length));
	abandon(reading, shard);
	return take_refusal(reading, shard, &reply, failure);
}

static bool
take_message(struct kinesis_reading *reading, struct kinesis_shard *shard, struct failure *failure)
{
	struct kinesis_subscription *subscription = shard->subscription;
	struct failure damage;
	struct event event;

	note_accepted(shard);
	if (kinesis_next_event(reading, shard, &event, &damage) != EVENT_READ)
		return take_damaged(reading, shard, &damage, failure);
	if (!span_is(event.kind, "event"))
		return take_exception(reading, shard, &event, failure);
	/* The first is "initial-response". */
	if (!span_is(event.type, "SubscribeToShardEvent"))
		return true;
	if (!kinesis_records_open(&reading->records, event.payload, failure))
		return false;
	subscription->delivered = true;
	subscription->granted = subscription->begun;
	shard->setbacks = 0;
	shard->limit = SIZE_MAX;
	shard->stage = SHARD_READS;
	kinesis_begin_reply(reading, shard, event.payload.length);
	return true;
}

bool
kinesis_take_event(struct kinesis_reading *reading, bool *taken, struct failure *failure)
{
	*taken = false;
	for (size_t i = 0; i < reading->count && !*taken; i++) {
		struct kinesis_shard *shard = reading->shards[reading->event_turn % reading->count];

		reading->event_turn = (reading->event_turn + 1) % reading->count;
		if (shard->subscription == NULL ||
		    !event_stream_has_news(&shard->subscription->events))
			continue;
		*taken = true;
		if (!take_message(reading, shard, failure))
			return false;
	}
	return true;
}
