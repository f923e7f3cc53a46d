/*
 * schema: creates the tables of a new file, and refuses a file whose schema holds anything
 * that fxpipe did not make: a trigger, a view or an index would affect what the tools read and
 * write.
 */
#ifndef SQLITE_SCHEMA_H
#define SQLITE_SCHEMA_H

#include "sqlite/database.h"

bool schema_create(
    struct database *database, const struct database_format *format, struct failure *failure);

/*
 * FAILURE_PERMANENT names what is not ours. Tables beside ours, and their indexes, are allowed:
 * programs that replicate SQLite files put theirs there.
 */
bool schema_check(
    struct database *database, const struct database_format *format, struct failure *failure);

#endif
