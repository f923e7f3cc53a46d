/* local: opens and closes an embedded stream. */
#include <stdlib.h>
#include <unistd.h>

#include "stream/local/local.h"
#include "text/digest.h"

static void
local_close(struct stream *stream)
{
	struct local *local = (struct local *)stream;

	for (size_t i = 0; i < sizeof local->statements / sizeof *local->statements; i++)
		sqlite3_finalize(local->statements[i]);
	database_close(&local->database);
	if (local->watch >= 0)
		close(local->watch);
	for (size_t i = 0; i < local->count; i++)
		free(local->shards[i].name);
	for (size_t i = 0; i < local->part_count; i++) {
		buffer_free(&local->parts[i].lines);
		buffer_free(&local->parts[i].lengths);
		buffer_free(&local->parts[i].keys);
	}
	buffer_free(&local->text);
	buffer_free(&local->lengths);
	buffer_free(&local->keys);
	buffer_free(&local->rows);
	free(local->records);
	free(local->cursors);
	free(local->shards);
	free(local->listed);
	free(local->parts);
	free(local->name);
	free(local);
}

static const char *
local_id(const struct stream *stream)
{
	return ((const struct local *)stream)->id;
}

static const char *
local_directory(const struct stream *stream)
{
	return ((const struct local *)stream)->database.directory;
}

static bool
local_still_there(struct stream *stream, struct failure *failure)
{
	struct local *local = (struct local *)stream;

	return database_still_there(&local->database, failure) && local_is_same(local, failure);
}

static enum stream_news
next(struct stream *stream, struct chunk *chunk, struct failure *failure)
{
	struct local *local = (struct local *)stream;

	return local->shared ? local_next_shared(local, chunk, failure)
	                     : local_next(stream, chunk, failure);
}

static const struct stream_kind kind = {
    .close = local_close,
    .id = local_id,
    .directory = local_directory,
    .accepts = local_accepts,
    .put = local_put,
    .shards = local_shards,
    .open_shards = local_open_shards,
    .state = local_state,
    .begin = local_begin,
    .read_shard = local_read_shard,
    .leave_shard = local_leave_shard,
    .next = next,
    .wait = local_wait,
    .still_there = local_still_there,
    .lag = local_lag,
    .place = local_place,
    .has = local_has,
    .behind = local_behind,
};

/*
 * Batches are read and written sequentially: a larger cache would not help. What retention removes
 * is not overwritten, which would cost as much as writing it.
 */
static const char *const settings_of_a_stream = "PRAGMA cache_size=-256; PRAGMA secure_delete=OFF";

struct stream *
stream_local_open(const char *path, enum stream_use use, const struct stream_settings *settings,
    bool *missing, struct failure *failure)
{
	struct local *local = memory_new(1, sizeof *local);
	struct local_new new = {.shards = settings->shards, .retention = settings->retention};
	struct failure ignored;

	local->stream.kind = &kind;
	local->name = memory_copy_text(path);
	local->watch = -1;
	local->want_keys = settings->want_keys;
	local->database.lock = -1;
	local->database.caller = settings->caller;
	if (use == STREAM_WRITE)
		clock_boot_name(local->boot);
	buffer_init(&local->text, LOCAL_CEILING);
	buffer_init(&local->lengths, LOCAL_CEILING);
	buffer_init(&local->keys, LOCAL_CEILING);
	buffer_init(&local->rows, LOCAL_CEILING);
	if (!database_open(&local->database, path, &stream_local_format,
	        use == STREAM_WRITE ? DATABASE_CREATE : DATABASE_READ, stream_local_prepare, &new,
	        missing, failure) ||
	    !database_run(&local->database, settings_of_a_stream, failure) ||
	    !local_load(local, failure)) {
		local_close(&local->stream);
		return NULL;
	}
	/* Keys are mapped to shards by MD5. What is wrong is reported with the first record. */
	if (local->want_keys || (use == STREAM_WRITE && local->open_count > 1))
		(void)digest_load(&ignored);
	return &local->stream;
}
