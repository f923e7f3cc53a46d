/* send_throttle: slows down when the service throttles, each shard by itself. */
#include "base/clock.h"
#include "text/json.h"
#include "stream/partition.h"
#include "stream/kinesis/sending.h"

enum {
	THROTTLED = 250, /* ms of the first pause of a shard that is throttled */
	FAILED = 50, /* … that fails for another reason */
	LONGEST = 5000,
	WARN_EVERY = 10 * 1000000, /* us */
	LIST_EVERY = 10 * 1000000, /* us between two, if records go to unexpected shards */
	LIST_AGAIN = 300 * 1000000, /* us between two, if records are still throttled */
	LIST_CEILING = 4 * 1024 * 1024
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

/* Did the record go to another shard than expected? Then the shards have changed. */
static bool
went_elsewhere(struct kinesis_sending *sending, struct sent *sent, struct span shard)
{
	return sending->map != NULL && shard.start != NULL &&
	       !span_is(shard, shard_map_name(sending->map, sent->lane));
}

static void
want_shards(struct kinesis_sending *sending, int64_t every, int64_t now)
{
	if (!sending->denied && !sending->listing &&
	    (sending->listed == 0 || now - sending->listed >= every))
		sending->wanted = true;
}

void
kinesis_slow_down(struct kinesis *kinesis, const struct kinesis_flight *flight)
{
	struct kinesis_sending *sending = kinesis->sending;
	bool throttled = false, failed = false;
	int64_t now = clock_steady();

	for (unsigned i = 0; i < flight->count; i++) {
		enum batch_outcome outcome = sending->put_results[i].outcome;

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

		if (sending->put_results[i].outcome != BATCH_DONE) {
			lane->failed++;
			continue;
		}
		lane->done++;
		if (went_elsewhere(sending, sent, sending->put_results[i].shard))
			want_shards(sending, LIST_EVERY, now);
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
		want_shards(sending, LIST_AGAIN, now);
		warn(kinesis);
	}
}

/* ListShards says which keys belong to which shard. It is not called before a record is throttled. */
static bool
start_list(struct kinesis *kinesis)
{
	struct kinesis_sending *sending = kinesis->sending;
	struct aws_call call = {.action = "ListShards", .ceiling = LIST_CEILING};
	struct failure ignored;

	call.body = buffer_span(&sending->list);
	sending->listing = aws_start(kinesis->aws, &call, &ignored);
	return sending->listing;
}

void
kinesis_list_shards(struct kinesis *kinesis)
{
	struct kinesis_sending *sending = kinesis->sending;

	if (!sending->wanted || sending->listing || aws_room(kinesis->aws) == 0)
		return;
	sending->wanted = false;
	sending->listed = clock_steady();
	sending->coming = shard_map_new();
	buffer_clear(&sending->list);
	buffer_add_text(&sending->list, "{");
	kinesis_add_name(kinesis, &sending->list);
	buffer_add_text(&sending->list, "}");
	start_list(kinesis);
}

static size_t
find_shard(void *context, const struct record *record)
{
	unsigned char place[MD5_BYTES];
	struct failure ignored;

	return partition_place(record, place, &ignored) ? shard_map_find(context, place) : 0;
}

/* All pages have arrived. */
static void
use_shards(struct kinesis_sending *sending)
{
	shard_map_sort(sending->coming);
	if (shard_map_count(sending->coming) < 2) {
		shard_map_free(sending->coming);
		sending->coming = NULL;
	}
	send_queue_divide(sending->queue,
	    sending->coming != NULL ? shard_map_count(sending->coming) : 1, find_shard,
	    sending->coming);
	shard_map_free(sending->map);
	sending->map = sending->coming;
	sending->coming = NULL;
}

void
kinesis_take_shards(struct kinesis *kinesis, const struct aws_reply *reply)
{
	struct kinesis_sending *sending = kinesis->sending;
	struct span next;

	sending->listing = false;
	if (reply->failure.kind == FAILURE_NONE &&
	    shard_map_add(sending->coming, reply->body, &next)) {
		if (next.start == NULL) {
			use_shards(sending);
			return;
		}
		/* The token stands for the stream as well. */
		buffer_clear(&sending->list);
		if (buffer_add_text(&sending->list, "{\"NextToken\":\"") &&
		    buffer_add(&sending->list, next.start, next.length) &&
		    buffer_add_text(&sending->list, "\"}") && start_list(kinesis))
			return;
	}
	sending->denied = reply->failure.kind == FAILURE_PERMANENT;
	if (reply->failure.kind != FAILURE_NONE)
		caller_detail(&kinesis->settings.caller, "%s", reply->failure.text);
	shard_map_free(sending->coming);
	sending->coming = NULL;
}
