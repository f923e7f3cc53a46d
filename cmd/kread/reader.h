/*
 * reader: reads a stream, writes its records and, for a group, the marks
 * between them, and tells what retention took.
 */
#ifndef KREAD_READER_H
#define KREAD_READER_H

#include "stream/checkpoints.h"
#include "stream/stream.h"
#include "stream_options/start_option.h"
#include "kread/record_line.h"
#include "tool/tool.h"

/* How far one shard has been written out. */
struct progress {
	const char *shard; /* NULL: nothing is known of it */
	uint64_t next; /* the sequence number that comes next, where sequence is empty */
	char sequence[POSITION_SEQUENCE + 1]; /* of the last record */
	int64_t sub; /* that it is through; -1: through all of it */
	uint64_t unmarked; /* records since the last mark */
	bool news; /* the last mark, if any, says something else */
};

struct reader {
	struct tool *tool;
	struct stream *stream;
	struct checkpoints *groups; /* NULL without a group */
	const char *group;
	const char *asked; /* the text of --from, which a checkpoint forbids; or NULL */
	enum record_form form;
	bool follow;
	enum stream_from from;
	uint64_t limit; /* of records; 0: none */
	struct progress *shards;
	size_t count;
	uint64_t given;
};

/*
 * All shards, or this one alone, at the group's checkpoint or else at from.
 */
bool reader_begin(
    struct reader *reader, const char *shard, const struct start *from, struct failure *failure);
/* Writes what comes next, if anything comes now. */
enum stream_news reader_step(struct reader *reader, struct failure *failure);
bool reader_is_done(const struct reader *reader); /* limit reached */
/* A mark for each shard that has gone on since its last, then all of it leaves. */
bool reader_rest(struct reader *reader, struct failure *failure);
/* Into the figures of --stats: what a service has told of itself and of the lag. */
void reader_figures(struct reader *reader);
void reader_free(struct reader *reader);

#endif
