/* checkpoints_file: what checkpoints.c and checkpoints_change.c share; private to them. */
#ifndef STREAM_CHECKPOINTS_FILE_H
#define STREAM_CHECKPOINTS_FILE_H

#include "sqlite/database.h"
#include "stream/checkpoints.h"

struct checkpoints {
	struct database database;
	int64_t now; /* ms: the time of the commit */
};

extern const struct database_format checkpoints_format;

/* NAME.groups beside the stream; for a stream on AWS in $FX_HOME. The caller frees it. */
char *checkpoints_path(
    const char *stream_name, const struct caller *caller, struct failure *failure);
/* Prepares sql and binds its first parameters; NULL: not bound. NULL on failure. */
sqlite3_stmt *checkpoints_prepare(struct checkpoints *groups, const char *sql, const char *first,
    const char *second, struct failure *failure);
/* Steps once and finalizes. *row: there was one. */
bool checkpoints_step(
    struct checkpoints *groups, sqlite3_stmt *statement, bool *row, struct failure *failure);

#endif
