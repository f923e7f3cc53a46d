/*
 * marks: how much of each shard has been written out, and the marks that report it to kack. A mark
 * is the line {"_pos":"SHARD:SEQUENCE+"}: everything up to and including that position was read.
 */
#ifndef KREAD_MARKS_H
#define KREAD_MARKS_H

#include "stream/stream.h"
#include "tool/tool.h"

/* How much of one shard has been written out. */
struct progress {
	const char *shard; /* NULL: nothing yet */
	uint64_t next; /* the next sequence number, if sequence is empty */
	char sequence[POSITION_SEQUENCE + 1]; /* of the last record */
	int64_t sub; /* its last part written out; -1: all of it */
	uint64_t unmarked; /* records since the last mark */
	bool changed; /* since the last mark */
	bool exact; /* marks name the last part of an aggregate, as the KCL does */
	bool closed; /* nothing more of the shard may be written, until it begins again */
};

/* The position of a mark, "SHARD:SEQUENCE+"; "": nothing has been written since it began. */
void marks_text(const struct progress *progress, char text[POSITION_SIZE]);

/* Notes that the shard has been written out through record i of the chunk. */
void marks_note(struct progress *progress, const struct chunk *chunk, size_t i);
/* Writes a mark, if the progress has changed since the last. */
bool marks_write(struct tool *tool, struct progress *progress, struct failure *failure);

#endif
