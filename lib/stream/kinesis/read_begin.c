/* read_begin: finds where to begin in each shard, and which shards may begin. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stream/kinesis/read.h"

bool
kinesis_set_place(struct kinesis_shard *shard, const char *place, struct failure *failure)
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
	shard->skips = shard->from == FROM_POSITION;
	return true;
}

void
kinesis_add_place(struct buffer *body, const struct kinesis_shard *shard, const char *sequence)
{
	const struct position *position = &shard->position;
	bool past = position->through && position->sub < 0;

	switch (shard->from) {
	case FROM_TRIM_HORIZON:
		buffer_add_text(body, "\"TRIM_HORIZON\"");
		break;
	case FROM_LATEST:
		buffer_add_text(body, "\"LATEST\"");
		break;
	case FROM_TIME:
		buffer_add_format(body, "\"AT_TIMESTAMP\",\"Timestamp\":%lld.%03d",
		    (long long)shard->time / 1000, (int)(shard->time % 1000));
		break;
	case FROM_POSITION:
		/* A position inside an aggregate: all of it is read, and records done are left out.
		 */
		buffer_add_format(body, "\"%s_SEQUENCE_NUMBER\",\"%s\":\"%.*s\"",
		    past ? "AFTER" : "AT", sequence, (int)position->sequence.length,
		    position->sequence.start);
		break;
	}
}

/* No record of it is to be read. */
static void
pass_over(struct kinesis_shard *shard)
{
	shard->stage = SHARD_ENDED;
	shard->finished = true;
}

static bool
has_listed_parent(const struct kinesis_reading *reading, const struct kinesis_shard *shard)
{
	for (size_t i = 0; i < 2; i++) {
		struct kinesis_shard *parent =
		    shard->parents[i] != NULL ? kinesis_find(reading, span_of(shard->parents[i]))
		                              : NULL;

		if (parent != NULL && kinesis_is_listed(reading, parent))
			return true;
	}
	return false;
}

/* Begins a shard for which the group has no checkpoint. */
static bool
begin_fresh(struct kinesis_reading *reading, struct kinesis_shard *shard,
    const struct stream_start *start, struct failure *failure)
{
	shard->from = FROM_TRIM_HORIZON;
	if (reading->any) {
		/* The group read its parents, or they expired unread: then records were lost. */
		shard->lost_some = shard->parents[0] != NULL && !has_listed_parent(reading, shard);
		return true;
	}
	shard->from = start->from;
	shard->time = start->time;
	if (start->from == FROM_POSITION) {
		char place[POSITION_SIZE];
		struct span text = start->position.shard;

		/* The parts of a position point into the text that it was parsed from. */
		snprintf(place, sizeof place, "%.*s:%.*s", (int)text.length, text.start,
		    (int)start->position.sequence.length, start->position.sequence.start);
		if (start->position.sub >= 0)
			snprintf(place + strlen(place), sizeof place - strlen(place), ".%lld",
			    (long long)start->position.sub);
		if (start->position.through)
			strcat(place, "+");
		return kinesis_set_place(shard, place, failure);
	}
	if (start->from == FROM_LATEST && !shard->open)
		pass_over(shard);
	return true;
}

/* A group that begins by time has no mark to commit: its start is noted as a checkpoint. */
static bool
note_start(
    struct kinesis_reading *reading, const struct stream_start *start, struct failure *failure)
{
	int64_t time = start->from == FROM_LATEST ? reading->start_time
	               : start->time > 0          ? start->time
	                                          : 0;
	char(*places)[POSITION_SIZE] = memory_new(reading->count, sizeof *places);
	size_t count = 0;
	bool noted;

	for (size_t i = 0; i < reading->count; i++) {
		struct kinesis_shard *shard = reading->shards[i];

		if (reading->only != NULL && strcmp(reading->only, shard->name) != 0)
			continue;
		snprintf(places[count++], POSITION_SIZE, "%s:@%lld", shard->name, (long long)time);
		shard->from = FROM_TIME;
		shard->time = time;
	}
	noted = start->note(start->context, places, count, failure);
	free(places);
	return noted;
}

