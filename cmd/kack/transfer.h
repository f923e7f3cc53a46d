/* transfer: moves a group from one place in which groups are kept to another. */
#ifndef KACK_TRANSFER_H
#define KACK_TRANSFER_H

#include "group/checkpoints.h"
#include "stream/stream.h"

/* A group and where it is kept. */
struct transfer_end {
	struct checkpoints *groups;
	const char *group;
};

/*
 * Moves the checkpoints in all shards of the stream, and deletes them in from. FAILURE_TEMPORARY
 * while one of the groups is read; FAILURE_PERMANENT if to has checkpoints; FAILURE_REFUSED if from
 * has none.
 */
bool transfer_group(struct stream *stream, const struct transfer_end *from,
    const struct transfer_end *to, struct failure *failure);

#endif
