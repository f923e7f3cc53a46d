/*
 * stream: records in shards, kept for a while, read from a position on. One
 * interface, several kinds; stream_open chooses by the name.
 */
#ifndef STREAM_H
#define STREAM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "failure.h"
#include "position.h"
#include "span.h"

enum stream_use { STREAM_READ, STREAM_WRITE };

struct stream_settings {
	unsigned shards; /* where one is made; 0: 1 */
	int64_t retention; /* milliseconds, where one is made; 0: 24 hours */
	bool want_keys; /* reading: fill chunk_record.key */
	const volatile sig_atomic_t *stop;
};

struct record {
	struct span data;
	struct span key; /* the text of the key as JSON has it, without quotes; NULL: none */
};

/* Where in each shard to start or stand. */
struct shard_state {
	char shard[POSITION_SHARD + 1];
	uint64_t records; /* kept now */
	uint64_t bytes;
	int64_t oldest; /* arrival of the oldest and newest kept, ms; 0: none */
	int64_t newest;
	uint64_t taken; /* records ever taken in */
};

struct chunk_record {
	struct span data;
	struct span key; /* JSON text without quotes; NULL where MD5 of the data stands for it */
};

/* Some records of one shard, in order; borrowed until the next call on the stream. */
struct chunk {
	const char *shard;
	uint64_t first; /* sequence number of the first; they follow without gaps */
	size_t count;
	int64_t arrived;
	const struct chunk_record *records;
	uint64_t lost; /* records that retention took before this chunk, since the last read */
};

enum stream_from { FROM_TRIM_HORIZON, FROM_LATEST, FROM_TIME, FROM_POSITION };

struct stream;

/* *missing, where not NULL, tells a stream that is not there from other failures. */
struct stream *stream_open(const char *name, enum stream_use use,
    const struct stream_settings *settings, bool *missing, struct failure *failure);
void stream_close(struct stream *stream);

/* The random identity of this very stream. */
const char *stream_id(const struct stream *stream);

/* All of them are safe when it returns true; after false none is known to be. */
bool stream_put(struct stream *stream, const struct record *records, size_t count,
    struct failure *failure);
/* Checks one record before it goes into a batch: FAILURE_REFUSED and why. */
bool stream_accepts(struct stream *stream, const struct record *record, struct failure *failure);

/* The shards in order; *states is borrowed until the next call. */
bool stream_shards(struct stream *stream, const struct shard_state **states, size_t *count,
    struct failure *failure);

/* Reading. A cursor a shard; sequence is the next record to read. */
bool stream_seek(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, uint64_t *sequence, struct failure *failure);
/* The next sequence number the shard will give. */
bool stream_tip(struct stream *stream, const char *shard, uint64_t *sequence,
    struct failure *failure);
/* chunk.count 0: nothing there before `until` (a sequence number, exclusive). */
bool stream_read(struct stream *stream, const char *shard, uint64_t sequence, uint64_t until,
    struct chunk *chunk, struct failure *failure);
/*
 * Waits until something may have been put, at most timeout milliseconds, or
 * until nobody reads descriptor watch any more (FAILURE_READER_GONE).
 */
bool stream_wait(struct stream *stream, int watch, int timeout, struct failure *failure);
/* False (2) where the stream was deleted or made again under this name. */
bool stream_still_there(struct stream *stream, struct failure *failure);

#endif
