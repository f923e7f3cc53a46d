/* read_shared: reads the shards that the caller names, as readers do that share a group. */
#include <stdlib.h>

#include "stream/kinesis/read.h"

enum { ABSENT = 3 /* listings in a row without a shard, before it is gone */ };

/* What is in flight for the shard is not wanted. */
static void
abandon(struct kinesis_reading *reading, struct kinesis_shard *shard)
{
	free(shard->iterator);
	shard->iterator = NULL;
	if (shard->subscription != NULL)
		kinesis_unsubscribe(reading, shard);
	if (shard->in_flight)
		aws_give_up(reading->kinesis->aws, shard);
	shard->in_flight = shard->polled = false;
	reading->expected -= shard->expected;
	shard->expected = 0;
	if (reading->current == shard)
		reading->current = NULL;
}

/* Another reader may have seen it listed, or it has expired: listings from now on decide. */
static struct kinesis_shard *
expect(struct kinesis_reading *reading, const char *name)
{
	struct kinesis_shard *shard = kinesis_add_shard(reading, span_of(name));

	shard->gone = true;
	shard->absent_until = reading->listing + ABSENT + kinesis_is_listing(reading);
	kinesis_want_list(reading, false);
	return shard;
}

bool
kinesis_read_shard(
    struct stream *stream, const char *name, const char *place, struct failure *failure)
{
	struct kinesis_reading *reading = ((struct kinesis *)stream)->reading;
	struct kinesis_shard *shard = kinesis_find(reading, span_of(name));

	if (shard == NULL) {
		shard = expect(reading, name);
	} else {
		abandon(reading, shard);
		shard->gone = false;
	}
	shard->stage = shard->gone ? SHARD_WAITS : SHARD_STARTS;
	shard->taken = shard->from_checkpoint = true;
	shard->finished = shard->lost_some = false;
	shard->skips = shard->first_seen = shard->at_tip = false;
	shard->failures = shard->setbacks = 0;
	if (!kinesis_set_place(shard, place, failure))
		return false;
	/* A mark of the trim horizon would be no sequence number. */
	shard->announced = true;
	return true;
}

void
kinesis_leave_shard(struct stream *stream, const char *name)
{
	struct kinesis_reading *reading = ((struct kinesis *)stream)->reading;
	struct kinesis_shard *shard = kinesis_find(reading, span_of(name));

	if (shard == NULL)
		return;
	abandon(reading, shard);
	shard->stage = SHARD_WAITS;
	shard->taken = shard->finished = shard->gone = shard->lost_some = false;
}

bool
kinesis_tell_end(struct kinesis_reading *reading, struct chunk *chunk)
{
	for (size_t i = 0; i < reading->count; i++) {
		struct kinesis_shard *shard = reading->shards[i];

		if (!shard->taken || !shard->finished || reading->listing <= shard->ended_at)
			continue;
		shard->taken = false;
		*chunk =
		    (struct chunk){.shard = shard->name, .number = shard->number, .ended = true};
		return true;
	}
	return false;
}
