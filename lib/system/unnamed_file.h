/* unnamed_file: a file that no directory names, so that it vanishes with the process. */
#ifndef SYSTEM_UNNAMED_FILE_H
#define SYSTEM_UNNAMED_FILE_H

/*
 * Creates one, to be read and written, on the file system of that directory. Where there are no
 * such files (NFS), it has a name for a moment, which a kill then leaves. -1: errno says why.
 */
int unnamed_file_create(const char *directory);

/*
 * Creates one that can get a name, by linkat from /proc/self/fd. -1: errno says why; EOPNOTSUPP,
 * EISDIR or EINVAL: this system has none.
 */
int unnamed_file_create_linkable(const char *directory);

#endif
