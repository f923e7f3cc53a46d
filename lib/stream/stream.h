/*
 * stream: records in shards, kept for a retention time, read from a position on. One interface,
 * several kinds; stream_open (lib/open) chooses the kind by the name.
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
#include "record/stream_identity.h"
#include "system/sandbox.h"

enum stream_use { STREAM_READ, STREAM_WRITE };

struct stream_settings {
	unsigned shards; /* of a stream that is created; 0: 1 */
	int64_t retention; /* milliseconds, of a stream that is created; 0: 24 hours */
	bool want_keys; /* reading: fill chunk_record.key */
	unsigned in_flight; /* requests to a service in flight at most; 0: the default */
	const char *consumer; /* reading Kinesis: the name or ARN of one of enhanced fan-out */
	bool registers; /* the consumer, if the stream has none of that name */
	bool patient; /* reading: opening and beginning wait until throttling ends */
	bool unordered; /* sending: records of one key may overtake each other */
	bool strict; /* sending: no two records of one key in one request */
	bool big_requests; /* sending: requests of up to 10 MiB, if the service takes them */
	bool aggregate; /* sending: several records of a shard in one record of the service */
	struct caller caller;
};

struct record {
	struct span data;
	struct span key; /* the text of the key as JSON has it, without quotes; NULL: none */
	struct span hash_key; /* sending: a decimal that chooses the shard; NULL: the key's MD5 */
};

/* The state of a shard. */
struct shard_state {
	bool open; /* false: it takes no more records */
	const char *parents[2]; /* Kinesis: its parent shards, borrowed; NULL: none */
	const char *hash_keys[2]; /* Kinesis: the first and the last, borrowed; NULL: unknown */
	const char *last; /* Kinesis: the last sequence number of a closed one, borrowed; NULL */
	bool counted; /* the members below are known */
	uint64_t records;
	uint64_t bytes;
	int64_t oldest; /* arrival of the oldest and the newest record kept, ms; 0: none */
	int64_t newest;
	uint64_t first; /* sequence number of the oldest kept; next if none is kept */
	uint64_t next; /* the sequence number that the next record will get */
	uint64_t in_records; /* put in ever, kept or not */
	bool in_bytes_counted; /* in_bytes and in_since are known */
	uint64_t in_bytes; /* their bytes, since in_since */
	int64_t in_since; /* ms; 0: since the first record */
	int64_t closed; /* ms: when it was closed; 0: it is open */
	uint32_t generation; /* embedded: shards of one are read after all of earlier ones */
	size_t parent; /* the number of the first shard whose keys it took over */
	size_t parent_count; /* their numbers are consecutive */
};

struct chunk_record {
	struct span data;
	struct span key; /* JSON text without quotes; NULL: the MD5 of the data is the key */
	int64_t arrived;
};

/* The sequence number of a record, if it does not follow from the one before. */
struct chunk_place {
	struct span sequence; /* a decimal */
	int64_t sub; /* its number inside an aggregate; -1, as in a position: it is in none */
	bool last; /* of its aggregate */
};

/*
 * Some records of one shard, in order; borrowed until the next call on the stream. The first chunk
 * of each shard has no records and says where reading begins: everything before first is done (0:
 * unknown).
 */
struct chunk {
	const char *shard; /* valid as long as the stream */
	size_t number; /* of the shard in this reading, from 0 on */
	uint64_t first; /* sequence number of the first; they follow without gaps */
	const struct chunk_place *places; /* NULL: their numbers are first, first + 1, … */
	size_t count;
	const struct chunk_record *records;
	uint64_t lost; /* records before first that retention removed */
	uint64_t missing; /* numbers before first that an earlier copy of the stream did not have */
	bool lost_some; /* retention may have removed records; their number is unknown */
	bool ended; /* of a shared stream: the shard is closed, all of it was passed on, and
	             * stream_shards lists its children */
};

enum stream_from { FROM_TRIM_HORIZON, FROM_LATEST, FROM_TIME, FROM_POSITION };

/*
 * What to read. A place is a position, or "SHARD:@MILLISECONDS": the records that arrived since
 * then.
 */
struct stream_start {
	const char *shard; /* only this shard; NULL: all, or that of the position */
	enum stream_from from; /* where to begin if the group has no checkpoint */
	int64_t time;
	struct position position;
	bool follow; /* false: up to the tip that each shard has now */
	bool shared; /* only shards are read that stream_read_shard names; the rest is not used */
	/* Finds the place where the group continues in a shard. NULL: there is no group. */
	bool (*checkpoint)(void *context, const char *shard, char place[POSITION_SIZE], bool *found,
	    struct failure *failure);
	bool begun; /* the group has a checkpoint in some shard, which may no longer exist */
	/* Stores the places where a group without checkpoints begins, if marks would not say it. */
	bool (*note)(
	    void *context, char (*places)[POSITION_SIZE], size_t count, struct failure *failure);
	void *context;
};

