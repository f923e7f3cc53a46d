/* stream_sink: gives a storing tool's records their keys and puts them into a stream. */
#include <stdlib.h>

#include "base/memory.h"
#include "stream/kind.h"
#include "stream/members.h"
#include "stream/sink.h"
#include "system/lines.h"

struct stream_sink {
	struct sink sink;
	struct stream *stream;
	struct members members;
	size_t count;
	struct record records[]; /* of a batch, LINES_BATCH; none if the stream sends */
};

/* Fills in the keys. False: the stream would refuse the record. */
static bool
read_record(struct stream_sink *to, struct record *record, struct failure *failure)
{
	return members_find(&to->members, record, failure) &&
	       to->stream->kind->accepts(to->stream, record, failure);
}

static bool
take_into_batch(struct sink *sink, struct span data, uint64_t ticket, struct failure *failure)
{
	struct stream_sink *to = (struct stream_sink *)sink;
	struct record *record = &to->records[to->count];

	(void)ticket;
	*record = (struct record){.data = data};
	if (!read_record(to, record, failure))
		return false;
	to->count++;
	return true;
}

static bool
commit(struct sink *sink, uint64_t *present, struct failure *failure)
{
	struct stream_sink *to = (struct stream_sink *)sink;
	size_t count = to->count;

	*present = 0;
	to->count = 0;
	return stream_put(to->stream, to->records, count, failure);
}

static bool
take(struct sink *sink, struct span data, uint64_t ticket, struct failure *failure)
{
	struct stream_sink *to = (struct stream_sink *)sink;
	struct record record = {.data = data};

	return read_record(to, &record, failure) &&
	       to->stream->kind->send(to->stream, &record, ticket, failure);
}

static bool
poll_stream(struct sink *sink, int input, int watch, int timeout, struct failure *failure)
{
	struct stream *stream = ((struct stream_sink *)sink)->stream;

	return stream->kind->poll(stream, input, watch, timeout, failure);
}

static bool
next_result(struct sink *sink, struct sink_result *result)
{
	struct stream *stream = ((struct stream_sink *)sink)->stream;

	return stream->kind->next_result(stream, result);
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	const struct stream *stream = ((const struct stream_sink *)sink)->stream;

	counters->retries = stream_retries(stream);
	counters->throttled = stream_throttled(stream);
}

static void
close_stream(struct sink *sink)
{
	stream_close(((struct stream_sink *)sink)->stream);
	free(sink);
}

static const struct sink_kind batching = {.read_ahead = 2 * 1024 * 1024,
    .take = take_into_batch,
    .commit = commit,
    .close = close_stream};

/* What is read ahead is copied to the lines in flight. */
static const struct sink_kind sending = {.read_ahead = 512 * 1024,
    .take = take,
    .poll = poll_stream,
    .next_result = next_result,
    .count = count,
    .close = close_stream};

struct sink *
stream_sink_open(struct stream *stream, const char *key, const char *hash_key)
{
	bool sends = stream_sends(stream);
	struct stream_sink *to =
	    memory_new(1, sizeof *to + (sends ? 0 : LINES_BATCH * sizeof to->records[0]));

	to->sink = (struct sink){.kind = sends ? &sending : &batching,
	    .directory = stream_directory(stream),
	    .reads_json = key != NULL || hash_key != NULL,
	    .network = sends,
	    .runs_programs = sends && stream_runs_programs(stream)};
	to->stream = stream;
	members_want(&to->members, key, hash_key);
	return &to->sink;
}
