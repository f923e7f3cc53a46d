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
	const char *agent; /* how a service is told who asks: "fxpipe/0.1.0 kput" */
	unsigned flying; /* requests to a service in flight at the most; 0: as many as do good */
	bool unordered; /* sending: records of one key may overtake each other */
	bool strict; /* sending: no two records of one key in one request */
	bool big_requests; /* sending: up to 10 MiB a request, where the service takes that */
	/* Told what is waited for, a sentence; NULL: nobody. */
	void (*note)(void *context, const char *sentence);
	/* Told what slows it down: now and then, not each time; NULL: nobody. */
	void (*warn)(void *context, const char *sentence);
	void *context;
	const volatile sig_atomic_t *stop;
};

struct record {
	struct span data;
	struct span key; /* the text of the key as JSON has it, without quotes; NULL: none */
	struct span hash_key; /* sending: a decimal that chooses the shard; NULL: the key's MD5 */
};

/* What a shard holds. */
struct shard_state {
	uint64_t records;
	uint64_t bytes;
	int64_t oldest; /* arrival of the oldest and the newest record kept, ms; 0: none */
	int64_t newest;
	uint64_t first; /* sequence number of the oldest kept; next where there is none */
	uint64_t next; /* the sequence number that the next record will get */
};

struct chunk_record {
	struct span data;
	struct span key; /* JSON text without quotes; NULL: the MD5 of the data stands for it */
	int64_t arrived;
};

/* Some records of one shard, in order; borrowed until the next call on the stream. */
struct chunk {
	uint64_t first; /* sequence number of the first; they follow without gaps */
	size_t count;
	const struct chunk_record *records;
	uint64_t lost; /* records between the sequence asked for and first that retention took */
};

enum stream_from { FROM_TRIM_HORIZON, FROM_LATEST, FROM_TIME, FROM_POSITION };

struct stream;

/* *missing, where not NULL, tells a stream that is not there from other failures. */
struct stream *stream_open(const char *name, enum stream_use use,
    const struct stream_settings *settings, bool *missing, struct failure *failure);
void stream_close(struct stream *stream);

/* The random identity of this very stream. */
const char *stream_id(const struct stream *stream);

/* The directory that an open stream works in; NULL where it has none. Borrowed. */
const char *stream_directory(const struct stream *stream);

/* All of them are safe when it returns true; after false none is known to be. */
bool stream_put(
    struct stream *stream, const struct record *records, size_t count, struct failure *failure);
/* Checks one record before it goes into a batch: FAILURE_REFUSED and why. */
bool stream_accepts(struct stream *stream, const struct record *record, struct failure *failure);

/*
 * A stream that is a service takes records one by one and tells their fates
 * later: stream_sends is true, and these are used instead of stream_put.
 */
bool stream_sends(const struct stream *stream);
/*
 * Takes a record that stream_accepts found good. Its bytes stay where they are
 * until its fate is told. ticket: the caller's own number for it.
 */
bool stream_send(struct stream *stream, const struct record *record, uint64_t ticket,
    struct failure *failure);
/*
 * Sends what has been taken and moves it on, waiting at most timeout ms (-1:
 * as long as it takes; 0: there is more to take at once, and what fills no
 * request may wait for it) for a fate, for input (-1: none) to be readable, or
 * watch (-1: none) to lose its reader. False: it goes no further; nothing that had no
 * fate yet is known to be safe.
 */
bool stream_move(
    struct stream *stream, int input, int watch, int timeout, struct failure *failure);
/* A record whose fate is known: safe, or refused (refused->kind, which is NONE otherwise). */
bool stream_fate(struct stream *stream, uint64_t *ticket, struct failure *refused);
/* How often something was sent again. */
uint64_t stream_retries(const struct stream *stream);
/* Does it start programs, to get at credentials? */
bool stream_runs_programs(const struct stream *stream);

/* The names of the shards, in order; borrowed until the stream is closed. */
size_t stream_shards(struct stream *stream, const char *const **shards);
bool stream_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure);
/* The next sequence number the shard will give. */
bool stream_tip(
    struct stream *stream, const char *shard, uint64_t *sequence, struct failure *failure);

/* The sequence number to start reading at. FAILURE_PERSON for a position that the shard cannot
 * have. */
bool stream_seek(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, uint64_t *sequence, struct failure *failure);
/*
 * Records from sequence on, before until (a sequence number); some of them where
 * there are many. chunk->count 0: there are none.
 */
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
