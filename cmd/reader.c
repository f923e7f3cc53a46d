/* reader: reads the shards of a stream in turn, writes their records and marks. */
#include <stdio.h>
#include <stdlib.h>

#include "../lib/memory.h"
#include "reader.h"

enum { MARK_EVERY = 10000 };

/* A cursor for each shard to be read. */
static bool
make_cursors(
    struct reader *reader, const char *shard, const struct from *from, struct failure *failure)
{
	const char *const *shards;
	size_t count = stream_shards(reader->stream, &shards);
	struct span only = {NULL, 0};

	if (from->from == FROM_POSITION)
		only = from->position.shard;
	if (shard != NULL && only.start != NULL && !span_equal(only, span_of(shard)))
		return fail(failure, FAILURE_PERSON,
		    "--shard %s and a position in shard %.*s: only one "
		    "of them can be read",
		    shard, (int)only.length, only.start);
	if (shard != NULL)
		only = span_of(shard);
	reader->cursors = memory_new(count, sizeof *reader->cursors);
	for (size_t i = 0; i < count; i++) {
		if (only.start == NULL || span_equal(span_of(shards[i]), only))
			reader->cursors[reader->count++] = (struct cursor){.shard = shards[i]};
	}
	if (reader->count == 0)
		return fail(failure, FAILURE_PERSON, "the stream has no shard %.*s, only 0 to %zu",
		    (int)only.length, only.start, count - 1);
	return true;
}

/* Where the group stands in one shard; *found false where kack has committed nothing. */
static bool
seek_checkpoint(struct reader *reader, struct cursor *cursor, bool *found, struct failure *failure)
{
	struct checkpoint checkpoint;

	if (!groups_get(reader->groups, reader->group, cursor->shard, &checkpoint, found, failure))
		return false;
	if (!*found)
		return true;
	return stream_seek(reader->stream, cursor->shard, FROM_POSITION, 0, &checkpoint.position,
	    &cursor->next, failure);
}

static bool
seek_cursor(struct reader *reader, struct cursor *cursor, const struct from *from,
    const char *asked, struct failure *failure)
{
	bool found = false;

	if (!stream_tip(reader->stream, cursor->shard, &cursor->until, failure))
		return false;
	if (reader->groups != NULL && !seek_checkpoint(reader, cursor, &found, failure))
		return false;
	if (found && asked != NULL)
		return fail(failure, FAILURE_PERSON,
		    "group %s has a checkpoint, so --from does not apply: `kack -g %s --to %s` "
		    "moves the "
		    "group",
		    reader->group, reader->group, asked);
	if (!found && !stream_seek(reader->stream, cursor->shard, from->from, from->time,
	                  &from->position, &cursor->next, failure))
		return false;
	cursor->marked = cursor->next;
	return true;
}

bool
reader_seek(struct reader *reader, const char *shard, const struct from *from, const char *asked,
    struct failure *failure)
{
	if (!make_cursors(reader, shard, from, failure))
		return false;
	for (size_t i = 0; i < reader->count; i++) {
		if (!seek_cursor(reader, &reader->cursors[i], from, asked, failure))
			return false;
	}
	return true;
}

static bool
write_mark(struct reader *reader, struct cursor *cursor, struct failure *failure)
{
	char text[POSITION_SIZE + 16];
	int length;

	if (reader->groups == NULL || (cursor->has_mark && cursor->marked == cursor->next))
		return true;
	length = snprintf(text, sizeof text, "{\"_pos\":\"%s:%llu+\"}\n", cursor->shard,
	    (unsigned long long)(cursor->next - 1));
	cursor->has_mark = true;
	cursor->marked = cursor->next;
	reader->tool->stats.marks++;
	return output_add(reader->tool->output, text, (size_t)length, failure);
}

