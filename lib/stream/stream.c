/* stream: passes each call on to the stream's kind. */
#include "base/clock.h"
#include "stream/kind.h"

void
stream_close(struct stream *stream)
{
	if (stream != NULL)
		stream->kind->close(stream);
}

const char *
stream_id(const struct stream *stream)
{
	return stream->kind->id(stream);
}

int64_t
stream_now(const struct stream *stream)
{
	return stream->kind->now != NULL ? stream->kind->now(stream) : clock_now();
}

bool
stream_has_times(const struct stream *stream)
{
	return !stream->kind->untimed;
}

const char *
stream_directory(const struct stream *stream)
{
	return stream->kind->directory(stream);
}

bool
stream_put(
    struct stream *stream, const struct record *records, size_t count, struct failure *failure)
{
	return count == 0 || stream->kind->put(stream, records, count, failure);
}

bool
stream_sends(const struct stream *stream)
{
	return stream->kind->send != NULL;
}

uint64_t
stream_retries(const struct stream *stream)
{
	return stream->kind->retries != NULL ? stream->kind->retries(stream) : 0;
}

uint64_t
stream_throttled(const struct stream *stream)
{
	return stream->kind->throttled != NULL ? stream->kind->throttled(stream) : 0;
}

uint64_t
stream_entries(const struct stream *stream)
{
	return stream->kind->entries != NULL ? stream->kind->entries(stream) : 0;
}

size_t
stream_shards(struct stream *stream, const char *const **shards, struct failure *failure)
{
	return stream->kind->shards(stream, shards, failure);
}

size_t
stream_open_shards(struct stream *stream, struct failure *failure)
{
	const char *const *shards;

	if (stream->kind->open_shards != NULL)
		return stream->kind->open_shards(stream, failure);
	return stream->kind->shards(stream, &shards, failure);
}

bool
stream_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure)
{
	return stream->kind->state(stream, shard, state, failure);
}

bool
stream_begin(struct stream *stream, const struct stream_start *start, struct failure *failure)
{
	return stream->kind->begin(stream, start, failure);
}

bool
stream_is_shareable(const struct stream *stream)
{
	return stream->kind->read_shard != NULL;
}

bool
stream_read_shard(
    struct stream *stream, const char *shard, const char *place, struct failure *failure)
{
	return stream->kind->read_shard(stream, shard, place, failure);
}

void
stream_leave_shard(struct stream *stream, const char *shard)
{
	stream->kind->leave_shard(stream, shard);
}

enum stream_news
stream_next(struct stream *stream, struct chunk *chunk, struct failure *failure)
{
	return stream->kind->next(stream, chunk, failure);
}

bool
stream_wait(struct stream *stream, int watch, int timeout, struct failure *failure)
{
	return stream->kind->wait(stream, watch, timeout, failure);
}

bool
stream_still_there(struct stream *stream, struct failure *failure)
{
	return stream->kind->still_there(stream, failure);
}

bool
stream_lag(struct stream *stream, struct lag *lag, struct failure *failure)
{
	return stream->kind->lag(stream, lag, failure);
}

bool
stream_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure)
{
	return stream->kind->place(stream, shard, from, time, position, place, failure);
}

bool
stream_resolve(
    struct stream *stream, const char *shard, char place[POSITION_SIZE], struct failure *failure)
{
	return stream->kind->resolve == NULL ||
	       stream->kind->resolve(stream, shard, place, failure);
}

bool
stream_has(struct stream *stream, const struct position *position, struct failure *failure)
{
	return stream->kind->has(stream, position, failure);
}

bool
stream_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure)
{
	return stream->kind->behind(stream, shard, place, lag, failure);
}