static bool
find_checkpoints(
    struct kinesis_reading *reading, const struct stream_start *start, struct failure *failure)
{
	for (size_t i = 0; i < reading->count; i++) {
		struct kinesis_shard *shard = reading->shards[i];
		char place[POSITION_SIZE];

		if (reading->only != NULL && strcmp(reading->only, shard->name) != 0)
			continue;
		if (!start->checkpoint(
		        start->context, shard->name, place, &shard->from_checkpoint, failure))
			return false;
		if (shard->from_checkpoint && !kinesis_set_place(shard, place, failure))
			return false;
	}
	return true;
}

/* If only one shard is to be read: does it exist? */
static bool
set_only(struct kinesis_reading *reading, const struct stream_start *start, struct failure *failure)
{
	struct span only = stream_only(start);
	struct shown shown;

	if (only.start == NULL)
		return true;
	reading->only = memory_copy(only.start, only.length);
	if (kinesis_find(reading, only) != NULL)
		return true;
	return fail(failure, FAILURE_PERMANENT,
	    "the stream has no shard %s: it has %zu, such as %s",
	    show(&shown, only.start, only.length), reading->count,
	    reading->count > 0 ? reading->shards[0]->name : "none");
}

bool
kinesis_begin(struct stream *stream, const struct stream_start *start, struct failure *failure)
{
	struct kinesis *kinesis = (struct kinesis *)stream;
	struct kinesis_reading *reading = kinesis->reading;
	bool by_time = start->from == FROM_LATEST || start->from == FROM_TIME;

	reading->follow = start->follow;
	reading->any = start->begun;
	reading->shared = start->shared;
	if (!kinesis_list(reading, failure) || !set_only(reading, start, failure))
		return false;
	reading->start_time = aws_now(kinesis->aws);
	if (reading->shared) {
		kinesis_want_list(reading, true);
		return true;
	}
	if (start->checkpoint != NULL && !find_checkpoints(reading, start, failure))
		return false;
	for (size_t i = 0; i < reading->count; i++) {
		struct kinesis_shard *shard = reading->shards[i];

		if (reading->only != NULL && strcmp(reading->only, shard->name) != 0)
			pass_over(shard);
		else if (!shard->from_checkpoint && !begin_fresh(reading, shard, start, failure))
			return false;
	}
	if (start->note != NULL && !reading->any && by_time && !note_start(reading, start, failure))
		return false;
	if (reading->follow)
		kinesis_want_list(reading, true);
	kinesis_promote(reading);
	return true;
}

/* Have all its parents that still exist been read? */
static bool
may_begin(const struct kinesis_reading *reading, const struct kinesis_shard *shard)
{
	for (size_t i = 0; i < 2; i++) {
		struct kinesis_shard *parent =
		    shard->parents[i] != NULL ? kinesis_find(reading, span_of(shard->parents[i]))
		                              : NULL;

		if (parent != NULL && !parent->finished && kinesis_is_listed(reading, parent))
			return false;
	}
	return true;
}

void
kinesis_promote(struct kinesis_reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		struct kinesis_shard *shard = reading->shards[i];

		if (shard->gone && !kinesis_is_listed(reading, shard)) {
			if (reading->listing < shard->absent_until)
				continue;
			shard->lost_some = true;
			pass_over(shard);
		}
		shard->gone = false;
		shard->absent_until = 0;
		if (shard->stage != SHARD_WAITS)
			continue;
		if (reading->only != NULL && strcmp(reading->only, shard->name) != 0)
			pass_over(shard);
		else if (reading->shared ? shard->taken : may_begin(reading, shard))
			shard->stage = SHARD_STARTS;
	}
}
