/*
 * stream_local: the embedded stream, one SQLite file. stream_local.c opens it,
 * stream_local_put.c appends, stream_local_read.c finds and copies records,
 * stream_local_next.c reads all shards in turn, stream_local_wait.c waits,
 * stream_local_shards.c knows the shards, stream_local_change.h changes them.
 *
 * Shards are numbered for good. Changing how many there are closes all those that
 * are open and opens new ones, a generation, which divide the keys anew. Records
 * of one key are in one shard of each generation, so that who reads a generation
 * to its end before the next reads each key's records in their order.
 */
#ifndef STREAM_LOCAL_LOCAL_H
#define STREAM_LOCAL_LOCAL_H

#include <string.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "sqlite/database.h"
#include "base/memory.h"
#include "stream/kind.h"

enum {
	LOCAL_SHARDS = 256, /* open at a time */
	LOCAL_NUMBERS = 32767, /* shards in the life of a stream */
	LOCAL_SHARD_SHIFT = 48, /* bits of a sequence number */
	LOCAL_CEILING = 1 << 30 /* of any one buffer; batches and chunks are far below it */
};

enum local_statement {
	LOCAL_NEXT,
	LOCAL_ADVANCE,
	LOCAL_INSERT,
	LOCAL_TRIM,
	LOCAL_RETENTION,
	LOCAL_STATE,
	LOCAL_IN,
	LOCAL_ARRIVED,
	LOCAL_OLDEST,
	LOCAL_SINCE,
	LOCAL_COVERING,
	LOCAL_READ,
	LOCAL_STATEMENTS
};

struct local_shard {
	char *name; /* its number; stays as long as the stream is open */
	uint32_t generation;
	bool closed; /* takes no more records */
	bool gone; /* closed, and retention took all that was in it */
	uint64_t end; /* closed: the sequence number behind its last */
};

/* What goes to one shard in one batch. */
struct local_part {
	struct buffer lines;
	struct buffer lengths;
	struct buffer keys;
	uint32_t count;
	bool has_newline; /* in some record of the batch, this shard's or not */
	bool has_key;
};

/* Where reading is in one shard. */
struct local_cursor {
	size_t shard;
	uint64_t next; /* sequence number */
	uint64_t until; /* without follow: the tip when reading began */
	bool told; /* where it begins */
};

struct local {
	struct stream stream;
	struct database database;
	sqlite3_stmt *statements[LOCAL_STATEMENTS];
	char id[40];
	int version; /* of the file's format */
	int64_t retention;
	struct local_shard *shards; /* all there ever were; the last ones are open */
	size_t count;
	size_t open_first;
	size_t open_count;
	const char **listed; /* names, for local_shards */
	struct local_part *parts; /* of each open one */
	size_t part_count;
	bool want_keys;
	int watch; /* inotify, or -1 */
	int64_t trimmed; /* clock_now of the last trim */
	/* The last chunk read. */
	struct buffer text, lengths, keys, rows;
	struct chunk_record *records;
	size_t capacity; /* of records */
	/* What is being read. */
	struct local_cursor *cursors; /* in the order of their shards */
	size_t cursor_count;
	size_t begin, end; /* cursors of the generation that is being read */
	size_t turn; /* the cursor that comes next */
	size_t fruitless; /* cursors in a row that had nothing */
	size_t seen; /* shards that cursors were made for, where they are read */
	bool follow;
	bool only; /* one shard is read, and no other will be */
};

extern const struct database_format stream_local_format;
/* Fills a new file's tables; context is a struct local_new. */
bool stream_local_prepare(sqlite3 *handle, void *context, struct failure *failure);

struct local_new {
	unsigned shards; /* 0: 1 */
	int64_t retention; /* 0: 24 hours */
	const char *made_by; /* NULL: nobody says */
	bool made; /* set where the file was made */
};

/* Ready to be bound; NULL on failure. */
sqlite3_stmt *local_statement(
    struct local *local, enum local_statement which, struct failure *failure);
/* Takes in retention and shards as they are now. */
bool local_load(struct local *local, struct failure *failure);
/* The shard of that name. */
bool local_find(struct local *local, struct span name, size_t *shard, struct failure *failure);
/* The position of the shard's sequence number 0. */
bool local_shard(struct local *local, const char *shard, uint64_t *base, struct failure *failure);
/* The sequence number that shard gives next, or that stands behind its last. Takes in that it was
 * closed. */
bool local_next_of(struct local *local, size_t shard, uint64_t *sequence, struct failure *failure);
/* Those of the generation before that have keys of its: state->parent and parent_count. */
void local_parents(const struct local *local, size_t shard, struct shard_state *state);
size_t local_shards(struct stream *stream, const char *const **shards, struct failure *failure);
size_t local_open_shards(struct stream *stream, struct failure *failure);

bool local_accepts(struct stream *stream, const struct record *record, struct failure *failure);
bool local_put(
    struct stream *stream, const struct record *records, size_t count, struct failure *failure);
bool local_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure);
/* The next sequence number the shard will give. */
bool local_tip(
    struct stream *stream, const char *shard, uint64_t *sequence, struct failure *failure);
/* The sequence number to start reading at. */
bool local_seek(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, uint64_t *sequence, struct failure *failure);
/*
 * Records from sequence on, before until (a sequence number); some of them where
 * there are many. chunk->count 0: there are none.
 */
bool local_read(struct stream *stream, const char *shard, uint64_t sequence, uint64_t until,
    struct chunk *chunk, struct failure *failure);

bool local_begin(struct stream *stream, const struct stream_start *start, struct failure *failure);
enum stream_news local_next(struct stream *stream, struct chunk *chunk, struct failure *failure);
bool local_lag(struct stream *stream, struct lag *lag, struct failure *failure);
bool local_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure);
bool local_has(struct stream *stream, const struct position *position, struct failure *failure);
bool local_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure);
bool local_wait(struct stream *stream, int watch, int timeout, struct failure *failure);

#endif
