/*
 * remove: deletes a database, first the file itself, then its log and lock. A program that has it
 * open notices (database_still_there). If it was interrupted, call it again.
 */
#ifndef SQLITE_REMOVE_H
#define SQLITE_REMOVE_H

#include "sqlite/database.h"

/*
 * If the file is missing: true, and what is left beside it is deleted. also, unless NULL, is
 * called after the file is deleted and before the rest is.
 */
bool remove_database(const char *path, const struct database_format *format,
    bool (*also)(void *context, struct failure *failure), void *context,
    const struct caller *caller, struct failure *failure);

#endif
