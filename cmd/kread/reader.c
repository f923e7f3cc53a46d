/* reader: reads a stream, writes its records and marks. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "kread/reader.h"

enum { MARK_EVERY = 10000 };

/* Where the group stands in one shard; *found false where nothing is committed. */
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
	/* Begun, and nothing committed yet: begun again in the same place. */
	if (reader->asked != NULL && !(checkpoint.is_time && by_time))
		return fail(failure, FAILURE_PERMANENT,
		    "group %s has a checkpoint, so --from does not apply: `kack -g %s --to %s` "
		    "moves the group",
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
	    .time = from->time,
	    .position = from->position,
	    .follow = reader->follow,
	    .context = reader};
	struct span of_position = from->position.shard;

	if (shard != NULL && from->from == FROM_POSITION && !span_is(of_position, shard))
		return fail(failure, FAILURE_PERMANENT,
		    "--shard %s and a position in shard %.*s: only one of them can be read", shard,
		    (int)of_position.length, of_position.start);
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
	char text[POSITION_SIZE + 32], sub[24] = "";
	int length;

	if (reader->groups == NULL || !progress->news)
		return true;
	if (progress->sub >= 0)
		snprintf(sub, sizeof sub, ".%lld", (long long)progress->sub);
	if (progress->sequence[0] != '\0')
		length = snprintf(text, sizeof text, "{\"_pos\":\"%s:%s%s+\"}\n", progress->shard,
		    progress->sequence, sub);
	else
		length = snprintf(text, sizeof text, "{\"_pos\":\"%s:%llu+\"}\n", progress->shard,
		    (unsigned long long)(progress->next - 1));
	progress->news = false;
	progress->unmarked = 0;
	reader->tool->stats.marks++;
	return output_add(reader->tool->output, text, (size_t)length, failure);
}

static void
tell_lost(struct reader *reader, const struct chunk *chunk)
{
	const char *who = reader->groups != NULL ? "group " : "this reader";
	const char *group = reader->groups != NULL ? reader->group : "";

	if (chunk->lost == 0 && !chunk->lost_some)
		return;
	tool_note_status(reader->tool, 1);
	if (chunk->lost_some) {
		tool_message(reader->tool,
		    "%s%s may have lost records before those of shard %s: they were older than the "
		    "stream keeps",
		    who, group, chunk->shard);
		return;
	}
	reader->tool->stats.lost += chunk->lost;
	tool_message(reader->tool,
	    "%s%s lost %llu record%s of shard %s, from %llu on: they were older than the stream "
	    "keeps",
	    who, group, (unsigned long long)chunk->lost, chunk->lost == 1 ? "" : "s", chunk->shard,
	    (unsigned long long)(chunk->first - chunk->lost));
}

bool
reader_is_done(const struct reader *reader)
{
	return reader->limit > 0 && reader->given == reader->limit;
}

/* The shard has been written out up to record i of the chunk; what a mark would say. */
static void
note_progress(struct progress *progress, const struct chunk *chunk, size_t i)
{
	const struct chunk_place *place;

	if (chunk->places == NULL) {
		progress->next = chunk->first + i + 1;
		return;
	}
	place = &chunk->places[i];
	memcpy(progress->sequence, place->sequence.start, place->sequence.length);
	progress->sequence[place->sequence.length] = '\0';
	progress->sub = place->last ? -1 : place->sub;
}

/* Writes out a chunk, up to the limit. */
static bool
give(struct reader *reader, struct progress *progress, const struct chunk *chunk,
    struct failure *failure)
{
	struct stats *stats = &reader->tool->stats;
	struct record_name name = {.shard = chunk->shard};
	size_t i;

	for (i = 0; i < chunk->count && !reader_is_done(reader); i++) {
		name.number = chunk->first + i;
		name.place = chunk->places != NULL ? &chunk->places[i] : NULL;
		if (!record_line_write(
		        reader->tool->output, reader->form, &name, &chunk->records[i], failure))
			return false;
		reader->given++;
		stats->lines++;
		stats->done++;
		stats->bytes += chunk->records[i].data.length;
		progress->news = true;
		if (++progress->unmarked < MARK_EVERY)
			continue;
		note_progress(progress, chunk, i);
		if (!write_mark(reader, progress, failure))
			return false;
	}
	if (i > 0)
		note_progress(progress, chunk, i - 1);
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
 * A shard that begins after others were read may go on with keys of theirs: all of
 * theirs is marked before, so that who commits some of it has committed them.
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

	/* What was read leaves whole, and with its marks. */
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
	tell_lost(reader, &chunk);
	if (chunk.count == 0) {
		progress->news =
		    progress->news || (chunk.first > 0 && chunk.first != progress->next);
		/* A loss may be told later, and says nothing about where it began. */
		if (chunk.first > 0)
			progress->next = chunk.first;
		return STREAM_CHUNK;
	}
	reader->tool->stats.batches++;
	return give(reader, progress, &chunk, failure) ? STREAM_CHUNK : STREAM_FAILED;
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
reader_figures(struct reader *reader)
{
	struct stats *stats = &reader->tool->stats;
	struct failure ignored;
	struct lag lag;

	/* Of a service, which has told it already; of a file it would be read anew each time. */
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
}
