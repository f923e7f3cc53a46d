/*
 * vfs: a layer between SQLite and the system's files that joins adjacent reads and writes. SQLite
 * writes its write-ahead log with two calls a page, and copies it back a page at a time; here
 * about a hundredth of the calls remain, with the same bytes in the same order between the same
 * flushes to disk.
 *
 * Nothing is held back that another program could see or that the disk should hold: pending writes
 * are made before every lock, flush, truncation and query of the size.
 */
#ifndef SQLITE_VFS_H
#define SQLITE_VFS_H

#include <stdbool.h>

/* For one database, which is opened with vfs_name. Close it after the database. */
struct vfs;

/*
 * frozen: NULL, or the path of a database that is read as it is on the disk, without its log
 * (readonly.h). Opening and reading it fail once it has a log. Opening it waits while another
 * program closes it.
 */
struct vfs *vfs_open(const char *frozen);
const char *vfs_name(const struct vfs *vfs);
void vfs_close(struct vfs *vfs);

#endif
