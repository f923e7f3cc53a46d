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
	size_t size; /* of text */
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
	size_t bytes; /* of all their texts */
};

/*
 * Adds a line. False: it is not a line of kstat, a name occurs twice, or there are more shards
 * and groups than fit into 256 MiB.
 */
bool streams_add(struct streams *streams, struct span line);
void streams_free(struct streams *streams);

/* Is the value a number of a magnitude that other programs can read (text/number.h)? */
bool streams_is_number(struct span value);

#endif
