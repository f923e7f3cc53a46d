/* snapshot: a stream and its groups at one moment, a row for each shard and group. */
#ifndef STREAM_SNAPSHOT_H
#define STREAM_SNAPSHOT_H

#include <sys/types.h>
#include "group/checkpoints.h"
#include "stream/stream.h"

/* The state of a group in a shard. */
struct snapshot_group {
	const char *name; /* NULL: the row is about the shard only */
	bool found; /* it has a checkpoint there */
	struct checkpoint checkpoint;
	struct lag lag;
	struct group_reader reader;
};

struct snapshot_row {
	char shard[POSITION_SHARD + 1];
	struct shard_state state;
	struct snapshot_group group;
};

/* Zeroed is empty. */
struct snapshot {
	int64_t time; /* ms */
	struct snapshot_row *rows;
	size_t count;
	size_t capacity;
};

/* Names of groups. Zeroed is empty. */
struct snapshot_names {
	char **names;
	size_t count;
};

void snapshot_names_add(struct snapshot_names *names, const char *name);
/* Replaces them by the names of all groups; groups NULL: there are none. */
bool snapshot_names_all(
    struct snapshot_names *names, struct checkpoints *groups, struct failure *failure);
void snapshot_names_free(struct snapshot_names *names);

/* Reads the state of the stream's shards, and in each that of the named groups. */
bool snapshot_take(struct snapshot *snapshot, struct stream *stream, struct checkpoints *groups,
    const struct snapshot_names *names, struct failure *failure);
void snapshot_free(struct snapshot *snapshot);

#endif
