/*
 * lanes: which lines have to keep their order: those of a shard, or with -k those whose keys fall
 * into one of N lanes. Batches of one lane are run one after another.
 */
#ifndef KBATCH_LANES_H
#define KBATCH_LANES_H

#include "base/buffer.h"
#include "stream/members.h"

struct lanes {
	struct members members;
	struct buffer record; /* of the line at hand */
	unsigned count;
	size_t max_line;
};

/* field: the member whose value is the key; NULL: the shard is. max_line: bytes of a record. */
void lanes_init(struct lanes *lanes, const char *field, unsigned count, size_t max_line);
void lanes_free(struct lanes *lanes);
/*
 * Checks a line that is not a mark, and finds its lane. False with FAILURE_REFUSED: it is too
 * long, its _raw is not base64, or it lacks the member.
 */
bool lanes_find(struct lanes *lanes, struct span line, uint64_t *lane, struct failure *failure);

#endif
