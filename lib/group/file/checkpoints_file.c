/* checkpoints_file: opens the file of a stream's checkpoints; the leases in its lock file. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "group/file/internal.h"
#include "record/stream_identity.h"
#include "sqlite/lock.h"
#include "system/directory.h"

static void
same_stream(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *a = (const char *)sqlite3_value_text(values[0]);
	const char *b = (const char *)sqlite3_value_text(values[count - 1]);

	sqlite3_result_int(context, a != NULL && b != NULL && stream_identity_same(a, b));
}

static void
close_file(struct checkpoints *groups)
{
	database_close(&checkpoints_file_of(groups)->database);
	free(checkpoints_file_of(groups)->fences);
	free(groups);
}

static const char *
directory(const struct checkpoints *groups)
{
	return ((const struct checkpoints_file *)groups)->database.directory;
}

/* False (75): others read the group. */
static bool
in_use(struct checkpoints_file *file, const char *group, struct failure *failure)
{
	pid_t whole;

	if (!lock_claimed(&file->database, group, F_RDLCK, &whole, failure))
		return false;
	return fail(failure, FAILURE_TEMPORARY,
	    whole != 0 ? "group %s is in use: one kread reads a group at a time"
	               : "group %s is in use: readers share it (kread --share)",
	    group);
}

/* Leases are of readers that share the group, and say nothing that checkpoints do not. */
static bool
claim(struct checkpoints *groups, const char *group, struct failure *failure)
{
	struct checkpoints_file *file = checkpoints_file_of(groups);
	bool taken;

	if (!lock_try(&file->database, group, F_WRLCK, &taken, failure))
		return false;
	return taken ? lease_rows_delete(file, group, failure) : in_use(file, group, failure);
}

/* Of readers that share the group: the worker that has the lease of a shard, if its process lives. */
static bool
find_worker(struct checkpoints_file *file, const char *group, const char *shard,
    struct group_reader *reader, struct failure *failure)
{
	static const char sql[] =
	    "SELECT l.owner, EXISTS (SELECT 1 FROM lease e LEFT JOIN checkpoint c"
	    " ON c.name = e.name AND c.shard = e.shard WHERE e.name = l.name"
	    " AND e.generation < l.generation AND e.ended <> coalesce(c.position, e.start))"
	    " FROM lease l WHERE l.name = ? AND l.shard = ?";
	sqlite3_stmt *statement;
	const char *owner = NULL;
	bool exist, good = true;

	if (!lease_rows_exist(file, &exist, failure))
		return false;
	if (!exist)
		return true;
	statement = checkpoints_prepare(file, sql, group, shard, failure);
	if (statement == NULL)
		return false;
	if (sqlite3_step(statement) == SQLITE_ROW) {
		owner = (const char *)sqlite3_column_text(statement, 0);
		reader->waits = sqlite3_column_int(statement, 1) != 0;
	}
	if (owner != NULL && owner[0] != '\0' && strlen(owner) < sizeof reader->worker) {
		good = lease_file_finds(file, group, owner, &reader->process, failure);
		if (good && reader->process != 0)
			memcpy(reader->worker, owner, strlen(owner) + 1);
	}
	sqlite3_finalize(statement);
	return good;
}

static bool
find_reader(struct checkpoints *groups, const char *group, const char *shard,
    struct group_reader *reader, struct failure *failure)
{
	struct checkpoints_file *file = checkpoints_file_of(groups);

	*reader = (struct group_reader){.process = 0};
	if (!lock_claimed(&file->database, group, F_RDLCK, &reader->process, failure))
		return false;
	return reader->process != 0 || find_worker(file, group, shard, reader, failure);
}

static const struct checkpoints_kind kind = {.close = close_file,
    .directory = directory,
    .get = checkpoints_file_get,
    .have = checkpoints_file_have,
    .check = checkpoints_file_check,
    .commit = checkpoints_file_commit,
    .place = checkpoints_file_place,
    .delete_group = checkpoints_file_delete,
    .stream_id = checkpoints_file_stream_id,
    .each = checkpoints_file_each,
    .claim = claim,
    .reader = find_reader};

static struct checkpoints *
open_for(enum database_use use, const char *stream_name, bool *missing, const struct caller *caller,
    struct failure *failure)
{
	struct checkpoints_file *file;
	char *path = checkpoints_path(stream_name, caller, failure);
	bool opened;

	if (missing != NULL)
		*missing = false;
	if (path == NULL)
		return NULL;
	file = memory_new(1, sizeof *file);
	file->base.kind = &kind;
	file->database.caller = *caller;
	opened = database_open(
	    &file->database, path, &checkpoints_format, use, NULL, NULL, missing, failure);
	free(path);
	if (opened) {
		sqlite3_create_function(file->database.handle, "same_stream", 2,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, same_stream, NULL, NULL);
		return &file->base;
	}
	free(file);
	return NULL;
}

struct checkpoints *
checkpoints_file_open(const char *stream_name, enum checkpoints_use use, bool *missing,
    const struct caller *caller, struct failure *failure)
{
	static const enum database_use uses[] = {[CHECKPOINTS_READ] = DATABASE_READ,
	    [CHECKPOINTS_WRITE] = DATABASE_WRITE,
	    [CHECKPOINTS_CREATE] = DATABASE_CREATE};

	return open_for(uses[use], stream_name, missing, caller, failure);
}

struct checkpoints *
checkpoints_file_glance(
    const char *stream_name, bool *missing, const struct caller *caller, struct failure *failure)
{
	return open_for(DATABASE_GLANCE, stream_name, missing, caller, failure);
}

void
checkpoints_file_sandbox(
    const char *stream_name, bool create, const struct caller *caller, struct sandbox *sandbox)
{
	struct failure ignored;
	char *path = checkpoints_path(stream_name, caller, &ignored);
	struct database database;

	if (path == NULL)
		return;
	if (create)
		(void)directory_make(path, &ignored);
	database_name(&database, path);
	sandbox_write(sandbox, database.directory);
	database_close(&database);
	free(path);
}
