/* send_throttle: slows down when the service throttles, each shard by itself. */
#include "base/clock.h"
#include "stream/kinesis/sending.h"

enum {
	THROTTLED = 250, /* ms of the first pause of a shard that is throttled */
	FAILED = 50, /* … that fails for another reason */
	LONGEST = 5000,
	WARN_EVERY = 10 * 1000000, /* us */
	LIST_EVERY = 10 * 1000000, /* us between two ListShards, if records go elsewhere */
	LIST_AGAIN = 300 * 1000000 /* us between two, if records are still throttled */
};

static void
warn(struct kinesis *kinesis)
{
	struct kinesis_sending *sending = kinesis->sending;
	int64_t now = clock_steady();

	if (sending->waiting_throttled == 0 ||
	    (sending->warned != 0 && now - sending->warned < WARN_EVERY))
		return;
	caller_warn(&kinesis->settings.caller,
	    "Kinesis throttles the stream %s: %llu records wait and are sent again", kinesis->name,
	    (unsigned long long)sending->waiting_throttled);
	sending->waiting_throttled = 0;
	sending->warned = now;
}

/* Pauses a shard, longer each time that it takes nothing. */
static void
slow_down(struct kinesis_sending *sending, struct send_lane *lane, bool throttled, int64_t now)
{
	int64_t delay;

	if (lane->until != 0) /* another request failed at the same time */
		return;
	lane->failures = lane->done > 0 ? 1 : lane->failures + 1;
	delay = backoff_delay(
	    &sending->backoff, lane->failures - 1, throttled ? THROTTLED : FAILED, LONGEST);
	send_queue_pause(sending->queue, lane, now + delay * 1000);
	sending->troubled = true;
}

void
kinesis_slow_down(struct kinesis *kinesis, const struct kinesis_flight *flight)
{
	struct kinesis_sending *sending = kinesis->sending;
	bool throttled = false, failed = false;
	int64_t now = clock_steady();

	for (unsigned i = 0; i < flight->count; i++) {
		enum batch_outcome outcome = sending->put_results[flight->entries[i]].outcome;

		throttled = throttled || outcome == BATCH_THROTTLED;
		failed = failed || outcome != BATCH_DONE;
		sending->waiting_throttled += outcome == BATCH_THROTTLED;
		sending->throttled += outcome == BATCH_THROTTLED;
	}
	if (!failed && !sending->troubled && sending->map == NULL)
		return;
	for (unsigned i = 0; i < flight->count; i++) {
		struct sent *sent = send_queue_at(sending->queue, flight->records[i]);
		struct send_lane *lane = send_queue_lane_of(sending->queue, sent);

		const struct batch_result *result = &sending->put_results[flight->entries[i]];

		if (result->outcome != BATCH_DONE) {
			lane->failed++;
			continue;
		}
		lane->done++;
		if (kinesis_went_elsewhere(sending, sent, result->shard))
			kinesis_want_shards(sending, LIST_EVERY);
	}
	for (unsigned i = 0; i < flight->count; i++) {
		struct sent *sent = send_queue_at(sending->queue, flight->records[i]);
		struct send_lane *lane = send_queue_lane_of(sending->queue, sent);

		if (lane->failed > 0)
			slow_down(sending, lane, throttled, now);
		else if (lane->done > 0)
			lane->failures = 0;
		lane->failed = lane->done = 0;
	}
	if (throttled) {
		kinesis_want_shards(sending, LIST_AGAIN);
		warn(kinesis);
	}
}
