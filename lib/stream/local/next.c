/* next: reads all shards in turn, generation by generation. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "stream/local/local.h"

static const char *
name_of(const struct local *local, const struct local_cursor *cursor)
{
	return local->shards[cursor->shard].name;
}

/*
 * Finds a place that this kind of stream returned. *gone_back: the stream has not
 * reached it, which means that it was replaced by an earlier copy of itself.
 */
static bool
seek_place(struct local *local, const char *shard, const char *place, uint64_t *sequence,
    bool *gone_back, struct failure *failure)
{
	struct position position;
	uint64_t tip;

	if (!position_parse(span_of(place), &position))
		return fail(
		    failure, FAILURE_PERMANENT, "shard %s has no position %s", shard, place);
	if (!local_tip(&local->stream, shard, &tip, failure))
		return false;
	*sequence = local_sequence(&position);
	*gone_back = *sequence > tip && position.sub < 0;
	if (*gone_back)
		return true;
	return local_seek(&local->stream, shard, FROM_POSITION, 0, &position, sequence, failure);
}

void
local_add_cursor(struct local *local, struct local_cursor cursor)
{
	size_t count = local->cursor_count++;

	/* Grows by powers of two. */
	if ((count & (count - 1)) == 0)
		local->cursors =
		    memory_resize(local->cursors, count > 0 ? 2 * count : 1, sizeof cursor);
	local->cursors[count] = cursor;
}

/* What is known of the group while cursors are made, shard by shard. */
struct group_past {
	bool has_begun; /* it has a checkpoint */
	uint32_t generation; /* the first in which it has one */
};

/* The group's place in a shard, if it has one. */
static bool
ask_group(struct local *local, size_t shard, const struct stream_start *start,
    struct group_past *past, char place[POSITION_SIZE], bool *found, struct failure *failure)
{
	*found = false;
	if (start->checkpoint == NULL)
		return true;
	if (!start->checkpoint(start->context, local->shards[shard].name, place, found, failure))
		return false;
	if (*found && !past->has_begun)
		*past = (struct group_past){true, local->shards[shard].generation};
	return true;
}

/* It must not read on there: a writer of an earlier version might not continue behind the place. */
static bool
fail_gone_back(
    const struct local *local, const char *shard, const char *place, struct failure *failure)
{
	return fail(failure, FAILURE_TEMPORARY,
	    "the group has committed %s, which shard %s of %s has not reached: the stream was "
	    "replaced by an earlier copy of itself. The next kput continues after that position; "
	    "kack --to latest moves the group back instead",
	    place, shard, local->database.path);
}

bool
local_seek_place(struct local *local, const char *shard, const char *place, uint64_t *sequence,
    struct failure *failure)
{
	bool gone_back;

	return seek_place(local, shard, place, sequence, &gone_back, failure) &&
	       (!gone_back || fail_gone_back(local, shard, place, failure));
}

/* Where reading begins in a shard. *found: the group has read it, or a shard before it. */
static bool
seek_cursor(struct local *local, struct local_cursor *cursor, const struct stream_start *start,
    struct group_past *past, bool *found, struct failure *failure)
{
	const char *shard = name_of(local, cursor);
	char place[POSITION_SIZE];

	if (!local_tip(&local->stream, shard, &cursor->until, failure) ||
	    !ask_group(local, cursor->shard, start, past, place, found, failure))
		return false;
	if (*found)
		return local_seek_place(local, shard, place, &cursor->next, failure);
	/* The group began before this shard existed: all of it is to be read. */
	*found = past->has_begun && past->generation < local->shards[cursor->shard].generation;
	cursor->next = 1;
	return *found || local_seek(&local->stream, shard, start->from, start->time,
	                     &start->position, &cursor->next, failure);
}

/* A shard without records is read only to report records that the group has missed. */
static bool
is_read(const struct local *local, const struct local_cursor *cursor, bool found)
{
	return !local->shards[cursor->shard].gone || local->only ||
	       (found && cursor->next < cursor->until);
}

/* Did the group begin in a generation before that of the shard? */
static bool
find_beginning(struct local *local, size_t shard, const struct stream_start *start,
    struct group_past *past, struct failure *failure)
{
	char place[POSITION_SIZE];
	bool found;

	for (size_t i = 0; start->begun && i < shard && !past->has_begun &&
	                   local->shards[i].generation < local->shards[shard].generation;
	     i++) {
		if (!ask_group(local, i, start, past, place, &found, failure))
			return false;
	}
	return true;
}

/* Cursors for the shards first to last. */
static bool
make_cursors(struct local *local, const struct stream_start *start, size_t first, size_t last,
    struct failure *failure)
{
	struct group_past past = {.has_begun = false};
	bool found;

	if (!find_beginning(local, first, start, &past, failure))
		return false;
	for (size_t i = first; i <= last; i++) {
		struct local_cursor cursor = {.shard = i};

		if (local->shards[i].gone && !start->begun && !local->only)
			continue;
		if (!seek_cursor(local, &cursor, start, &past, &found, failure))
			return false;
		if (is_read(local, &cursor, found))
			local_add_cursor(local, cursor);
	}
	return true;
}

/* The cursors of the next generation, if there are any. */
static bool
next_generation(struct local *local)
{
	uint32_t generation;

	if (local->end == local->cursor_count)
		return false;
	local->begin = local->turn = local->end;
	generation = local->shards[local->cursors[local->begin].shard].generation;
	while (local->end < local->cursor_count &&
	       local->shards[local->cursors[local->end].shard].generation == generation)
		local->end++;
	return true;
}

