/*
 * local: the embedded stream, one SQLite file; private to this folder. local.c opens it, schema.c
 * has its tables and statements, shards.c its shards; put.c appends, retention.c removes old
 * records, going_back.c notices that the stream has become an earlier copy of itself, read.c finds
 * and copies records, next.c reads all shards in turn, read_shared.c those that are named, wait.c
 * waits for news. change.h changes a stream.
 *
 * Shards keep their numbers. To change their number, all open shards are closed and new ones are
 * opened, which divide the keys again: a new generation. The records of one key are in one shard of
 * each generation, so a reader that reads a generation to its end before the next one reads the
 * records of each key in order.
 */
#ifndef STREAM_LOCAL_LOCAL_H
#define STREAM_LOCAL_LOCAL_H

#include <string.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "sqlite/database.h"
#include "base/memory.h"
#include "stream/kind.h"

enum {
	LOCAL_SHARDS = 256, /* open at a time */
	LOCAL_NUMBERS = 32767, /* shards in the life of a stream */
	LOCAL_SHARD_SHIFT = 48, /* bits of a sequence number */
	LOCAL_ID = 32, /* hexadecimal digits of a stream's id */
	LOCAL_CEILING = 1 << 30 /* bytes of a buffer; batches and chunks are far smaller */
};

/* Sequence numbers are below this. */
#define LOCAL_SEQUENCES (UINT64_C(1) << LOCAL_SHARD_SHIFT)
/* No shard has taken more bytes than this, so that they can be added up. */
#define LOCAL_BYTES (INT64_C(1) << 54)

/* The table that format 2 added. */
#define LOCAL_CLOSED_SHARD \
	"CREATE TABLE closed_shard (shard INTEGER PRIMARY KEY, next INTEGER NOT NULL," \
	" generation INTEGER NOT NULL, bytes INTEGER NOT NULL, since INTEGER NOT NULL," \
	" closed INTEGER NOT NULL)"

enum local_statement {
	LOCAL_NEXT,
	LOCAL_SCHEMA,
	LOCAL_RAISE,
	LOCAL_ADVANCE,
	LOCAL_INSERT,
	LOCAL_DATES,
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
	char *name; /* its number; valid while the stream is open */
	uint32_t generation;
	bool closed; /* takes no more records */
	bool gone; /* closed, and retention has removed all its records */
	bool checked; /* its last batch was seen to end before the next sequence number */
	uint64_t end; /* closed: the sequence number after its last */
};

/* The records of one shard in a batch. */
struct local_part {
	struct buffer lines;
	struct buffer lengths;
	struct buffer keys;
	uint32_t count;
	bool has_newline; /* a record of the batch, of any shard, holds one */
	bool has_key;
};

/* The position of reading in one shard. */
struct local_cursor {
	size_t shard;
	uint64_t next; /* sequence number */
	uint64_t until; /* without follow: the tip when reading began */
	bool announced; /* the caller knows where it begins */
	bool left; /* of a shared stream: it is not read, or its end was reported */
};

struct local {
	struct stream stream;
	struct database database;
	sqlite3_stmt *statements[LOCAL_STATEMENTS];
	char id[40];
	int version; /* of the file's format */
	int64_t retention;
	struct local_shard *shards; /* all, in order; the last ones are open */
	size_t count;
	size_t open_first;
	size_t open_count;
	const char **listed; /* names, for local_shards */
	struct local_part *parts; /* of each open one */
	size_t part_count;
	bool want_keys;
	int watch; /* inotify, or -1 */
	bool sees; /* watch misses nothing */
	char boot[CLOCK_BOOT_SIZE]; /* the name of this boot; writers only */
	int64_t trim_due; /* clock_steady */
	char *name; /* the path by which it was opened */
	int64_t schema; /* SQLite's number of the schema when it was opened */
	int64_t checked_schema; /* and when the groups' positions were last looked at; 0: never */
	size_t checked_count; /* of shards at that time */
	/* The last chunk read. */
	struct buffer text, lengths, keys, rows;
	struct chunk_record *records;
	size_t capacity; /* of records */
	/* The reading. */
	struct local_cursor *cursors; /* in the order of their shards */
	size_t cursor_count;
	size_t begin, end; /* cursors of the generation that is being read */
	size_t turn; /* the next cursor */
	size_t fruitless; /* cursors in a row without records */
	size_t seen; /* shards that have cursors, if they are to be read */
	bool follow;
	bool only; /* only one shard is to be read */
	bool shared; /* cursors are of the shards that were named, whatever their generation */
};

extern const struct database_format stream_local_format;
/* Fills a new file's tables; context is a struct local_new. */
bool stream_local_prepare(sqlite3 *handle, void *context, struct failure *failure);

