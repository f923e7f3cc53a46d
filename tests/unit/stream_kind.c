/*
 * stream_kind: the smallest kind of stream, as an example for a new one (lib/README.md, Add a kind
 * of stream): an array of lines in memory, one shard that can only be read.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "stream/kind.h"
#include "tap.h"

struct array {
	struct stream stream; /* first */
	struct chunk_record *records; /* sequence number 1 is records[0] */
	size_t count;
	size_t next; /* of the record that is read next */
	bool follow;
	bool announced; /* the caller knows where reading begins */
};

static const int64_t arrived = INT64_C(1736211600000);

static void
array_close(struct stream *stream)
{
	struct array *array = (struct array *)stream;

	free(array->records);
	free(array);
}

static const char *
array_id(const struct stream *stream)
{
	(void)stream;
	return "array";
}

static const char *
array_directory(const struct stream *stream)
{
	(void)stream;
	return NULL;
}

static size_t
array_shards(struct stream *stream, const char *const **shards, struct failure *failure)
{
	static const char *const names[] = {"0"};

	(void)stream;
	(void)failure;
	*shards = names;
	return 1;
}

static bool
array_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure)
{
	const struct array *array = (struct array *)stream;

	(void)shard;
	(void)failure;
	*state = (struct shard_state){.open = true,
	    .counted = true,
	    .records = array->count,
	    .oldest = arrived,
	    .newest = arrived,
	    .first = 1,
	    .next = array->count + 1,
	    .in_records = array->count};
	return true;
}

/* The index at which reading begins. */
static bool
seek(const struct array *array, enum stream_from from, int64_t time,
    const struct position *position, size_t *index, struct failure *failure)
{
	uint64_t sequence;

	*index = from == FROM_LATEST || (from == FROM_TIME && time > arrived) ? array->count : 0;
	if (from != FROM_POSITION)
		return true;
	sequence = strtoull(position->sequence.start, NULL, 10);
	if (!span_is(position->shard, "0") || position->sub >= 0 || sequence < 1 ||
	    sequence > array->count + !position->through)
		return fail(failure, FAILURE_PERMANENT, "the stream has no position %.*s:%.*s",
		    (int)position->shard.length, position->shard.start,
		    (int)position->sequence.length, position->sequence.start);
	*index = sequence - 1 + position->through;
	return true;
}

static bool
seek_place(const struct array *array, const char *place, size_t *index, struct failure *failure)
{
	struct position position;
	struct span shard;
	int64_t time;

	if (position_is_time(span_of(place), &shard, &time))
		return seek(array, FROM_TIME, time, NULL, index, failure);
	if (!position_parse(span_of(place), &position))
		return fail(failure, FAILURE_PERMANENT, "%s is not a position", place);
	return seek(array, FROM_POSITION, 0, &position, index, failure);
}

static bool
array_begin(struct stream *stream, const struct stream_start *start, struct failure *failure)
{
	struct array *array = (struct array *)stream;
	char place[POSITION_SIZE];
	bool found = false;

	array->follow = start->follow;
	if (start->checkpoint != NULL &&
	    !start->checkpoint(start->context, "0", place, &found, failure))
		return false;
	if (found)
		return seek_place(array, place, &array->next, failure);
	return seek(array, start->from, start->time, &start->position, &array->next, failure);
}

static enum stream_news
array_next(struct stream *stream, struct chunk *chunk, struct failure *failure)
{
	struct array *array = (struct array *)stream;

	(void)failure;
	*chunk = (struct chunk){.shard = "0", .first = array->next + 1};
	if (!array->announced) {
		array->announced = true;
		return STREAM_CHUNK;
	}
	if (array->next == array->count)
		return array->follow ? STREAM_IDLE : STREAM_END;
	chunk->records = array->records + array->next;
	chunk->count = array->count - array->next;
	array->next = array->count;
	return STREAM_CHUNK;
}

static bool
array_wait(struct stream *stream, int watch, int timeout, struct failure *failure)
{
	struct pollfd reader = {.fd = watch};

	(void)stream;
	if (poll(&reader, 1, timeout) > 0 && reader.revents & (POLLERR | POLLHUP))
		return fail_reader_gone(failure);
	return true;
}

static bool
array_still_there(struct stream *stream, struct failure *failure)
{
	(void)stream;
	(void)failure;
	return true;
}

static bool
array_lag(struct stream *stream, struct lag *lag, struct failure *failure)
{
	const struct array *array = (struct array *)stream;

	(void)failure;
	*lag = (struct lag){.counted = true, .records = array->count - array->next};
	return true;
}

