/*
 * stream: records in shards, kept for a while, read from a position on. One
 * interface, several kinds; stream_open chooses by the name.
 */
#ifndef STREAM_STREAM_H
#define STREAM_STREAM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/caller.h"
#include "base/failure.h"
#include "record/position.h"
#include "base/span.h"

enum stream_use { STREAM_READ, STREAM_WRITE };

struct stream_settings {
	unsigned shards; /* where one is made; 0: 1 */
	int64_t retention; /* milliseconds, where one is made; 0: 24 hours */
	bool want_keys; /* reading: fill chunk_record.key */
	unsigned in_flight; /* requests to a service in flight at the most; 0: as many as do good */
	bool unordered; /* sending: records of one key may overtake each other */
	bool strict; /* sending: no two records of one key in one request */
	bool big_requests; /* sending: up to 10 MiB a request, where the service takes that */
	struct caller caller;
};

struct record {
	struct span data;
	struct span key; /* the text of the key as JSON has it, without quotes; NULL: none */
	struct span hash_key; /* sending: a decimal that chooses the shard; NULL: the key's MD5 */
};

/* What a shard is and holds. */
struct shard_state {
	bool open; /* false: it takes no more records */
	const char *parents[2]; /* Kinesis: what it was made from, borrowed; NULL: nothing */
	bool counted; /* the rest is known */
	uint64_t records;
	uint64_t bytes;
	int64_t oldest; /* arrival of the oldest and the newest record kept, ms; 0: none */
	int64_t newest;
	uint64_t first; /* sequence number of the oldest kept; next where there is none */
	uint64_t next; /* the sequence number that the next record will get */
	uint64_t in_records; /* put in ever, kept or not */
	uint64_t in_bytes; /* … since in_since: ms, 0 where it is from the first on */
	int64_t in_since; /* -1: their bytes were not counted */
	int64_t closed; /* when it took its last record at the latest; 0: it is open */
	size_t parent; /* the first of the shards whose keys it took over */
	size_t parent_count; /* they follow each other */
};

struct chunk_record {
	struct span data;
	struct span key; /* JSON text without quotes; NULL: the MD5 of the data stands for it */
	int64_t arrived;
};

/* What a record is called whose number does not follow from that of the one before it. */
struct chunk_place {
	struct span sequence; /* a decimal */
	int64_t sub; /* its number inside an aggregate; -1: it is in none */
	bool last; /* of its aggregate */
};

/*
 * Some records of one shard, in order; borrowed until the next call on the
 * stream. Of each shard comes one without records first, which says where
 * reading begins: everything before first is done (0: that is not known).
 */
struct chunk {
	const char *shard; /* valid as long as the stream */
	size_t number; /* of the shard in this reading, from 0 on */
	uint64_t first; /* sequence number of the first; they follow without gaps */
	const struct chunk_place *places; /* NULL: they are called first, first + 1, … */
	size_t count;
	const struct chunk_record *records;
	uint64_t lost; /* records before first that retention took */
	bool lost_some; /* … it took perhaps, nobody knows how many */
};

enum stream_from { FROM_TRIM_HORIZON, FROM_LATEST, FROM_TIME, FROM_POSITION };

/*
 * What is to be read. A place is a position, or "SHARD:@MILLISECONDS": what
 * arrived from then on.
 */
struct stream_start {
	const char *shard; /* this alone; NULL: all, or that of the position */
	enum stream_from from; /* where the group has no checkpoint */
	int64_t time;
	struct position position;
	bool follow; /* false: up to the tip that each shard has now */
	/* Asked for the place where a group goes on in a shard. NULL: there is no group. */
	bool (*checkpoint)(void *context, const char *shard, char place[POSITION_SIZE], bool *found,
	    struct failure *failure);
	bool begun; /* the group has a checkpoint in some shard, be it there or not */
	/* Told where a group begins that has no checkpoint, where marks would not tell it. */
	bool (*note)(
	    void *context, char (*places)[POSITION_SIZE], size_t count, struct failure *failure);
	void *context;
};

enum stream_news {
	STREAM_CHUNK,
	STREAM_IDLE, /* nothing now: stream_wait, then ask again */
	STREAM_END,
	STREAM_FAILED
};

/* How much is still to come. */
struct lag {
	bool counted; /* records and lost are known; false: milliseconds alone is */
	uint64_t records;
	uint64_t lost; /* records between a place and the oldest that is kept */
	int64_t milliseconds; /* between now and the arrival of what comes next; 0: nothing does */
};

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

/* Is it a service, to which records are sent one by one? Else they are put (stream/sink.h does
 * both). */
bool stream_sends(const struct stream *stream);
/* How often something was sent again. */
uint64_t stream_retries(const struct stream *stream);
/* How often the service throttled a call or a record in it. */
uint64_t stream_throttled(const struct stream *stream);
/* Does it start programs, to get at credentials? */
bool stream_runs_programs(const struct stream *stream);

/*
 * The names of the shards, in order; borrowed until the next call. 0: failure says why. Also
 * those that take no more records and still hold some.
 */
size_t stream_shards(struct stream *stream, const char *const **shards, struct failure *failure);
/* How many take records. 0: failure says why. */
size_t stream_open_shards(struct stream *stream, struct failure *failure);
bool stream_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure);

/* Once: then stream_next gives the records. FAILURE_PERMANENT where it cannot begin there. */
bool stream_begin(struct stream *stream, const struct stream_start *start, struct failure *failure);
/* chunk is filled where it returns STREAM_CHUNK; it does not wait. */
enum stream_news stream_next(struct stream *stream, struct chunk *chunk, struct failure *failure);
/*
 * Waits until there may be news, at most timeout milliseconds (-1: as long as
 * it takes), or until nobody reads descriptor watch any more (FAILURE_READER_GONE).
 */
bool stream_wait(struct stream *stream, int watch, int timeout, struct failure *failure);
/* False (2) where the stream was deleted or made again under this name. */
bool stream_still_there(struct stream *stream, struct failure *failure);
/* Of what is being read, all shards together. */
bool stream_lag(struct stream *stream, struct lag *lag, struct failure *failure);

/* Where reading would begin in a shard, as a place. FAILURE_PERMANENT where the shard has no such. */
bool stream_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure);
/* FAILURE_PERMANENT for a position that the stream cannot have: it is another's. */
bool stream_has(struct stream *stream, const struct position *position, struct failure *failure);
/* What is to come in a shard from a place on (NULL: from the oldest record). */
bool stream_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure);

#endif
