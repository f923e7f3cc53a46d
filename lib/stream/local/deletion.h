/*
 * deletion: the note that a stream is being deleted, NAME.stream-deleted, beside its file. It holds
 * the stream's id until the stream and its groups' checkpoints are gone, so that a deletion that
 * was cut short is completed later.
 */
#ifndef STREAM_LOCAL_DELETION_H
#define STREAM_LOCAL_DELETION_H

#include <stdbool.h>
#include "base/caller.h"
#include "base/failure.h"

enum { DELETION_ID = 32 };

struct deletion {
	const char *path; /* of the stream */
	const struct caller *caller;
	char *note; /* path of the note */
	char id[DELETION_ID + 1]; /* of the stream */
};

void deletion_init(struct deletion *deletion, const char *path, const struct caller *caller);
void deletion_free(struct deletion *deletion);

/* Notes that the stream with this id is being deleted. The note is on disk before it returns. */
bool deletion_begin(struct deletion *deletion, const char *id, struct failure *failure);
/* Deletes the checkpoints of the stream's groups; context is a struct deletion. */
bool deletion_forget_groups(void *context, struct failure *failure);
/* Removes the note. */
bool deletion_end(struct deletion *deletion, struct failure *failure);
/*
 * Completes a deletion of a stream of this name that was cut short, if there was one. living: the
 * id of the stream that exists now, which keeps its checkpoints; "" if none exists.
 */
bool deletion_complete(
    const char *path, const char *living, const struct caller *caller, struct failure *failure);

#endif
