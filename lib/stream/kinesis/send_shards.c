/* send_shards: lists the shards, which say where a record goes. */
#include "base/clock.h"
#include "stream/kinesis/sending.h"
#include "stream/partition.h"

enum {
	STALE_EVERY = 1000000, /* us between two ListShards, if aggregates go elsewhere */
	FAILED_EVERY = 10 * 1000000, /* us after one that failed */
	STRAYS = 3, /* maps after which no more aggregates are made */
	LIST_CEILING = 4 * 1024 * 1024,
	FULL_SHARE = 500 /* records of a full request with aggregates, for each shard */
};

void
kinesis_want_shards(struct kinesis_sending *sending, int64_t every)
{
	if (!sending->denied && !sending->listing &&
	    (sending->listed == 0 || clock_steady() - sending->listed >= every))
		sending->wanted = true;
}

bool
kinesis_went_elsewhere(
    const struct kinesis_sending *sending, const struct sent *sent, struct span shard)
{
	return sending->map != NULL && shard.start != NULL &&
	       !span_is(shard, shard_map_name(sending->map, sent->lane));
}

/* No more aggregates are made. */
static void
give_up_aggregates(struct kinesis *kinesis, const char *why)
{
	kinesis->sending->denied = kinesis->sending->stale = true;
	caller_warn(
	    &kinesis->settings.caller, "%s; records are sent without aggregating them", why);
}

bool
kinesis_went_astray(struct kinesis *kinesis, const struct kinesis_flight *flight, unsigned entry)
{
	struct kinesis_sending *sending = kinesis->sending;
	struct span shard = sending->put_results[entry].shard;

	if (flight->shards[entry] == SENDING_ANY_SHARD || shard.start == NULL)
		return false;
	if (flight->shards[entry] == sending_shard_mark(shard)) {
		sending->strays = 0;
		return false;
	}
	/* A request of before the last ListShards says nothing about the map that it gave. */
	if (sending->stale || flight->map_number != sending->map_number)
		return true;
	sending->stale = true;
	kinesis_want_shards(sending, sending->list_every);
	if (++sending->strays >= STRAYS)
		give_up_aggregates(kinesis,
		    "Kinesis stores records in other shards than those that ListShards reports");
	return true;
}

bool
kinesis_waits_for_shards(const struct kinesis_sending *sending)
{
	return sending->groups != NULL && sending->stale && (sending->wanted || sending->listing);
}

/*
 * ListShards says which keys belong to which shard. Without aggregates it is not called before a
 * record is throttled.
 */
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

	if (sending->groups != NULL && sending->stale)
		kinesis_want_shards(sending, sending->list_every);
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

/* Divides the records again. Full requests have records for aggregates of each shard. */
static void
divide(struct kinesis_sending *sending, size_t lanes)
{
	size_t full = lanes * FULL_SHARE;

	send_queue_divide(sending->queue, lanes, find_shard, sending->map);
	if (sending->groups == NULL)
		return;
	send_groups_divide(sending->groups, lanes);
	sending->full = full < SENDING_AGGREGATED ? (unsigned)full : SENDING_AGGREGATED;
}

/* All pages have arrived. */
static void
use_shards(struct kinesis_sending *sending)
{
	size_t count = shard_map_count(sending->coming), least = sending->groups != NULL ? 1 : 2;

	shard_map_sort(sending->coming);
	shard_map_free(sending->map);
	sending->map = sending->coming;
	sending->coming = NULL;
	if (count < least) {
		shard_map_free(sending->map);
		sending->map = NULL;
	}
	sending->map_number++;
	sending->stale = sending->map == NULL;
	sending->list_every = STALE_EVERY;
	divide(sending, count > 1 ? count : 1);
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
	sending->list_every = FAILED_EVERY;
	sending->denied = reply->failure.kind == FAILURE_PERMANENT;
	if (sending->denied && sending->groups != NULL)
		give_up_aggregates(kinesis, reply->failure.text);
	else if (reply->failure.kind != FAILURE_NONE)
		caller_detail(&kinesis->settings.caller, "%s", reply->failure.text);
	shard_map_free(sending->coming);
	sending->coming = NULL;
}
