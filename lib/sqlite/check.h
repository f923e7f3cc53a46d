/* database_check: a file's first bytes tell whether it is ours, before anything touches it. */
#ifndef SQLITE_CHECK_H
#define SQLITE_CHECK_H

#include "sqlite/database.h"

/* False (2) where path is foreign, newer, cut off or not there (*missing). */
bool database_check(
    const char *path, const struct database_format *format, bool *missing, struct failure *failure);

/* Is there something in the write-ahead log? Then the file itself may lag behind its header. */
bool database_has_log(const char *path);

#endif