enum stream_news {
	STREAM_CHUNK,
	STREAM_IDLE, /* nothing now: call stream_wait, then try again */
	STREAM_END,
	STREAM_FAILED
};

/* How far reading is behind. */
struct lag {
	bool counted; /* records and lost are known; false: only milliseconds is */
	uint64_t records;
	uint64_t lost; /* records between a place and the oldest record kept */
	int64_t milliseconds; /* since the arrival of the next record; 0: there is none */
	bool gone_back; /* the stream has not reached the place: it was replaced by an earlier copy */
};

struct stream;

/* missing: if not NULL, *missing says that it failed because the stream does not exist. */
struct stream *stream_open(const char *name, enum stream_use use,
    const struct stream_settings *settings, bool *missing, struct failure *failure);
/* Does the name say that the stream belongs to a service? */
bool stream_is_service(const char *name);
/*
 * Is it a stream of a service? Then adds what it needs to the rights that a tool keeps, so that the
 * tool is confined before it is opened. An embedded stream needs its directory, once it is open.
 */
bool stream_sandbox(const char *name, const struct caller *caller, struct sandbox *sandbox);
void stream_close(struct stream *stream);

/*
 * Identifies this stream: another stream of the same name has another id. STREAM_ID_UNKNOWN if the
 * service does not report one.
 */
const char *stream_id(const struct stream *stream);

/* Now, in ms since 1970: by the service's clock if it is known to differ from this machine's. */
int64_t stream_now(const struct stream *stream);

/*
 * Can it begin at a time? Otherwise it reads everything, and leaves out the records before: to be
 * used only for a short look.
 */
bool stream_has_times(const struct stream *stream);

/* The directory that an open stream works in; NULL: it has none. Borrowed. */
const char *stream_directory(const struct stream *stream);

/* True: all records are safe. After false, none is known to be. */
bool stream_put(
    struct stream *stream, const struct record *records, size_t count, struct failure *failure);

/* Is it a service, to which records are sent one by one? Else they are put (stream/sink.h does
 * both). */
bool stream_sends(const struct stream *stream);
/* How often a call or a record was sent again. */
uint64_t stream_retries(const struct stream *stream);
/* How often the service throttled a call or a record in it. */
uint64_t stream_throttled(const struct stream *stream);
/* How many records the service has stored for those that were aggregated; 0: none was. */
uint64_t stream_entries(const struct stream *stream);

/*
 * The names of the shards, in order, also of closed ones that still hold records, and of all others
 * that an embedded stream has had if it is read by readers that share a group; borrowed until the
 * next call. 0: failure says why.
 */
size_t stream_shards(struct stream *stream, const char *const **shards, struct failure *failure);
/* How many take records. 0: failure says why. */
size_t stream_open_shards(struct stream *stream, struct failure *failure);
bool stream_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure);

/* To be called once, before stream_next. FAILURE_PERMANENT: it cannot begin there. */
bool stream_begin(struct stream *stream, const struct stream_start *start, struct failure *failure);
/* Can its shards be read one by one, as readers that share a group do? */
bool stream_is_shareable(const struct stream *stream);
/*
 * Begins to read a shard at a place, though it was read before. One that is not listed, and stays
 * so, has expired: it ends, and records of it were lost.
 */
bool stream_read_shard(
    struct stream *stream, const char *shard, const char *place, struct failure *failure);
/* Reads no more of the shard. */
void stream_leave_shard(struct stream *stream, const char *shard);
/* Fills chunk if it returns STREAM_CHUNK. It does not wait. */
enum stream_news stream_next(struct stream *stream, struct chunk *chunk, struct failure *failure);
/*
 * Waits until there may be news, at most timeout milliseconds (-1: without limit), or until the
 * reader of descriptor watch is gone (FAILURE_READER_GONE).
 */
bool stream_wait(struct stream *stream, int watch, int timeout, struct failure *failure);
/* False, FAILURE_PERMANENT: the stream was deleted, or re-created under this name. */
bool stream_still_there(struct stream *stream, struct failure *failure);
/* The lag of all shards that are being read. */
bool stream_lag(struct stream *stream, struct lag *lag, struct failure *failure);

/* Where reading would begin in a shard, as a place. FAILURE_PERMANENT: it cannot begin there. */
bool stream_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure);
/*
 * Replaces a place that is a time by the position of the first record since then, if there is one:
 * for what cannot keep a time.
 */
bool stream_resolve(
    struct stream *stream, const char *shard, char place[POSITION_SIZE], struct failure *failure);
/* FAILURE_PERMANENT: the stream cannot have this position, so it is another stream's. */
bool stream_has(struct stream *stream, const struct position *position, struct failure *failure);
/* The records of a shard from a place on (NULL: from the oldest one). */
bool stream_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure);

#endif
