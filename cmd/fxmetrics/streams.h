/*
 * streams: the lines of kstat: the latest of each shard, and the latest of each group in a shard.
 * Numbers stay as they are in the line.
 */
#ifndef FXMETRICS_STREAMS_H
#define FXMETRICS_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

enum {
	STREAMS_RECORDS,
	STREAMS_BYTES,
	STREAMS_OLDEST,
	STREAMS_NEWEST,
	STREAMS_RECORDS_IN,
	STREAMS_BYTES_IN,
	STREAMS_OPEN,
	STREAMS_LAG,
	STREAMS_LAG_MS,
	STREAMS_LOST,
	STREAMS_COMMITTED,
	STREAMS_MEMBERS
};

struct streams_row {
	char *text; /* the line, then the three names below */
	struct span stream, shard, group; /* unescaped; group start NULL: the row is of the shard */
	struct span values[STREAMS_MEMBERS]; /* JSON; start NULL: absent */
};

/* Sorted by stream, shard and group. */
struct streams_list {
	struct streams_row *rows;
	size_t count;
	size_t capacity;
};

/* Zeroed is empty. */
struct streams {
	struct streams_list shards, groups;
};

/* Adds a line. False: it is not a line of kstat, or there are too many shards and groups. */
bool streams_add(struct streams *streams, struct span line);
void streams_free(struct streams *streams);

/* Is the value a number? */
bool streams_is_number(struct span value);

#endif
