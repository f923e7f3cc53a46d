/* read_shared: reads the shards that the caller names, as readers do that share a group. */
#include <stdlib.h>

#include "stream/kinesis/read.h"

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

bool
kinesis_read_shard(struct stream *stream, const char *name, const char *place, bool *known,
    struct failure *failure)
{
	struct kinesis_reading *reading = ((struct kinesis *)stream)->reading;
	struct kinesis_shard *shard = kinesis_find(reading, span_of(name));

	*known = shard != NULL;
	if (shard == NULL) {
		kinesis_want_list(reading, false);
		return true;
	}
	abandon(reading, shard);
	shard->stage = SHARD_STARTS;
	shard->taken = shard->from_checkpoint = true;
	shard->finished = shard->gone = shard->lost_some = false;
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
