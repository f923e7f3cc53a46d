/* reader: reads a stream, and writes its records and marks. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "kread/losses.h"
#include "kread/reader.h"

enum { MARK_EVERY = 10000 };

/* The group's checkpoint in a shard; *found: there is one. */
static bool
find_checkpoint(void *context, const char *shard, char place[POSITION_SIZE], bool *found,
    struct failure *failure)
{
	struct reader *reader = context;
	struct checkpoint checkpoint;
	bool by_time = reader->from == FROM_TIME || reader->from == FROM_LATEST;

	if (!checkpoints_get(reader->groups, reader->group, shard, &checkpoint, found, failure))
		return false;
	if (!*found)
		return true;
	/* The group has started at a time and committed nothing: it may start again at a time. */
	if (reader->asked != NULL && !(checkpoint.is_time && by_time))
		return fail(failure, FAILURE_PERMANENT,
		    "group %s has a checkpoint, which excludes --from: move the group with kack -g "
		    "%s --to %s",
		    reader->group, reader->group, reader->asked);
	snprintf(place, POSITION_SIZE, "%s", checkpoint.text);
	return true;
}

static bool
note_start(void *context, char (*places)[POSITION_SIZE], size_t count, struct failure *failure)
{
	struct reader *reader = context;

	return checkpoints_place(reader->groups, reader->group, stream_id(reader->stream), places,
	    count, CHECKPOINTS_BEGIN, failure);
}

bool
reader_begin(
    struct reader *reader, const char *shard, const struct start *from, struct failure *failure)
{
	struct stream_start start = {.shard = shard,
	    .from = from->from,
	    .time = start_time(from, reader->stream),
	    .position = from->position,
	    .follow = reader->follow,
	    .context = reader};
	struct span of_position = from->position.shard;

	if (shard != NULL && from->from == FROM_POSITION && !span_is(of_position, shard))
		return fail(failure, FAILURE_PERMANENT,
		    "--shard %s excludes a position in shard %.*s", shard, (int)of_position.length,
		    of_position.start);
	if (from->from == FROM_TIME && !stream_has_times(reader->stream))
		return fail(failure, FAILURE_PERMANENT,
		    "--from %s: the service cannot begin at a time: use trim-horizon, latest or a "
		    "position",
		    from->text);
	reader->from = from->from;
	if (reader->groups != NULL) {
		start.checkpoint = find_checkpoint;
		start.note = note_start;
		if (!checkpoints_have(reader->groups, reader->group, &start.begun, failure))
			return false;
	}
	return stream_begin(reader->stream, &start, failure);
}

static bool
write_mark(struct reader *reader, struct progress *progress, struct failure *failure)
{
	return reader->groups == NULL || marks_write(reader->tool, progress, failure);
}

bool
reader_is_done(const struct reader *reader)
{
	return reader->limit > 0 && reader->given == reader->limit;
}

/* What is written of a record: its data, or what they hold. */
static struct span
data_of(struct reader *reader, const struct record_name *name, const struct chunk_record *record)
{
	struct span data = record->data;
	struct failure failure;
	char text[POSITION_SIZE];

	if (reader->unpacker != NULL && !unpacker_take(reader->unpacker, &data, &failure)) {
		record_name_text(name, text);
		tool_message(reader->tool, "record %s is written as it is, compressed: %s", text,
		    failure.text);
	}
	return data;
}

/* Writes the records of a chunk, up to the limit. */
static bool
write_chunk(struct reader *reader, struct progress *progress, const struct chunk *chunk,
    struct failure *failure)
{
	struct stats *stats = &reader->tool->stats;
	struct record_name name = {.shard = chunk->shard};
	size_t i;

