/* file: reads a whole file or pipe into memory, with a ceiling; replaces a file as a whole. */
#ifndef SYSTEM_FILE_H
#define SYSTEM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include "base/buffer.h"
#include "base/failure.h"

/*
 * Initialises bytes and reads into it all that fd yields. name begins the message of a failure:
 * "NAME cannot be read: …", or "NAME is longer than N KiB" or MiB (FAILURE_PERMANENT). The memory
 * is not moved on the way, so that buffer_wipe reaches every copy of a secret.
 */
bool file_read_all(
    int fd, const char *name, size_t most, struct buffer *bytes, struct failure *failure);

/*
 * The same for the regular file at path, whose name begins the message; does not wait for a pipe.
 * *missing: there is no such file.
 */
bool file_read_regular(
    const char *path, size_t most, struct buffer *bytes, bool *missing, struct failure *failure);

/*
 * Writes bytes to the file temporary, which is in the same directory, flushes it and renames it to
 * path, so that a reader sees the old file or the new one. The directory is not flushed: after a
 * crash of the machine the old file may be there again, unless the caller calls directory_sync. It
 * gets the mode whatever the umask is. If that fails, path is unchanged and temporary is removed;
 * the message names path.
 */
bool file_replace(const char *path, const char *temporary, mode_t mode, struct span bytes,
    struct failure *failure);

#endif
