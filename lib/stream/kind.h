/*
 * stream_kind: the functions of each kind of stream; private to the kinds, stream.c, sink.c and
 * lib/open. Another kind is one more folder, and a line in lib/open/stream.c.
 */
#ifndef STREAM_KIND_H
#define STREAM_KIND_H

#include "record/sink.h"
#include "stream/stream.h"

/* As the functions of stream.h, which call them. */
struct stream_kind {
	bool untimed; /* as stream_has_times says */
	void (*close)(struct stream *);
	const char *(*id)(const struct stream *);
	int64_t (*now)(const struct stream *); /* NULL: by this machine's clock */
	const char *(*directory)(const struct stream *);
	/* Checks a record before it is put or sent: FAILURE_REFUSED says why it cannot be. */
	bool (*accepts)(struct stream *, const struct record *, struct failure *);
	bool (*put)(struct stream *, const struct record *, size_t, struct failure *);
	/* A service has these instead of put, for stream/sink.c. They work as record/sink.h says. */
	bool (*send)(struct stream *, const struct record *, uint64_t ticket, struct failure *);
	bool (*poll)(struct stream *, int input, int watch, int timeout, struct failure *);
	bool (*next_result)(struct stream *, struct sink_result *);
	uint64_t (*retries)(const struct stream *);
	uint64_t (*throttled)(const struct stream *);
	uint64_t (*entries)(const struct stream *); /* NULL: 0 */
	size_t (*shards)(struct stream *, const char *const **, struct failure *);
	size_t (*open_shards)(struct stream *, struct failure *); /* NULL: all are */
	bool (*state)(struct stream *, const char *, struct shard_state *, struct failure *);
	bool (*begin)(struct stream *, const struct stream_start *, struct failure *);
	/* NULL: its shards cannot be shared. */
	bool (*read_shard)(struct stream *, const char *, const char *, struct failure *);
	void (*leave_shard)(struct stream *, const char *);
	enum stream_news (*next)(struct stream *, struct chunk *, struct failure *);
	bool (*wait)(struct stream *, int, int, struct failure *);
	bool (*still_there)(struct stream *, struct failure *);
	bool (*lag)(struct stream *, struct lag *, struct failure *);
	bool (*place)(struct stream *, const char *, enum stream_from, int64_t,
	    const struct position *, char *, struct failure *);
	bool (*resolve)(
	    struct stream *, const char *, char *, struct failure *); /* NULL: nothing to do */
	bool (*has)(struct stream *, const struct position *, struct failure *);
	bool (*behind)(struct stream *, const char *, const char *, struct lag *, struct failure *);
};

/* The first member of each kind's own struct. */
struct stream {
	const struct stream_kind *kind;
};

/* Open a stream of each kind, as stream_open does. */
struct name;
struct stream *stream_local_open(const char *path, enum stream_use use,
    const struct stream_settings *settings, bool *missing, struct failure *failure);
struct stream *stream_kinesis_open(const struct name *name, enum stream_use use,
    const struct stream_settings *settings, bool *missing, struct failure *failure);
struct stream *stream_dynamodbstreams_open(const struct name *name, enum stream_use use,
    const struct stream_settings *settings, bool *missing, struct failure *failure);

/* The name of the only shard to read; start NULL: all are. */
static inline struct span
stream_only(const struct stream_start *start)
{
	if (start->shard != NULL)
		return span_of(start->shard);
	return start->from == FROM_POSITION ? start->position.shard : (struct span){NULL, 0};
}

#endif
