/* internal: what the files of this folder share; private to them. */
#ifndef GROUP_FILE_INTERNAL_H
#define GROUP_FILE_INTERNAL_H

#include "group/file/checkpoints_file.h"
#include "group/kind.h"
#include "group/leases.h"
#include "sqlite/database.h"

struct checkpoints_file {
	struct checkpoints base;
	struct database database;
	int64_t now; /* ms: the time of the commit */
	bool has_leases; /* as of the commit: there is the table of leases */
	struct fence *fences; /* of fences.c */
	size_t fence_count;
};

/* The table of leases, which the first reader that shares a group creates. */
#define CHECKPOINTS_LEASE \
	"CREATE TABLE lease (name TEXT NOT NULL, shard TEXT NOT NULL, stream TEXT NOT NULL," \
	" generation INTEGER NOT NULL, start TEXT NOT NULL, owner TEXT NOT NULL," \
	" checkpoint_owner TEXT NOT NULL, tenure TEXT NOT NULL, counter INTEGER NOT NULL," \
	" ended TEXT NOT NULL, PRIMARY KEY (name, shard)) WITHOUT ROWID"

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

/* lease_rows.c: leases as they are in the file. Those that change them work in a transaction. */
bool lease_rows_exist(struct checkpoints_file *file, bool *exist, struct failure *failure);
/* Replaces leases by those of the group in the stream with that id, or shard's only if that is not
 * NULL, sorted. Their table must exist. */
bool lease_rows_read(struct checkpoints_file *file, const char *group, const char *id,
    const char *shard, struct leases *leases, struct failure *failure);
/* Adds one unless the shard has one in this stream. */
bool lease_rows_add(struct checkpoints_file *file, const char *group, const char *id,
    const struct lease *lease, struct failure *failure);
/* Changes its owners, tenure and counter, and whether it has ended. */
bool lease_rows_put(struct checkpoints_file *file, const char *group, const struct lease *lease,
    struct failure *failure);
/* Frees those of a worker, which is not this one's any more. */
bool lease_rows_free(
    struct checkpoints_file *file, const char *group, const char *worker, struct failure *failure);
/* Deletes those of the group, in a transaction of its own. */
bool lease_rows_delete(struct checkpoints_file *file, const char *group, struct failure *failure);

/* lease_file.c */
/* Does the worker's process live? *process: it, if it is another one. */
bool lease_file_finds(struct checkpoints_file *file, const char *group, const char *worker,
    pid_t *process, struct failure *failure);

/*
 * fences.c: in the transaction of a commit, with has_leases set: may positions of the shard be
 * committed? False (75): the lease under which they were read was lost.
 */
bool fences_pass(
    struct checkpoints_file *file, const char *group, const char *shard, struct failure *failure);

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
