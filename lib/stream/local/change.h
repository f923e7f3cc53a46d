/*
 * stream_local_change: the embedded stream as a piece of infrastructure: looked
 * at, made, changed in place while others read and write it, and deleted. path
 * is the stream's file (name_parse).
 */
#ifndef STREAM_LOCAL_CHANGE_H
#define STREAM_LOCAL_CHANGE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/failure.h"

enum { STREAM_SHARDS_MOST = 256, MADE_BY_SIZE = 64 };

struct stream_shape {
	unsigned shards; /* that take records; making one: 0 is 1 */
	int64_t retention; /* ms; making one: 0 is 24 hours */
	char made_by[MADE_BY_SIZE]; /* what the maker noted; empty: nothing */
	char id[40]; /* the random identity of this very stream; not used in making one */
};

/* *missing: there is no such stream. False and not missing: it cannot be looked at. */
bool stream_local_read(
    const char *path, struct stream_shape *shape, bool *missing, struct failure *failure);

/* Whole or not at all. FAILURE_REFUSED where there is one already. */
bool stream_local_make(const char *path, const struct stream_shape *shape, struct failure *failure);

/* Writers that have it open go by it within a second of writing. */
bool stream_local_retention(const char *path, int64_t milliseconds, struct failure *failure);

/*
 * Closes the shards that are open and opens so many new ones, which divide the
 * keys anew; nothing where so many are open already. Records that are there stay
 * where they are, with their positions. Writers put their next batch into the new
 * shards; readers give out what is in the old ones before what is in the new
 * ones. FAILURE_PERMANENT where the stream has used up its shards' numbers.
 */
bool stream_local_reshard(const char *path, unsigned shards, struct failure *failure);

/*
 * The stream, its groups' checkpoints (not those that another stream of its name
 * has in their file), its log and its lock. It is there or not there at any
 * moment. True where there is none: also what an earlier try left behind goes.
 */
bool stream_local_delete(const char *path, struct failure *failure);

#endif
