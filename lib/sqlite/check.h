/* check: recognises a file by its first bytes, before SQLite opens it. */
#ifndef SQLITE_CHECK_H
#define SQLITE_CHECK_H

#include "sqlite/database.h"

/* False (2) if the file at path is foreign, newer, truncated or missing (*missing). */
bool check_database(
    const char *path, const struct database_format *format, bool *missing, struct failure *failure);

#endif
