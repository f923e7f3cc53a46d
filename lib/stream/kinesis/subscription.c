/* subscription: the memory of a subscription. */
#include <stdlib.h>

#include "base/memory.h"
#include "stream/kinesis/subscription.h"

struct kinesis_subscription *
kinesis_subscription_open(struct kinesis_reading *reading)
{
	struct kinesis_subscription *subscription = memory_new(1, sizeof *subscription);

	subscription->reading = reading;
	event_stream_init(&subscription->events);
	return subscription;
}

void
kinesis_subscription_free(struct kinesis_subscription *subscription)
{
	if (subscription == NULL)
		return;
	event_stream_free(&subscription->events);
	free(subscription->continuation);
	free(subscription);
}

void
kinesis_subscription_continue(struct kinesis_subscription *subscription, struct span continuation)
{
	free(subscription->continuation);
	subscription->continuation = memory_copy(continuation.start, continuation.length);
}