static bool
array_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure)
{
	size_t index;

	if (!seek((struct array *)stream, from, time, position, &index, failure))
		return false;
	snprintf(place, POSITION_SIZE, "%s:%zu", shard, index + 1);
	return true;
}

static bool
array_has(struct stream *stream, const struct position *position, struct failure *failure)
{
	size_t index;

	return seek((struct array *)stream, FROM_POSITION, 0, position, &index, failure);
}

static bool
array_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure)
{
	const struct array *array = (struct array *)stream;
	size_t index = 0;

	(void)shard;
	if (place != NULL && !seek_place(array, place, &index, failure))
		return false;
	*lag = (struct lag){.counted = true, .records = array->count - index};
	return true;
}

static const struct stream_kind kind = {.close = array_close,
    .id = array_id,
    .directory = array_directory,
    .shards = array_shards,
    .state = array_state,
    .begin = array_begin,
    .next = array_next,
    .wait = array_wait,
    .still_there = array_still_there,
    .lag = array_lag,
    .place = array_place,
    .has = array_has,
    .behind = array_behind};

static struct stream *
array_open(const char *const lines[], size_t count)
{
	struct array *array = memory_new(1, sizeof *array);

	array->stream.kind = &kind;
	array->records = memory_new(count, sizeof *array->records);
	array->count = count;
	for (size_t i = 0; i < count; i++)
		array->records[i] =
		    (struct chunk_record){.data = span_of(lines[i]), .arrived = arrived};
	return &array->stream;
}

static const char *const lines[] = {"one", "two", "three"};
static struct failure failure;

static bool
committed(void *context, const char *shard, char place[POSITION_SIZE], bool *found,
    struct failure *ignored)
{
	(void)shard;
	(void)ignored;
	*found = true;
	snprintf(place, POSITION_SIZE, "%s", (const char *)context);
	return true;
}

/* Reading from there on yields these lines, after a chunk that says where it begins. */
static void
reads(struct stream_start start, size_t first, const char *name)
{
	struct stream *stream = array_open(lines, 3);
	struct chunk chunk;
	size_t read = 0;

	ok(stream_begin(stream, &start, &failure) &&
	        stream_next(stream, &chunk, &failure) == STREAM_CHUNK && chunk.count == 0 &&
	        chunk.first == first + 1,
	    "%s: where it begins", name);
	while (stream_next(stream, &chunk, &failure) == STREAM_CHUNK) {
		for (size_t i = 0; i < chunk.count; i++, read++)
			is_span(chunk.records[i].data, span_of(lines[first + read]), name);
	}
	is_number((int64_t)read, (int64_t)(3 - first), "all of them");
	stream_close(stream);
}

static struct stream_start
at(const char *position)
{
	struct stream_start start = {.from = FROM_POSITION};

	position_parse(span_of(position), &start.position);
	return start;
}

int
main(void)
{
	struct stream *stream = array_open(lines, 3);
	struct stream_start bad = at("0:4");
	char place[POSITION_SIZE];
	struct shard_state state;
	struct lag lag;

	reads((struct stream_start){.from = FROM_TRIM_HORIZON}, 0, "from the oldest");
	reads((struct stream_start){.from = FROM_LATEST}, 3, "from the newest");
	reads((struct stream_start){.from = FROM_TIME, .time = arrived}, 0, "from a time");
	reads(
	    (struct stream_start){.from = FROM_TIME, .time = arrived + 1}, 3, "from a later time");
	reads(at("0:2"), 1, "from a position");
	reads((struct stream_start){.checkpoint = committed, .context = "0:2+"}, 2, "as a group");
	reads((struct stream_start){.checkpoint = committed, .context = "0:@0"}, 0, "by its time");

	is_number((int64_t)stream_open_shards(stream, &failure), 1, "one shard takes records");
	ok(stream_state(stream, "0", &state, &failure) && state.next == 4, "the next number");
	ok(stream_place(stream, "0", FROM_LATEST, 0, NULL, place, &failure), "a place");
	is_text(place, "0:4", "behind the last record");
	ok(stream_behind(stream, "0", "0:2", &lag, &failure) && lag.records == 2, "the lag of 2");
	bad.position.through = true;
	ok(!stream_has(stream, &bad.position, &failure) && failure.kind == FAILURE_PERMANENT,
	    "a position of another stream");
	ok(!stream_sends(stream), "it is not a service");
	stream_close(stream);
	return done();
}
