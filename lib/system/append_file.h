/*
 * append_file: a file that a tool appends lines to as long as it runs (-x, --stats). If it is
 * renamed or deleted meanwhile, it is created again, as programs that rotate logs expect.
 */
#ifndef SYSTEM_APPEND_FILE_H
#define SYSTEM_APPEND_FILE_H

#include <stdbool.h>
#include "base/caller.h"
#include "base/failure.h"
#include "base/span.h"

struct append_file;

/*
 * Opens the file, or creates it with mode 0600. what: its lines, for messages ("statistics"); waits
 * are reported to caller (borrowed). A FIFO that nobody reads is waited for: 75 after 30 s.
 */
struct append_file *append_file_open(
    const char *path, const char *what, const struct caller *caller, struct failure *failure);

/*
 * To be called before each line. Opens the path again if another file, or none, has that name by
 * now: only a regular file whose directory was writable when it was opened. *torn: the last line
 * in the file has no newline, after a power cut or a kill.
 */
bool append_file_ready(struct append_file *file, bool *torn, struct failure *failure);

/* Adds a line, which includes its newline, as append_line does. */
bool append_file_line(struct append_file *file, struct span line, struct failure *failure);

/* Flushes what was added to the disk; does nothing if nothing was. */
bool append_file_sync(struct append_file *file, struct failure *failure);

/* NULL is allowed. Does not flush. */
void append_file_close(struct append_file *file);

#endif
