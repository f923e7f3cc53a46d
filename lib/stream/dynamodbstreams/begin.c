/* begin: finds where to begin in each shard, and which shards may begin. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stream/dynamodbstreams/changes.h"

/* No record of it is to be read. */
static void
pass_over(struct changes_shard *shard)
{
	shard->stage = CHANGES_ENDED;
	shard->finished = true;
}

bool
changes_is_done(const struct changes_shard *shard)
{
	struct position end = {.sub = -1};

	if (shard->end == NULL || shard->from != FROM_POSITION || !shard->position.through)
		return false;
	end.sequence = span_of(shard->end);
	return position_compare(&shard->position, &end) >= 0;
}

bool
changes_set_place(struct changes_shard *shard, const char *place, struct failure *failure)
{
	struct span name;

	if (position_is_time(span_of(place), &name, &shard->time)) {
		shard->from = FROM_TIME;
		return true;
	}
	snprintf(shard->place, sizeof shard->place, "%s", place);
	if (!position_parse(span_of(shard->place), &shard->position))
		return fail(
		    failure, FAILURE_PERMANENT, "shard %s has no place %s", shard->name, place);
	/* "0": nothing is done yet. */
	shard->from = span_is(shard->position.sequence, "0") ? FROM_TRIM_HORIZON : FROM_POSITION;
	shard->announced = true;
	return true;
}

void
changes_latest(const struct changes_shard *shard, int64_t now, char place[POSITION_SIZE])
{
	if (shard->end != NULL)
		snprintf(place, POSITION_SIZE, "%s:%s+", shard->name, shard->end);
	else
		snprintf(place, POSITION_SIZE, "%s:@%lld", shard->name, (long long)now);
}

static bool
begin_at(struct changes_shard *shard, const struct position *position, struct failure *failure)
{
	char place[POSITION_SIZE];

	/* The parts of a position point into the text that it was parsed from. */
	snprintf(place, sizeof place, "%.*s:%.*s%s", (int)position->shard.length,
	    position->shard.start, (int)position->sequence.length, position->sequence.start,
	    position->through ? "+" : "");
	return changes_set_place(shard, place, failure);
}

/* Begins a shard for which the group has no checkpoint. */
static bool
begin_fresh(struct changes *changes, struct changes_shard *shard, const struct stream_start *start,
    struct failure *failure)
{
	shard->from = FROM_TRIM_HORIZON;
	if (changes->any) {
		/* The group read its parent, or that expired unread: then records were lost. */
		shard->lost_some = shard->parent != NULL && changes_parent(changes, shard) == NULL;
		return true;
	}
	shard->from = start->from;
	shard->time = start->time;
	if (start->from == FROM_POSITION)
		return begin_at(shard, &start->position, failure);
	if (start->from == FROM_LATEST && shard->end != NULL)
		pass_over(shard);
	return true;
}

static bool
is_wanted(const struct changes *changes, const struct changes_shard *shard)
{
	return changes->only == NULL || strcmp(changes->only, shard->name) == 0;
}

/* A group that begins at the tip has no mark to commit: its start is noted as a checkpoint. */
static bool
note_start(struct changes *changes, const struct stream_start *start, struct failure *failure)
{
	char(*places)[POSITION_SIZE] = memory_new(changes->count + 1, sizeof *places);
	size_t count = 0;
	bool noted = true;

	for (size_t i = 0; i < changes->count && noted; i++) {
		struct changes_shard *shard = changes->shards[i];

		if (!is_wanted(changes, shard))
			continue;
		changes_latest(shard, changes->start_time, places[count]);
		if (shard->end == NULL)
			noted = changes_set_place(shard, places[count], failure);
		count++;
	}
	noted = noted && start->note(start->context, places, count, failure);
	free(places);
	return noted;
}

static bool
find_checkpoints(struct changes *changes, const struct stream_start *start, struct failure *failure)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct changes_shard *shard = changes->shards[i];
		char place[POSITION_SIZE];

		if (!is_wanted(changes, shard))
			continue;
		if (!start->checkpoint(
		        start->context, shard->name, place, &shard->from_checkpoint, failure))
			return false;
		if (shard->from_checkpoint && !changes_set_place(shard, place, failure))
			return false;
	}
	return true;
}

/* If only one shard is to be read: does it exist? */
static bool
set_only(struct changes *changes, const struct stream_start *start, struct failure *failure)
{
	struct span only = stream_only(start);
	struct shown shown;

	if (only.start == NULL)
		return true;
	changes->only = memory_copy(only.start, only.length);
	if (changes_shard_named(changes, only) != NULL)
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "the stream has no shard %s: it has %zu, such as %s",
	    show(&shown, only.start, only.length), changes->count,
	    changes->count > 0 ? changes->shards[0]->name : "none");
}

static bool
begin_shards(struct changes *changes, const struct stream_start *start, struct failure *failure)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct changes_shard *shard = changes->shards[i];

		if (!is_wanted(changes, shard) || changes_is_done(shard))
			pass_over(shard);
		else if (!shard->from_checkpoint && !begin_fresh(changes, shard, start, failure))
			return false;
	}
	return true;
}

bool
changes_begin(struct stream *stream, const struct stream_start *start, struct failure *failure)
{
	struct changes *changes = (struct changes *)stream;
	bool latest = start->from == FROM_LATEST;

	changes->follow = start->follow;
	changes->any = start->begun;
	changes->shared = start->shared;
	if ((!changes->fresh && !changes_list(changes, failure)) ||
	    !set_only(changes, start, failure))
		return false;
	changes->fresh = false;
	changes->begun = true;
	changes->start_time = aws_now(changes->aws);
	if (changes->shared) {
		changes_want_list(changes, true);
		return true;
	}
	if (start->checkpoint != NULL && !find_checkpoints(changes, start, failure))
		return false;
	if (!begin_shards(changes, start, failure) ||
	    (latest && start->note != NULL && !changes->any &&
	        !note_start(changes, start, failure)))
		return false;
	if (changes->follow)
		changes_want_list(changes, true);
	changes_promote(changes);
	return true;
}

void
changes_promote(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct changes_shard *shard = changes->shards[i];
		const struct changes_shard *parent;

		if (shard->gone && !changes_is_listed(changes, shard)) {
			if (changes->listing < shard->absent_until)
				continue;
			shard->lost_some = true;
			pass_over(shard);
		}
		shard->gone = false;
		shard->absent_until = 0;
		if (shard->stage != CHANGES_WAITS)
			continue;
		if (changes->shared) {
			if (shard->taken)
				shard->stage = CHANGES_STARTS;
			continue;
		}
		parent = changes_parent(changes, shard);
		if (!is_wanted(changes, shard))
			pass_over(shard);
		else if (parent == NULL || parent->finished)
			shard->stage = CHANGES_STARTS;
	}
}
