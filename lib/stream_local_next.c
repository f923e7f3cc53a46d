#include <stdio.h>
#include <stdlib.h>

#include "stream_local.h"

static const char *
name_of(const struct local *local, const struct local_cursor *cursor)
{
	return local->names[cursor->shard];
}

/* A cursor for each shard to be read. */
static bool
make_cursors(struct local *local, const struct stream_start *start, struct failure *failure)
{
	struct span only = stream_only(start);
	struct shown shown;

	local->cursors = memory_new(local->count, sizeof *local->cursors);
	for (size_t i = 0; i < local->count; i++) {
		if (only.start == NULL || span_equal(span_of(local->names[i]), only))
			local->cursors[local->cursor_count++] = (struct local_cursor){.shard = i};
	}
	if (local->cursor_count == 0)
		return fail(failure, FAILURE_PERSON, "the stream has no shard %s, only 0 to %zu",
		    show(&shown, only.start, only.length), local->count - 1);
	return true;
}

/* A place that this kind of stream gave. */
static bool
seek_place(struct local *local, const char *shard, const char *place, uint64_t *sequence,
    struct failure *failure)
{
	struct position position;

	if (!position_parse(span_of(place), &position))
		return fail(failure, FAILURE_PERSON, "shard %s has no position %s", shard, place);
	return local_seek(&local->stream, shard, FROM_POSITION, 0, &position, sequence, failure);
}

static bool
seek_cursor(struct local *local, struct local_cursor *cursor, const struct stream_start *start,
    struct failure *failure)
{
	const char *shard = name_of(local, cursor);
	char place[POSITION_SIZE];
	bool found = false;

	if (!local_tip(&local->stream, shard, &cursor->until, failure))
		return false;
	if (start->checkpoint != NULL &&
	    !start->checkpoint(start->context, shard, place, &found, failure))
		return false;
	if (found)
		return seek_place(local, shard, place, &cursor->next, failure);
	return local_seek(&local->stream, shard, start->from, start->time, &start->position,
	    &cursor->next, failure);
}

bool
local_begin(struct stream *stream, const struct stream_start *start, struct failure *failure)
{
	struct local *local = (struct local *)stream;

	local->follow = start->follow;
	if (!make_cursors(local, start, failure))
		return false;
	for (size_t i = 0; i < local->cursor_count; i++) {
		if (!seek_cursor(local, &local->cursors[i], start, failure))
			return false;
	}
	return true;
}

/* Everything between next and the tip has been trimmed: it is told and passed over. */
static bool
pass_lost(struct local *local, struct local_cursor *cursor, struct chunk *chunk, bool *news,
    struct failure *failure)
{
	const char *shard = name_of(local, cursor);
	uint64_t tip = cursor->until;

	if (local->follow && !local_tip(&local->stream, shard, &tip, failure))
		return false;
	/* What came between the two looks is not lost. */
	if (tip <= cursor->next)
		return true;
	if (!local_read(&local->stream, shard, cursor->next, tip, chunk, failure))
		return false;
	if (chunk->count == 0)
		*chunk = (struct chunk){.first = tip, .lost = tip - cursor->next};
	*news = true;
	return true;
}

/* A little of one shard. *news: there is some. */
static bool
read_cursor(struct local *local, struct local_cursor *cursor, struct chunk *chunk, bool *news,
    struct failure *failure)
{
	uint64_t until = local->follow ? UINT64_MAX : cursor->until;

	*news = !cursor->told;
	*chunk = (struct chunk){.first = cursor->next};
	if (!cursor->told) {
		cursor->told = true;
	} else if (cursor->next < until) {
		if (!local_read(&local->stream, name_of(local, cursor), cursor->next, until, chunk,
		        failure))
			return false;
		*news = chunk->count > 0;
		if (!*news && !pass_lost(local, cursor, chunk, news, failure))
			return false;
	}
	if (*news) {
		chunk->shard = name_of(local, cursor);
		chunk->number = (size_t)(cursor - local->cursors);
		cursor->next = chunk->first + chunk->count;
	}
	return true;
}

enum stream_news
local_next(struct stream *stream, struct chunk *chunk, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	bool news;

	while (local->fruitless < local->cursor_count) {
		struct local_cursor *cursor = &local->cursors[local->turn];

		if (!read_cursor(local, cursor, chunk, &news, failure))
			return STREAM_FAILED;
		local->turn = (local->turn + 1) % local->cursor_count;
		local->fruitless++;
		if (news) {
			local->fruitless = 0;
			return STREAM_CHUNK;
		}
	}
	local->fruitless = 0;
	return local->follow ? STREAM_IDLE : STREAM_END;
}

bool
local_lag(struct stream *stream, struct lag *lag, struct failure *failure)
{
	struct local *local = (struct local *)stream;

	*lag = (struct lag){.counted = true};
	for (size_t i = 0; i < local->cursor_count; i++) {
		const struct local_cursor *cursor = &local->cursors[i];
		uint64_t tip = cursor->until;

		if (local->follow && !local_tip(stream, name_of(local, cursor), &tip, failure))
			return false;
		lag->records += tip > cursor->next ? tip - cursor->next : 0;
	}
	return true;
}

bool
local_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure)
{
	uint64_t sequence;

	if (!local_seek(stream, shard, from, time, position, &sequence, failure))
		return false;
	snprintf(place, POSITION_SIZE, "%s:%llu", shard, (unsigned long long)sequence);
	return true;
}

bool
local_has(struct stream *stream, const struct position *position, struct failure *failure)
{
	char shard[POSITION_SHARD + 1];
	uint64_t sequence;

	snprintf(shard, sizeof shard, "%.*s", (int)position->shard.length, position->shard.start);
	return local_seek(stream, shard, FROM_POSITION, 0, position, &sequence, failure);
}

bool
local_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure)
{
	struct local *local = (struct local *)stream;
	struct shard_state state;
	uint64_t next;

	if (!local_state(stream, shard, &state, failure))
		return false;
	next = state.first;
	if (place != NULL && !seek_place(local, shard, place, &next, failure))
		return false;
	*lag = (struct lag){.counted = true};
	lag->lost = next < state.first ? state.first - next : 0;
	lag->records = state.next - (next > state.first ? next : state.first);
	return true;
}
