/* stream_sink: gives a storing tool's records their keys and puts them into a stream. */
#include <stdlib.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "pack/packer.h"
#include "stream/kind.h"
#include "stream/members.h"
#include "stream/sink.h"
#include "system/lines.h"

enum { GZIP_LEVEL = 6 /* as gzip(1) */ };

struct stream_sink {
	struct sink sink;
	struct stream *stream;
	struct members members;
	struct packer *packer; /* NULL: records are not compressed */
	char **packed; /* what it made of the records taken, LINES_BATCH, by their place or ticket */
	size_t count;
	struct record records[]; /* of a batch, LINES_BATCH; none if the stream sends */
};

/* Compresses the data of a record, which stay until forget. */
static bool
pack(struct stream_sink *to, struct record *record, size_t place, struct failure *failure)
{
	struct buffer packed;
	bool made;

	if (to->packer == NULL)
		return true;
	buffer_init(&packed, SIZE_MAX / 2);
	made = packer_gzip(to->packer, record->data, &packed);
	record->data = buffer_span(&packed);
	to->packed[place % LINES_BATCH] = packed.data;
	return made || fail(failure, FAILURE_PERMANENT, "zlib could not compress a record");
}

static void
forget(struct stream_sink *to, size_t place)
{
	if (to->packer == NULL)
		return;
	free(to->packed[place % LINES_BATCH]);
	to->packed[place % LINES_BATCH] = NULL;
}

/* Fills in the keys. False: the stream would refuse the record. */
static bool
read_record(struct stream_sink *to, struct record *record, size_t place, struct failure *failure)
{
	if (!members_find(&to->members, record, failure))
		return false;
	if (pack(to, record, place, failure) &&
	    to->stream->kind->accepts(to->stream, record, failure))
		return true;
	forget(to, place);
	return false;
}

static bool
take_into_batch(struct sink *sink, struct span data, uint64_t ticket, struct failure *failure)
{
	struct stream_sink *to = (struct stream_sink *)sink;
	struct record *record = &to->records[to->count];

	(void)ticket;
	*record = (struct record){.data = data};
	if (!read_record(to, record, to->count, failure))
		return false;
	to->count++;
	return true;
}

static bool
commit(struct sink *sink, uint64_t *present, struct failure *failure)
{
	struct stream_sink *to = (struct stream_sink *)sink;
	size_t count = to->count;
	bool put;

	*present = 0;
	to->count = 0;
	put = stream_put(to->stream, to->records, count, failure);
	for (size_t i = 0; to->packer != NULL && i < count; i++)
		forget(to, i);
	return put;
}

static bool
take(struct sink *sink, struct span data, uint64_t ticket, struct failure *failure)
{
	struct stream_sink *to = (struct stream_sink *)sink;
	struct record record = {.data = data};

	return read_record(to, &record, ticket, failure) &&
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
	struct stream_sink *to = (struct stream_sink *)sink;

	if (!to->stream->kind->next_result(to->stream, result))
		return false;
	forget(to, result->ticket);
	return true;
}

static void
count(const struct sink *sink, struct sink_counters *counters)
{
	const struct stream *stream = ((const struct stream_sink *)sink)->stream;

	counters->retries = stream_retries(stream);
	counters->throttled = stream_throttled(stream);
	counters->entries = stream_entries(stream);
}

static void
close_stream(struct sink *sink)
{
	struct stream_sink *to = (struct stream_sink *)sink;

	stream_close(to->stream);
	for (size_t i = 0; to->packer != NULL && i < LINES_BATCH; i++)
		forget(to, i);
	free(to->packed);
	packer_close(to->packer);
	free(to);
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
stream_sink_open(struct stream *stream, const struct stream_sink_settings *settings)
{
	bool sends = stream_sends(stream);
	struct stream_sink *to =
	    memory_new(1, sizeof *to + (sends ? 0 : LINES_BATCH * sizeof to->records[0]));

	to->sink = (struct sink){.kind = sends ? &sending : &batching,
	    .directory = stream_directory(stream),
	    .reads_json = settings->key != NULL || settings->hash_key != NULL};
	to->stream = stream;
	members_want(&to->members, settings->key, settings->hash_key);
	if (settings->gzip) {
		to->packer = packer_open(GZIP_LEVEL);
		to->packed = memory_new(LINES_BATCH, sizeof *to->packed);
	}
	return &to->sink;
}
