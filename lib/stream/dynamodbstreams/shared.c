/* shared: reads the shards that the caller names, as readers do that share a group. */
#include <stdlib.h>

#include "stream/dynamodbstreams/changes.h"

/* What is in flight for the shard is not wanted. */
static void
abandon(struct changes *changes, struct changes_shard *shard)
{
	free(shard->iterator);
	shard->iterator = NULL;
	if (shard->in_flight)
		aws_give_up(changes->aws, shard);
	shard->in_flight = false;
	if (changes->current == shard)
		changes->current = NULL;
}

/* Another reader may have seen it listed, or it has expired: listings from now on decide. */
static struct changes_shard *
expect(struct changes *changes, const char *name)
{
	struct changes_shard *shard = changes_add_shard(changes, span_of(name));

	shard->gone = true;
	shard->absent_until = changes->listing + CHANGES_ABSENT + changes_is_listing(changes);
	changes_want_list(changes, false);
	return shard;
}

bool
changes_read_shard(
    struct stream *stream, const char *name, const char *place, struct failure *failure)
{
	struct changes *changes = (struct changes *)stream;
	struct changes_shard *shard = changes_shard_named(changes, span_of(name));

	if (shard == NULL) {
		shard = expect(changes, name);
	} else {
		abandon(changes, shard);
		shard->gone = false;
	}
	shard->stage = shard->gone ? CHANGES_WAITS : CHANGES_STARTS;
	shard->taken = shard->from_checkpoint = true;
	shard->finished = shard->lost_some = false;
	shard->failures = shard->setbacks = shard->empty = 0;
	shard->created = 0;
	if (!changes_set_place(shard, place, failure))
		return false;
	/* A mark of the trim horizon would be no sequence number. */
	shard->announced = true;
	if (!shard->gone && changes_is_done(shard))
		changes_finish(changes, shard);
	return true;
}

void
changes_leave_shard(struct stream *stream, const char *name)
{
	struct changes *changes = (struct changes *)stream;
	struct changes_shard *shard = changes_shard_named(changes, span_of(name));

	if (shard == NULL)
		return;
	abandon(changes, shard);
	shard->stage = CHANGES_WAITS;
	shard->taken = shard->finished = shard->gone = shard->lost_some = false;
}

/*
 * May its end be reported? Its children are in a listing after it ended, but it may take longer
 * until they are listed. None follow if the stream was switched off, or if the shard has expired.
 */
static bool
has_followers(const struct changes *changes, const struct changes_shard *shard)
{
	return changes->listing > shard->ended_at &&
	       (changes_has_child(changes, shard) || changes->off ||
	           !changes_is_listed(changes, shard));
}

bool
changes_awaits_followers(const struct changes *changes, const struct changes_shard *shard)
{
	return shard->taken && shard->finished &&
	       (changes->follow || changes->listing <= shard->ended_at);
}

bool
changes_tell_end(struct changes *changes, struct chunk *chunk)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct changes_shard *shard = changes->shards[i];

		if (!shard->taken || !shard->finished || !has_followers(changes, shard))
			continue;
		shard->taken = false;
		*chunk =
		    (struct chunk){.shard = shard->name, .number = shard->number, .ended = true};
		return true;
	}
	return false;
}