static void
tell_lost(struct reader *reader, const struct cursor *cursor, uint64_t lost)
{
	if (lost == 0)
		return;
	reader->tool->stats.lost += lost;
	tool_note_status(reader->tool, 1);
	tool_say(reader->tool,
	    "%s%s lost %llu record%s of shard %s, from %llu on: they were older than the stream "
	    "keeps",
	    reader->groups != NULL ? "group " : "this reader",
	    reader->groups != NULL ? reader->group : "", (unsigned long long)lost,
	    lost == 1 ? "" : "s", cursor->shard, (unsigned long long)cursor->next);
}

bool
reader_is_done(const struct reader *reader)
{
	return reader->limit > 0 && reader->given == reader->limit;
}

/* Writes out a chunk, up to the limit. */
static bool
give(struct reader *reader, struct cursor *cursor, const struct chunk *chunk,
    struct failure *failure)
{
	struct stats *stats = &reader->tool->stats;

	for (size_t i = 0; i < chunk->count; i++) {
		if (reader_is_done(reader))
			break;
		if (!record_line_write(reader->tool->output, reader->form, cursor->shard,
		        chunk->first + i, &chunk->records[i], failure))
			return false;
		reader->given++;
		stats->lines++;
		stats->done++;
		stats->bytes += chunk->records[i].data.length;
		cursor->next = chunk->first + i + 1;
		if (cursor->next - cursor->marked >= MARK_EVERY &&
		    !write_mark(reader, cursor, failure))
			return false;
	}
	return true;
}

/* Everything between next and the tip has been trimmed: it is told and passed over. */
static bool
pass_lost(struct reader *reader, struct cursor *cursor, bool *passed, struct failure *failure)
{
	uint64_t tip = cursor->until;
	struct chunk chunk;

	*passed = false;
	if (reader->follow && !stream_tip(reader->stream, cursor->shard, &tip, failure))
		return false;
	/* What came between the two looks is not lost. */
	if (tip <= cursor->next)
		return true;
	if (!stream_read(reader->stream, cursor->shard, cursor->next, tip, &chunk, failure))
		return false;
	if (chunk.count == 0) {
		tell_lost(reader, cursor, tip - cursor->next);
		cursor->next = tip;
	}
	*passed = true;
	return true;
}

/* Reads a little of one shard. *more: there may be more right away. */
static bool
read_shard(struct reader *reader, struct cursor *cursor, bool *more, struct failure *failure)
{
	uint64_t until = reader->follow ? UINT64_MAX : cursor->until;
	struct chunk chunk;
	bool passed;

	if (cursor->next >= until)
		return true;
	if (!stream_read(reader->stream, cursor->shard, cursor->next, until, &chunk, failure))
		return false;
	if (chunk.count == 0) {
		if (!pass_lost(reader, cursor, &passed, failure))
			return false;
		*more = *more || passed;
		return true;
	}
	tell_lost(reader, cursor, chunk.lost);
	reader->tool->stats.batches++;
	*more = true;
	return give(reader, cursor, &chunk, failure);
}

bool
reader_round(struct reader *reader, bool *more, struct failure *failure)
{
	*more = false;
	for (size_t i = 0; i < reader->count && !reader_is_done(reader); i++) {
		/* What was read leaves whole, and with its marks. */
		if (tool_stop)
			return reader_rest(reader, failure) &&
			       fail(failure, FAILURE_STOPPED, "stopped by a signal");
		if (!read_shard(reader, &reader->cursors[i], more, failure))
			return false;
	}
	return true;
}

bool
reader_rest(struct reader *reader, struct failure *failure)
{
	for (size_t i = 0; i < reader->count; i++) {
		if (!write_mark(reader, &reader->cursors[i], failure))
			return false;
	}
	return output_flush(reader->tool->output, failure);
}

bool
reader_lag(struct reader *reader, uint64_t *records, struct failure *failure)
{
	*records = 0;
	for (size_t i = 0; i < reader->count; i++) {
		const struct cursor *cursor = &reader->cursors[i];
		uint64_t tip = cursor->until;

		if (reader->follow && !stream_tip(reader->stream, cursor->shard, &tip, failure))
			return false;
		*records += tip > cursor->next ? tip - cursor->next : 0;
	}
	return true;
}

void
reader_free(struct reader *reader)
{
	free(reader->cursors);
}
