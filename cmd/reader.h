/*
 * reader: reads the shards of a stream in turn, writes their records and, for
 * a group, the marks between them, and tells what retention took.
 */
#ifndef READER_H
#define READER_H

#include "../lib/groups.h"
#include "../lib/stream.h"
#include "from.h"
#include "record_line.h"
#include "tool.h"

/* Where we are in one shard. */
struct cursor {
	const char *shard;
	uint64_t next; /* sequence number */
	uint64_t until; /* without follow: the tip when we began */
	uint64_t marked; /* next when the last mark was written */
	bool has_mark; /* one was written in this run */
};

struct reader {
	struct tool *tool;
	struct stream *stream;
	struct groups *groups; /* NULL without a group */
	const char *group;
	enum record_form form;
	bool follow;
	uint64_t limit; /* of records; 0: none */
	struct cursor *cursors;
	size_t count;
	uint64_t given;
};

/*
 * A cursor for each shard (or for this one alone), at the group's checkpoint or
 * else at from. asked: the text of --from, which a checkpoint forbids; or NULL.
 */
bool reader_seek(struct reader *reader, const char *shard, const struct from *from,
    const char *asked, struct failure *failure);
/* Writes a little of each shard. *more: there may be more right away. */
bool reader_round(struct reader *reader, bool *more, struct failure *failure);
bool reader_is_done(const struct reader *reader); /* limit reached */
/* A mark for each shard that has gone on since its last, then all of it leaves. */
bool reader_rest(struct reader *reader, struct failure *failure);
/* How many records are still to come, as far as is known now. */
bool reader_lag(struct reader *reader, uint64_t *records, struct failure *failure);
void reader_free(struct reader *reader);

#endif
