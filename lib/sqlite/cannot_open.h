/*
 * cannot_open: finds why SQLite could not open a file. SQLite tries several ways to open it, and
 * reports the error number of the last one, which often is not that of the cause.
 */
#ifndef SQLITE_CANNOT_OPEN_H
#define SQLITE_CANNOT_OPEN_H

/*
 * The errno with which a file beside the database at path cannot be used or created now; 0: it
 * can be, so the cause has passed. reported: by SQLite; a lack of resources or a fault of the disk
 * is kept if creating a file fails only for want of permission, which reading does without.
 */
int cannot_open_cause(const char *path, int reported);

#endif
