/* arrival_key: which of the lines that arrive have to keep their order. */
#ifndef ARRIVAL_KEY_H
#define ARRIVAL_KEY_H

#include "../lib/buffer.h"
#include "members.h"

struct arrival_key {
	struct members members;
	struct buffer record; /* of the line that is looked into */
	bool by_shard;
	size_t max_line;
};

/* field: the member whose value is the key; NULL: the shard, or, unless jobs, none. */
void arrival_key_want(struct arrival_key *key, const char *field, bool jobs, size_t max_line);
/*
 * Checks a line that is no mark, and finds a hash of its key. False: refused, for
 * its length, for a _raw that is none, or for want of the member.
 */
bool arrival_key_find(
    struct arrival_key *key, struct span line, uint64_t *hash, struct failure *failure);

#endif