bool
local_begin(struct stream *stream, const struct stream_start *start, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	struct span only = stream_only(start);
	size_t first = 0, last;

	local->follow = start->follow;
	local->shared = start->shared;
	if (local->shared)
		return local_load(local, failure);
	local->only = only.start != NULL;
	if (!local_load(local, failure) ||
	    (local->only && !local_find(local, only, &first, failure)))
		return false;
	last = local->only ? first : local->count - 1;
	local->seen = local->count;
	if (!make_cursors(local, start, first, last, failure))
		return false;
	next_generation(local);
	return true;
}

/* If retention removed everything between next and the tip: reports it as lost, and skips it. */
static bool
pass_lost(struct local *local, struct local_cursor *cursor, struct chunk *chunk, bool *news,
    struct failure *failure)
{
	const char *shard = name_of(local, cursor);
	uint64_t tip = cursor->until;

	if (local->follow && !local_tip(&local->stream, shard, &tip, failure))
		return false;
	/* Records that arrived in between are not lost. */
	if (tip <= cursor->next)
		return true;
	if (!local_read(&local->stream, shard, cursor->next, tip, chunk, failure))
		return false;
	if (chunk->count == 0)
		*chunk = (struct chunk){.first = tip, .lost = tip - cursor->next};
	*news = true;
	return true;
}

/* Some records of one shard. *news: there are some. */
bool
local_read_cursor(struct local *local, struct local_cursor *cursor, struct chunk *chunk, bool *news,
    struct failure *failure)
{
	uint64_t until = local->follow ? UINT64_MAX : cursor->until;

	*news = !cursor->announced;
	*chunk = (struct chunk){.first = cursor->next};
	if (!cursor->announced) {
		cursor->announced = true;
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

/* Adds shards that were opened while the others were read. False: there are none. */
static bool
add_new(struct local *local)
{
	size_t seen = local->seen;

	if (!local->follow || seen == local->count)
		return false;
	local->seen = local->count;
	for (size_t i = seen; i < local->count && !local->only; i++) {
		if (!local->shards[i].gone || local->shards[i].end > 1)
			local_add_cursor(local, (struct local_cursor){.shard = i, .next = 1});
	}
	return true;
}

static bool
has_ended(const struct local *local)
{
	return !local->follow || (local->only && local->shards[local->cursors[0].shard].closed);
}

enum stream_news
local_next(struct stream *stream, struct chunk *chunk, struct failure *failure)
{
	struct local *local = (struct local *)stream;
	bool news;

	do {
		while (local->fruitless < local->end - local->begin) {
			struct local_cursor *cursor = &local->cursors[local->turn];

			if (!local_read_cursor(local, cursor, chunk, &news, failure))
				return STREAM_FAILED;
			if (++local->turn == local->end)
				local->turn = local->begin;
			local->fruitless++;
			if (news) {
				local->fruitless = 0;
				return STREAM_CHUNK;
			}
		}
		local->fruitless = 0;
		/* A shard may have been found closed after it was last read. */
	} while (add_new(local) || next_generation(local));
	return has_ended(local) ? STREAM_END : STREAM_IDLE;
}

bool
local_lag(struct stream *stream, struct lag *lag, struct failure *failure)
{
	struct local *local = (struct local *)stream;

	*lag = (struct lag){.counted = true};
	for (size_t i = 0; i < local->cursor_count; i++) {
		const struct local_cursor *cursor = &local->cursors[i];
		uint64_t tip = cursor->until;

		if (cursor->left)
			continue;
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

/* Adds how long the record at sequence, or the first after it with a plausible date, has been
 * waiting. */
static bool
add_waiting(struct local *local, const char *shard, uint64_t sequence,
    const struct shard_state *state, struct lag *lag, struct failure *failure)
{
	sqlite3_stmt *statement = local_statement(local, LOCAL_ARRIVED, failure);
	int64_t now = clock_now();
	uint64_t base;
	int code;

	if (statement == NULL || !local_shard(local, shard, &base, failure))
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)base);
	sqlite3_bind_int64(statement, 2, (int64_t)(base + sequence));
	sqlite3_bind_int64(statement, 3, (int64_t)(base + state->next));
	sqlite3_bind_int64(statement, 4, local_earliest(now));
	sqlite3_bind_int64(statement, 5, now);
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		lag->milliseconds = now - sqlite3_column_int64(statement, 0);
	else if (code != SQLITE_ROW && code != SQLITE_DONE)
		database_failed(&local->database, failure, "read");
	sqlite3_reset(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool
local_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure)
{
	struct local *local = (struct local *)stream;
	struct shard_state state;
	bool gone_back = false;
	uint64_t next;

	if (!local_state(stream, shard, &state, failure))
		return false;
	next = state.first;
	if (place != NULL && !seek_place(local, shard, place, &next, &gone_back, failure))
		return false;
	*lag = (struct lag){.counted = true, .gone_back = gone_back};
	if (gone_back)
		return true;
	lag->lost = next < state.first ? state.first - next : 0;
	lag->records = state.next - (next > state.first ? next : state.first);
	return lag->records == 0 || add_waiting(local, shard, next, &state, lag, failure);
}
