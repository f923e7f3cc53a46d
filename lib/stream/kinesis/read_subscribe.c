/* read_subscribe: begins, renews and ends subscriptions, and limits the memory of their events. */
#include <stdlib.h>

#include "base/clock.h"
#include "stream/kinesis/read.h"

enum {
	ERROR_CEILING = 64 * 1024, /* bytes of a reply that is an error */
	AHEAD = 256 * 1024, /* bytes of a shard that may wait behind a whole event */
	HELD_MOST = 32 * 1024 * 1024 /* of all shards; one shard may exceed it by an event */
};

/* us: the service ends a subscription after five minutes. */
static const int64_t renew_after = INT64_C(290) * 1000000;

bool
kinesis_is_pushed(const struct kinesis_reading *reading, const struct kinesis_shard *shard)
{
	return reading->kinesis->consumer != NULL && !shard->polled;
}

int64_t
kinesis_subscription_due(const struct kinesis_reading *reading, const struct kinesis_shard *shard)
{
	if (shard->in_flight)
		return shard->subscription->begun + renew_after;
	/* Where to continue is known once all events have been passed on. */
	if (shard == reading->current ||
	    (shard->subscription != NULL && event_stream_has_news(&shard->subscription->events)))
		return INT64_MAX;
	return shard->due;
}

/* May the shard hold more bytes? */
static bool
has_room(struct kinesis_reading *reading, const struct kinesis_shard *shard, size_t more)
{
	const struct event_stream *events = &shard->subscription->events;

	if (event_stream_has_news(events))
		return events->incoming.length + more <= AHEAD && reading->held + more <= HELD_MOST;
	if (reading->held + more <= HELD_MOST)
		return true;
	/* No shard may be able to complete its event: then one of them must. */
	if (reading->favoured == NULL)
		reading->favoured = shard;
	return reading->favoured == shard;
}

static bool
take(void *context, struct span bytes)
{
	struct kinesis_shard *shard = context;
	struct kinesis_subscription *subscription = shard->subscription;
	struct kinesis_reading *reading = subscription->reading;

	subscription->accepted = true;
	subscription->paused = !has_room(reading, shard, bytes.length) ||
	                       !event_stream_add(&subscription->events, bytes);
	if (!subscription->paused)
		reading->held += bytes.length;
	return !subscription->paused;
}

void
kinesis_forget_events(struct kinesis_reading *reading, struct kinesis_shard *shard)
{
	struct event_stream *events = &shard->subscription->events;

	reading->held -= events->incoming.length;
	event_stream_clear(events);
	if (reading->favoured == shard)
		reading->favoured = NULL;
}

static void
resume(struct kinesis_reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		struct kinesis_shard *shard = reading->shards[i];

		if (shard->subscription != NULL && shard->subscription->paused)
			aws_resume(reading->kinesis->aws, shard);
	}
}

enum event_news
kinesis_next_event(struct kinesis_reading *reading, struct kinesis_shard *shard,
    struct event *event, struct failure *failure)
{
	struct event_stream *events = &shard->subscription->events;
	size_t before = events->incoming.length;
	enum event_news news = event_stream_next(events, event, failure);

	reading->held -= before - events->incoming.length;
	if (reading->favoured == shard)
		reading->favoured = NULL;
	if (news == EVENT_READ)
		resume(reading);
	return news;
}

static void
write_request(struct kinesis_shard *shard, const struct kinesis *kinesis)
{
	const char *continuation = shard->subscription->continuation;
	struct buffer *body = &shard->body;

	buffer_clear(body);
	buffer_add_format(body,
	    "{\"ConsumerARN\":\"%s\",\"ShardId\":\"%s\",\"StartingPosition\":{\"Type\":",
	    kinesis->consumer, shard->name);
	if (continuation != NULL)
		buffer_add_format(
		    body, "\"AFTER_SEQUENCE_NUMBER\",\"SequenceNumber\":\"%s\"", continuation);
	else
		kinesis_add_place(body, shard, "SequenceNumber");
	buffer_add_text(body, "}}");
}

bool
kinesis_subscribe(struct kinesis_reading *reading, struct kinesis_shard *shard, int64_t now,
    struct failure *failure)
{
	struct kinesis *kinesis = reading->kinesis;
	struct aws_call call = {.action = "SubscribeToShard",
	    .ceiling = ERROR_CEILING,
	    .attempts = 1,
	    .context = shard,
	    .take = take};

	/* Renewed: what has arrived is passed on first. */
	if (shard->in_flight) {
		aws_give_up(kinesis->aws, shard);
		shard->in_flight = false;
		shard->due = now;
		return true;
	}
	shard->polled =
	    shard->subscription == NULL && reading->subscriptions == KINESIS_SUBSCRIPTIONS;
	if (shard->polled)
		return true;
	reading->subscriptions += shard->subscription == NULL;
	if (shard->subscription == NULL)
		shard->subscription = kinesis_subscription_open(reading);
	kinesis_forget_events(reading, shard);
	write_request(shard, kinesis);
	/* Records that arrive from now on are wanted, also by the next subscription. */
	if (shard->from == FROM_LATEST)
		shard->time = aws_now(kinesis->aws);
	call.body = buffer_span(&shard->body);
	if (!aws_start(kinesis->aws, &call, failure))
		return false;
	shard->subscription->begun = now;
	shard->subscription->accepted = shard->subscription->delivered = false;
	shard->in_flight = true;
	return true;
}

void
kinesis_unsubscribe(struct kinesis_reading *reading, struct kinesis_shard *shard)
{
	if (shard->in_flight)
		aws_give_up(reading->kinesis->aws, shard);
	shard->in_flight = false;
	kinesis_forget_events(reading, shard);
	resume(reading);
	/* The caller may have records of the last event. */
	buffer_free(&reading->last_event);
	reading->last_event = shard->subscription->events.message;
	shard->subscription->events.message = (struct buffer){.data = NULL};
	kinesis_subscription_free(shard->subscription);
	shard->subscription = NULL;
	reading->subscriptions--;
}
