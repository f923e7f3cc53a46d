/* file: the whole of a file or pipe in memory, with a ceiling. */
#ifndef SYSTEM_FILE_H
#define SYSTEM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"
#include "base/failure.h"

/*
 * Initialises bytes and reads into it all that fd yields. name begins the message of a failure:
 * "NAME cannot be read: …", or "NAME is longer than N KiB" or MiB (FAILURE_PERMANENT). The memory
 * is not moved on the way, so that buffer_wipe reaches every copy of a secret.
 */
bool file_read_all(
    int fd, const char *name, size_t most, struct buffer *bytes, struct failure *failure);

#endif
