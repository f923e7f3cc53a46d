/*
 * database_file: how SQLite's reads and writes reach a database's files. SQLite
 * writes a write-ahead log a page at a time, with a call for each page's header
 * and another for the page, and copies it back a page at a time. Here what
 * follows on in a file goes in one call: about a hundredth of the calls, for
 * the same bytes in the same order between the same flushes to disk.
 *
 * Nothing is held back beyond the point where another program may look or the
 * disk be relied upon: every lock, flush, truncation and question of size comes
 * after the writes before it.
 */
#ifndef SQLITE_VFS_H
#define SQLITE_VFS_H

#include <stdbool.h>

/* For one database, opened under vfs_name. Closed after it. */
struct vfs;

struct vfs *vfs_open(void);
const char *vfs_name(const struct vfs *files);
void vfs_close(struct vfs *files);

#endif
