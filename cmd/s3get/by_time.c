/* by_time: a merge for each shard, and the lines that are held back. */
#include <inttypes.h>
#include <stdlib.h>

#include "archive/line_time.h"
#include "base/memory.h"
#include "s3get/by_position.h"
#include "s3get/by_time.h"
#include "s3get/held.h"

struct shard {
	struct shard_merge *merge;
	struct shard_line line; /* the next one */
	int64_t time; /* its time; if it has none, that of the line before */
	bool ended;
};

struct by_time {
	struct selection *selection;
	struct shard *shards;
	size_t count;
	struct held held;
	int64_t written; /* the latest time of a line that was written */
	uint64_t late; /* lines that were written after later ones */
	bool more;
};

/* Goes to the shard's next line that is wanted. */
static bool
advance(struct by_time *by_time, struct shard *shard, struct failure *failure)
{
	do {
		if (tool_stop)
			return fail_stopped(failure);
		switch (shard_merge_next(shard->merge, &shard->line, failure)) {
		case SHARD_MERGE_FAILED:
			return false;
		case SHARD_MERGE_END:
			shard->ended = true;
			return true;
		case SHARD_MERGE_LINE:
			break;
		}
		(void)line_time_find(shard->line.text, by_time->selection->member, &shard->time);
	} while (!selection_has(by_time->selection, &shard->line));
	return true;
}

/* The shard whose next line is the earliest; NULL: all have ended. */
static struct shard *
earliest(const struct by_time *by_time)
{
	struct shard *found = NULL;

	for (size_t i = 0; i < by_time->count; i++) {
		struct shard *shard = &by_time->shards[i];

		if (!shard->ended && (found == NULL || shard->time < found->time))
			found = shard;
	}
	return found;
}

static bool
write_held(struct by_time *by_time, struct failure *failure)
{
	struct held_line *line = held_take(&by_time->held);
	struct span text = {line->text, line->length};
	struct positioned parts;
	bool positioned = position_of_line(text, &parts) != POSITION_NONE;
	bool good = selection_write(
	    by_time->selection, text, positioned ? &parts : NULL, &by_time->more, failure);

	if (line->time < by_time->written)
		by_time->late++;
	else
		by_time->written = line->time;
	free(line);
	return good;
}

static bool
write_all(struct by_time *by_time, struct failure *failure)
{
	struct shard *shard;

	for (size_t i = 0; i < by_time->count; i++) {
		if (!advance(by_time, &by_time->shards[i], failure))
			return false;
	}
	while (by_time->more && (shard = earliest(by_time)) != NULL) {
		held_add(&by_time->held, shard->time, shard->line.text);
		if (!advance(by_time, shard, failure))
			return false;
		while (held_is_full(&by_time->held) && by_time->more) {
			if (!write_held(by_time, failure))
				return false;
		}
	}
	while (by_time->more && by_time->held.count > 0) {
		if (!write_held(by_time, failure))
			return false;
	}
	return true;
}

static void
open_shards(struct by_time *by_time, struct archive_source *source, const struct catalog *catalog)
{
	struct shard_merge_settings settings = selection_merge(by_time->selection, source);
	size_t count;

	for (size_t first = 0; first < catalog->count; first += count) {
		struct shard *shard;

		by_time->shards =
		    memory_resize(by_time->shards, by_time->count + 1, sizeof *by_time->shards);
		shard = &by_time->shards[by_time->count++];
		count = by_position_shard(catalog, first);
		*shard = (struct shard){
		    .merge = shard_merge_open(&settings, &catalog->entries[first], count)};
	}
}

bool
by_time_write(struct selection *selection, struct archive_source *source,
    const struct catalog *catalog, struct failure *failure)
{
	struct by_time by_time = {.selection = selection, .written = INT64_MIN, .more = true};
	bool good;

	open_shards(&by_time, source, catalog);
	good = write_all(&by_time, failure);
	if (good && by_time.late > 0)
		tool_message(selection->tool,
		    "%" PRIu64 " lines are not in order of time: they were stored more than %d MiB "
		    "of lines after their place",
		    by_time.late, HELD_MOST / 1024 / 1024);
	for (size_t i = 0; i < by_time.count; i++) {
		selection->repeated += shard_merge_repeated(by_time.shards[i].merge);
		shard_merge_close(by_time.shards[i].merge);
	}
	free(by_time.shards);
	held_free(&by_time.held);
	return good;
}
