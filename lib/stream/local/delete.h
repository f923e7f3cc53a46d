/*
 * stream_local_delete: a stream goes, and with it what its groups have committed.
 * NAME.stream-deleted says which stream is going, until all of it has gone.
 */
#ifndef STREAM_LOCAL_DELETE_H
#define STREAM_LOCAL_DELETE_H

#include <stdbool.h>
#include "base/failure.h"

/* What a deletion that was cut short left undone; nothing where none was. */
bool stream_local_delete_rest(const char *path, struct failure *failure);

#endif
