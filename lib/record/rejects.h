/*
 * rejects: the rejects file (-x), one JSON line for each refused line:
 *   {"error":"…","tool":"…","line":N,"record":…}
 * If the line is not JSON, "base64" replaces "record". Of an over-long line it holds the first
 * 64 KiB as "base64", and "bytes", its full length.
 */
#ifndef RECORD_REJECTS_H
#define RECORD_REJECTS_H

#include "base/caller.h"
#include "base/failure.h"
#include "system/lines.h"

struct rejects;

/* Opens the file as append_file does; caller is borrowed. */
struct rejects *rejects_open(
    const char *path, const char *tool, const struct caller *caller, struct failure *failure);
/* Appends a line by one write(2). A file that was renamed or deleted is created again first. */
bool rejects_add(
    struct rejects *rejects, const struct line *line, const char *error, struct failure *failure);
/* As rejects_add; more: further members, as text that begins with a comma, or NULL. */
bool rejects_add_with(struct rejects *rejects, const struct line *line, const char *error,
    const char *more, struct failure *failure);
/* Flushes what was added to the disk; does nothing if nothing was. */
bool rejects_sync(struct rejects *rejects, struct failure *failure);
bool rejects_close(struct rejects *rejects, struct failure *failure); /* NULL is allowed */

#endif
