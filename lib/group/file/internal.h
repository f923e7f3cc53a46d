/* internal: what the files of this folder share; private to them. */
#ifndef GROUP_FILE_INTERNAL_H
#define GROUP_FILE_INTERNAL_H

#include "group/file/checkpoints_file.h"
#include "group/kind.h"
#include "sqlite/database.h"

struct checkpoints_file {
	struct checkpoints base;
	struct database database;
	int64_t now; /* ms: the time of the commit */
};

extern const struct database_format checkpoints_format;

/* NAME.groups beside the stream; for a stream on AWS in $FX_HOME. The caller frees it. */
char *checkpoints_path(
    const char *stream_name, const struct caller *caller, struct failure *failure);
/* Prepares sql and binds its first parameters; NULL: not bound. NULL on failure. */
sqlite3_stmt *checkpoints_prepare(struct checkpoints_file *file, const char *sql, const char *first,
    const char *second, struct failure *failure);
/* Steps once and finalizes. *row: there was one. */
bool checkpoints_step(
    struct checkpoints_file *file, sqlite3_stmt *statement, bool *row, struct failure *failure);

/* The functions of this kind: checkpoints_change.c … */
bool checkpoints_file_commit(struct checkpoints *groups, const char *group, const char *id,
    const struct position *positions, size_t count, struct failure *failure);
bool checkpoints_file_place(struct checkpoints *groups, const char *group, const char *id,
    char (*places)[POSITION_SIZE], size_t count, enum checkpoints_placing how,
    struct failure *failure);
bool checkpoints_file_delete(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure);
/* … and checkpoints_read.c. */
bool checkpoints_file_get(struct checkpoints *groups, const char *group, const char *shard,
    struct checkpoint *checkpoint, bool *found, struct failure *failure);
bool checkpoints_file_have(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure);
bool checkpoints_file_check(
    struct checkpoints *groups, const char *group, const char *id, struct failure *failure);
bool checkpoints_file_stream_id(
    struct checkpoints *groups, const char *group, char **id, struct failure *failure);
bool checkpoints_file_each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure);

static inline struct checkpoints_file *
checkpoints_file_of(struct checkpoints *groups)
{
	return (struct checkpoints_file *)groups;
}

#endif