struct local_new {
	unsigned shards; /* 0: 1 */
	int64_t retention; /* 0: 24 hours */
	const char *made_by; /* a note of its maker; NULL: none */
	bool made; /* set if the file was created */
};

/* A statement, ready to be bound; NULL on failure. */
sqlite3_stmt *local_statement(
    struct local *local, enum local_statement which, struct failure *failure);
/* Reads retention and shards as they are now. */
bool local_load(struct local *local, struct failure *failure);
/* Finds the shard of that name. */
bool local_find(struct local *local, struct span name, size_t *shard, struct failure *failure);
/* The position of the shard's sequence number 0. */
bool local_shard(struct local *local, const char *shard, uint64_t *base, struct failure *failure);
/* The next sequence number of the shard; of a closed one, the number after its last. Notices that
 * it was closed; the first time, checks that the shard's last batch ends before it. */
bool local_next_of(struct local *local, size_t shard, uint64_t *sequence, struct failure *failure);
/* Fills state->parent and parent_count: the shards of the previous generation that had its keys. */
void local_parents(const struct local *local, size_t shard, struct shard_state *state);
size_t local_shards(struct stream *stream, const char *const **shards, struct failure *failure);
size_t local_open_shards(struct stream *stream, struct failure *failure);

/*
 * Inside a transaction, before records are put: if a group has committed a position that the stream
 * has not reached, which means that it was replaced by an earlier copy of itself, the shard
 * continues after that position. Reports this by caller.warn.
 */
bool local_keep_ahead(struct local *local, struct failure *failure);
/* SQLite's number of the schema, which grows with each change, and if a backup is restored. */
bool local_read_schema(struct local *local, int64_t *number, struct failure *failure);
/* Returns false (75): an earlier copy was restored into the file since it was opened. */
bool local_fail_replaced(const struct local *local, struct failure *failure);
/* False (75): an earlier copy was restored into the file since it was opened. */
bool local_is_same(struct local *local, struct failure *failure);
/* The sequence number at which reading continues at a position. */
uint64_t local_sequence(const struct position *position);

/* Inside a transaction: removes batches that retention has ended, a few at a time. */
bool local_trim(struct local *local, struct failure *failure);
/* The earliest time at which a batch can have arrived, by a clock that shows now; ms. */
int64_t local_earliest(int64_t now);

bool local_accepts(struct stream *stream, const struct record *record, struct failure *failure);
bool local_put(
    struct stream *stream, const struct record *records, size_t count, struct failure *failure);
bool local_state(
    struct stream *stream, const char *shard, struct shard_state *state, struct failure *failure);
/* The next sequence number of the shard. */
bool local_tip(
    struct stream *stream, const char *shard, uint64_t *sequence, struct failure *failure);
/* The sequence number to start reading at. */
bool local_seek(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, uint64_t *sequence, struct failure *failure);
/*
 * Records from sequence on, before until (a sequence number); the first ones if there are many.
 * chunk->count 0: there are none.
 */
bool local_read(struct stream *stream, const char *shard, uint64_t sequence, uint64_t until,
    struct chunk *chunk, struct failure *failure);

bool local_begin(struct stream *stream, const struct stream_start *start, struct failure *failure);
enum stream_news local_next(struct stream *stream, struct chunk *chunk, struct failure *failure);
/* For next.c and read_shared.c: adds a cursor; finds the sequence number of a place that this kind
 * of stream returned, false (75) if the stream has not reached it; reads some records (*news: there
 * are some). */
void local_add_cursor(struct local *local, struct local_cursor cursor);
bool local_seek_place(struct local *local, const char *shard, const char *place, uint64_t *sequence,
    struct failure *failure);
bool local_read_cursor(struct local *local, struct local_cursor *cursor, struct chunk *chunk,
    bool *news, struct failure *failure);
/* As the functions of stream_kind. */
bool local_read_shard(
    struct stream *stream, const char *shard, const char *place, struct failure *failure);
void local_leave_shard(struct stream *stream, const char *shard);
enum stream_news local_next_shared(
    struct local *local, struct chunk *chunk, struct failure *failure);
bool local_lag(struct stream *stream, struct lag *lag, struct failure *failure);
bool local_place(struct stream *stream, const char *shard, enum stream_from from, int64_t time,
    const struct position *position, char place[POSITION_SIZE], struct failure *failure);
bool local_has(struct stream *stream, const struct position *position, struct failure *failure);
bool local_behind(struct stream *stream, const char *shard, const char *place, struct lag *lag,
    struct failure *failure);
bool local_wait(struct stream *stream, int watch, int timeout, struct failure *failure);

#endif
