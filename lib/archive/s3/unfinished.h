/*
 * unfinished: notes in the spool which uploads in parts have begun, so that those of a process that
 * was killed are aborted at the next start: S3 would keep, and charge for, their parts. Each
 * process has a file, which it locks; a line for each upload has the bucket and the encoded path of
 * its key.
 */
#ifndef ARCHIVE_S3_UNFINISHED_H
#define ARCHIVE_S3_UNFINISHED_H

#include "archive/s3/upload.h"
#include "base/caller.h"

struct unfinished;

/* directory: the spool, with a slash at its end. It is borrowed. */
struct unfinished *unfinished_open(const char *directory);
void unfinished_close(struct unfinished *unfinished); /* removes the file; NULL is allowed */
/* To be called before an upload in parts begins, and after it has ended. */
bool unfinished_add(
    struct unfinished *unfinished, const char *bucket, const char *path, struct failure *failure);
void unfinished_remove(struct unfinished *unfinished);

/*
 * Aborts the uploads to this bucket that processes which are gone have left. What cannot be aborted
 * is reported to the caller, and stays noted.
 */
void unfinished_abort(
    const char *directory, const char *bucket, struct aws *aws, const struct caller *caller);
/*
 * The next note in a text, which it cuts into its parts: the bucket, and the encoded path, which
 * begins with a slash. A line that is no note is left out. False: there is no other.
 */
bool unfinished_next(char **notes, const char **bucket, const char **path);

#endif
