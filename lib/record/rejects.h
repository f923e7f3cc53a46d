/*
 * rejects: the file of -x, one JSON line per refused input line:
 *   {"error":"…","tool":"…","line":N,"record":…}
 * "record" is the line itself where it is JSON; else "base64" of it. Of an
 * over-long line the first 64 KiB as base64 and "bytes", its length.
 */
#ifndef RECORD_REJECTS_H
#define RECORD_REJECTS_H

#include "base/failure.h"
#include "system/lines.h"

struct rejects;

/* Opens for appending, mode 0600 where it is made. */
struct rejects *rejects_open(const char *path, const char *tool, struct failure *failure);
/* One write(2). */
bool rejects_add(
    struct rejects *rejects, const struct line *line, const char *error, struct failure *failure);
/* The same; more: further members as text that begins with a comma, or NULL. */
bool rejects_add_with(struct rejects *rejects, const struct line *line, const char *error,
    const char *more, struct failure *failure);
/* What was added is on the disk when this returns true. Does nothing where there is nothing new. */
bool rejects_sync(struct rejects *rejects, struct failure *failure);
bool rejects_close(struct rejects *rejects, struct failure *failure); /* NULL is allowed */

#endif
