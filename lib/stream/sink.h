/* stream_sink: a stream as the sink of a storing tool. */
#ifndef STREAM_SINK_H
#define STREAM_SINK_H

#include "record/sink.h"
#include "stream/stream.h"

struct stream_sink_settings {
	/* The members whose values are a record's partition key and hash key; NULL: it has none. */
	const char *key;
	const char *hash_key;
	bool gzip; /* compresses each record */
};

/* The sink owns the stream, and closes it. */
struct sink *stream_sink_open(struct stream *stream, const struct stream_sink_settings *settings);

#endif