	for (i = 0; i < chunk->count && !reader_is_done(reader); i++) {
		name.number = chunk->first + i;
		name.place = chunk->places != NULL ? &chunk->places[i] : NULL;
		if (!record_line_write(reader->tool->output, reader->form, &name,
		        &chunk->records[i], data_of(reader, &name, &chunk->records[i]), failure))
			return false;
		reader->given++;
		stats->lines++;
		stats->done++;
		stats->bytes += chunk->records[i].data.length;
		progress->changed = true;
		if (++progress->unmarked < MARK_EVERY)
			continue;
		marks_note(progress, chunk, i);
		if (!write_mark(reader, progress, failure))
			return false;
	}
	if (i > 0)
		marks_note(progress, chunk, i - 1);
	return true;
}

static struct progress *
progress_of(struct reader *reader, const struct chunk *chunk)
{
	if (chunk->number >= reader->count) {
		size_t count = 2 * chunk->number + 8;

		reader->shards = memory_resize(reader->shards, count, sizeof *reader->shards);
		for (; reader->count < count; reader->count++)
			reader->shards[reader->count] = (struct progress){.sub = -1};
	}
	reader->shards[chunk->number].shard = chunk->shard;
	return &reader->shards[chunk->number];
}

/*
 * A shard that begins after others were read may continue their keys. Marks of the others come
 * first, so that whoever commits a part of the new shard has committed all of the others.
 */
static bool
mark_others(struct reader *reader, const struct chunk *chunk, struct failure *failure)
{
	bool begins = chunk->number >= reader->count || reader->shards[chunk->number].shard == NULL;

	for (size_t i = 0; begins && reader->given > 0 && i < reader->count; i++) {
		if (reader->shards[i].shard != NULL &&
		    !write_mark(reader, &reader->shards[i], failure))
			return false;
	}
	return true;
}

enum stream_news
reader_step(struct reader *reader, struct failure *failure)
{
	struct progress *progress;
	struct chunk chunk;
	enum stream_news news;

	/* The records read so far are written out whole, with their marks. */
	if (tool_stop) {
		if (reader_rest(reader, failure))
			fail_stopped(failure);
		return STREAM_FAILED;
	}
	news = stream_next(reader->stream, &chunk, failure);
	if (news != STREAM_CHUNK)
		return news;
	if (!mark_others(reader, &chunk, failure))
		return STREAM_FAILED;
	progress = progress_of(reader, &chunk);
	if (reader->admit != NULL) {
		bool admitted;

		if (!reader->admit(reader->admits, &chunk, progress, &admitted, failure))
			return STREAM_FAILED;
		if (!admitted)
			return STREAM_CHUNK;
	}
	losses_report(reader->tool, reader->groups != NULL ? reader->group : NULL, &chunk);
	if (chunk.count == 0) {
		progress->changed =
		    progress->changed || (chunk.first > 0 && chunk.first != progress->next);
		/* A loss may be reported later, without the place where it began. */
		if (chunk.first > 0)
			progress->next = chunk.first;
		return STREAM_CHUNK;
	}
	reader->tool->stats.batches++;
	return write_chunk(reader, progress, &chunk, failure) ? STREAM_CHUNK : STREAM_FAILED;
}

bool
reader_rest(struct reader *reader, struct failure *failure)
{
	for (size_t i = 0; i < reader->count; i++) {
		if (reader->shards[i].shard != NULL &&
		    !write_mark(reader, &reader->shards[i], failure))
			return false;
	}
	return output_flush(reader->tool->output, failure);
}

void
reader_statistics(struct reader *reader)
{
	struct stats *stats = &reader->tool->stats;
	struct failure ignored;
	struct lag lag;

	/* Only for a service, whose numbers are known; a file would have to be read. */
	if (reader->stream == NULL || stream_directory(reader->stream) != NULL)
		return;
	stats->retries = stream_retries(reader->stream);
	stats->throttled = stream_throttled(reader->stream);
	if (stream_lag(reader->stream, &lag, &ignored) && !lag.counted)
		stats->lag = lag.milliseconds;
}

void
reader_free(struct reader *reader)
{
	free(reader->shards);
	unpacker_close(reader->unpacker);
}
