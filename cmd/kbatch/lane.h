/*
 * lane: which of the lines that arrive have to keep their order: those of a
 * shard, or, where a member is the key, those whose keys fall into one of so many
 * lanes. Batches of one lane come one after another.
 */
#ifndef KBATCH_LANE_H
#define KBATCH_LANE_H

#include "base/buffer.h"
#include "stream/members.h"

struct lanes {
	struct members members;
	struct buffer record; /* of the line that is looked into */
	unsigned count;
	size_t max_line;
};

/* field: the member whose value is the key; NULL: the shard decides. */
void lanes_want(struct lanes *lanes, const char *field, unsigned count, size_t max_line);
/*
 * Checks a line that is no mark, and says which lane it goes in. False: refused,
 * for its length, for a _raw that is none, or for want of the member.
 */
bool lane_find(struct lanes *lanes, struct span line, uint64_t *lane, struct failure *failure);

#endif
