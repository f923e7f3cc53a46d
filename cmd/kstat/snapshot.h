/*
 * look: a stream and its groups as they are at one moment, a row per shard and
 * group; written as lines of JSON (look_line.c) or as a table (look_table.c).
 */
#ifndef KSTAT_SNAPSHOT_H
#define KSTAT_SNAPSHOT_H

#include <sys/types.h>
#include "base/buffer.h"
#include "stream/checkpoints.h"
#include "stream/stream.h"

/* A group in a shard. */
struct look_group {
	const char *name; /* NULL: the row is about the shard alone */
	bool found; /* it has a checkpoint there */
	struct checkpoint checkpoint;
	struct lag lag;
	pid_t reader; /* 0: none */
};

struct look_row {
	char shard[POSITION_SHARD + 1];
	struct shard_state state;
	struct look_group group;
};

/* Zeroed is empty. */
struct look {
	int64_t time; /* ms */
	struct look_row *rows;
	size_t count;
	size_t capacity;
};

/* Of groups. Zeroed is empty. */
struct look_names {
	char **names;
	size_t count;
};

void look_names_add(struct look_names *names, const char *name);
/* Those of all groups there are now; groups NULL: nobody has made any. */
bool look_names_all(struct look_names *names, struct checkpoints *groups, struct failure *failure);
void look_names_free(struct look_names *names);

/* Looks anew, at the groups too where there are names. */
bool look_take(struct look *look, struct stream *stream, struct checkpoints *groups,
    const struct look_names *names, struct failure *failure);
void look_free(struct look *look);

/* A row as JSON. timed: with the time of the look in front. */
void look_add_line(
    struct buffer *line, const char *stream, const struct look_row *row, const struct look *timed);

/*
 * All of it as a table for people, lines cut to columns. What came per second since
 * before, where that has rows.
 */
void look_add_table(struct buffer *to, const char *stream, const struct look *look,
    const struct look *before, size_t columns);

#endif
