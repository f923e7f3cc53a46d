/* limits: which inputs stay when a journal goes back, because their group will not repeat them. */
#ifndef JOURNAL_LIMITS_H
#define JOURNAL_LIMITS_H

#include "journal/places.h"
#include "group/checkpoints.h"

struct limit {
	bool open; /* all inputs stay: the shard was read in this run, or its start is unknown */
	bool found; /* else: those before the checkpoint; none if there is no checkpoint */
	struct checkpoint checkpoint;
};

struct limits {
	const struct position *before; /* of its shard, those before it */
	const struct places *places; /* the shards */
	struct limit *limits; /* one for each place */
};

/*
 * Takes the limits of all shards that were not read in this run from the group's checkpoints. A
 * record of one shard may depend on those of another: if shards were split or merged, the same key
 * is in both. groups: NULL if the stream has none.
 */
bool limits_read(struct limits *limits, const struct position *before, const struct places *places,
    struct checkpoints *groups, const char *group, struct failure *failure);
void limits_free(struct limits *limits);
/* Does an input from there stay? */
bool limits_keep(const struct limits *limits, const struct position *position);

#endif
