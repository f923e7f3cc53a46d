/*
 * change: the embedded stream as a resource: it is read, created, changed in place while others use
 * it, and deleted. path is the stream's file (name_parse).
 */
#ifndef STREAM_LOCAL_CHANGE_H
#define STREAM_LOCAL_CHANGE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/caller.h"
#include "base/failure.h"

enum { STREAM_SHARDS_MOST = 256, MADE_BY_SIZE = 64 };

struct stream_shape {
	unsigned shards; /* that are open; when created, 0 stands for 1 */
	int64_t retention; /* ms; when created, 0 stands for 24 hours */
	char made_by[MADE_BY_SIZE]; /* a note of its maker; empty: none */
	char id[40]; /* random, different for each stream; ignored when created */
};

/* *missing: there is no such stream. False and not missing: it cannot be read. */
bool stream_local_read(const char *path, struct stream_shape *shape, bool *missing,
    const struct caller *caller, struct failure *failure);

/* Creates the stream, completely or not at all. FAILURE_REFUSED: it exists already. */
bool stream_local_make(const char *path, const struct stream_shape *shape,
    const struct caller *caller, struct failure *failure);

/*
 * Sets the retention, in ms. Writers that have the stream open apply it within a second of writing.
 */
bool stream_local_retention(
    const char *path, int64_t milliseconds, const struct caller *caller, struct failure *failure);

/*
 * Closes the shards that are open and opens new ones, which divide the keys again; nothing if that
 * many are open already. Records stay where they are, with their positions. Writers put their next
 * batch into the new shards; readers read the old ones before the new ones. FAILURE_PERMANENT: the
 * stream has used up its shard numbers.
 */
bool stream_local_reshard(
    const char *path, unsigned shards, const struct caller *caller, struct failure *failure);

/*
 * Deletes the stream, its groups' checkpoints (not those of another stream of its name in the same
 * file), its log and its lock. At any moment it exists completely or not at all. If there is none,
 * removes the rest of a deletion that was cut short, and returns true.
 */
bool stream_local_delete(const char *path, const struct caller *caller, struct failure *failure);

#endif
