/*
 * reader: reads a stream and writes its records and, for a group, the marks between them; reports
 * records lost to retention.
 */
#ifndef KREAD_READER_H
#define KREAD_READER_H

#include "pack/unpacker.h"
#include "group/checkpoints.h"
#include "stream/stream.h"
#include "stream_options/start_option.h"
#include "kread/marks.h"
#include "kread/record_line.h"
#include "tool/tool.h"

struct reader {
	struct tool *tool;
	struct stream *stream;
	struct checkpoints *groups; /* NULL: no group */
	const char *group;
	const char *asked; /* the text of --from, which a checkpoint excludes; NULL: not given */
	enum record_form form;
	struct unpacker *unpacker; /* NULL: records stay as they are */
	bool follow;
	enum stream_from from;
	uint64_t limit; /* of records; 0: none */
	struct progress *shards;
	size_t count; /* of shards */
	uint64_t given; /* records written out */
	/* Of a shared group: *admitted false: the chunk is not written. NULL: all are. */
	bool (*admit)(void *admits, const struct chunk *chunk, struct progress *progress,
	    bool *admitted, struct failure *failure);
	void *admits;
};

/*
 * Begins to read all shards, or only the one given, at the group's checkpoint, or at from if it
 * has none.
 */
bool reader_begin(
    struct reader *reader, const char *shard, const struct start *from, struct failure *failure);
/* Writes the records that have arrived, if any, without waiting. */
enum stream_news reader_step(struct reader *reader, struct failure *failure);
/* Has the limit been reached? */
bool reader_is_done(const struct reader *reader);
/* Writes a mark for each shard that has changed since its last, and flushes the output. */
bool reader_rest(struct reader *reader, struct failure *failure);
/* Notes what a service has reported (retries, throttles, lag) for --stats. */
void reader_statistics(struct reader *reader);
void reader_free(struct reader *reader);

#endif
