/*
 * subscription: of a shard, to the consumer of enhanced fan-out; private to this folder. The
 * service sends its records as events for up to five minutes; then another subscription continues.
 * Source: Kinesis API reference, SubscribeToShard.
 */
#ifndef STREAM_KINESIS_SUBSCRIPTION_H
#define STREAM_KINESIS_SUBSCRIPTION_H

#include <stdint.h>

#include "aws/client/event_stream.h"

struct kinesis_reading;

struct kinesis_subscription {
	struct kinesis_reading *reading;
	struct event_stream events;
	char *continuation; /* the sequence number after which the next begins; NULL: the shard's
	                       own place */
	int64_t begun; /* clock_steady: when it was called last */
	int64_t granted; /* clock_steady: when the last one with an event was called; 0: never */
	bool accepted; /* this one has had a reply that is not an error */
	bool delivered; /* this one has had an event */
	bool paused; /* it has no room for more events */
	unsigned damaged; /* events in a row without one with records between */
};

struct kinesis_subscription *kinesis_subscription_open(struct kinesis_reading *reading);
/* May be NULL. */
void kinesis_subscription_free(struct kinesis_subscription *subscription);
/* The events up to this sequence number have been passed on. */
void kinesis_subscription_continue(
    struct kinesis_subscription *subscription, struct span continuation);

#endif
