/*
 * database_remove: a database goes, with its log and lock. Its name goes first,
 * at once; then what stands beside it. Whoever has it open notices
 * (database_still_there). To be called again where it was cut short.
 */
#ifndef SQLITE_REMOVE_H
#define SQLITE_REMOVE_H

#include "sqlite/database.h"

/*
 * True where there is none: its remains go. also, where not NULL, is called once
 * the name is gone and before the remains are, to do what belongs to it.
 */
bool database_remove(const char *path, const struct database_format *format,
    bool (*also)(void *context, struct failure *failure), void *context, struct failure *failure);

#endif
