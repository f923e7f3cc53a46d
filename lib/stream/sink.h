/* stream_sink: a stream as the sink of a storing tool. */
#ifndef STREAM_SINK_H
#define STREAM_SINK_H

#include "record/sink.h"
#include "stream/stream.h"

/*
 * key and hash_key: names of the members whose values are a record's partition key and hash key;
 * NULL: it has none. The sink owns the stream, and closes it.
 */
struct sink *stream_sink_open(struct stream *stream, const char *key, const char *hash_key);

#endif
