/* listed: the shards that the stream lists, for the thread that keeps the leases. */
#ifndef KREAD_LISTED_H
#define KREAD_LISTED_H

#include <pthread.h>
#include "stream/stream.h"

struct listed {
	pthread_mutex_t mutex; /* guards the names */
	char **names; /* sorted */
	size_t count;
	int64_t due; /* clock_steady: when they are looked at again */
};

void listed_init(struct listed *listed);
void listed_free(struct listed *listed);
/* Notes them, if it is time. */
void listed_update(struct listed *listed, struct stream *stream);
/*
 * Has the shard expired: is it not listed, though one of a later name is? Names are given in their
 * order; a shard later than all that are listed may be newer than the list.
 */
bool listed_lacks(struct listed *listed, const char *shard);

#endif
