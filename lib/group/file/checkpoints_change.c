/* checkpoints_change: commits, replaces and deletes checkpoints. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "group/file/internal.h"

/* Is position ahead of its shard's checkpoint? */
static bool
is_ahead(struct checkpoints_file *file, const char *group, const char *shard,
    const struct position *position, bool *ahead, struct failure *failure)
{
	struct checkpoint checkpoint;
	bool found;

	if (!checkpoints_file_get(&file->base, group, shard, &checkpoint, &found, failure))
		return false;
	*ahead =
	    !found || checkpoint.is_time || position_compare(position, &checkpoint.position) > 0;
	return true;
}

/* Stores one checkpoint, and replaces the one before. */
static bool
put_text(struct checkpoints_file *file, const char *group, const char *id, const char *shard,
    const char *text, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(file,
	    "INSERT OR REPLACE INTO checkpoint VALUES (?1, ?2, ?3, ?4, ?5)", group, shard, failure);
	bool row;

	if (statement == NULL)
		return false;
	sqlite3_bind_text(statement, 3, text, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, file->now);
	sqlite3_bind_text(statement, 5, id, -1, SQLITE_STATIC);
	return checkpoints_step(file, statement, &row, failure);
}

static bool
put(struct checkpoints_file *file, const char *group, const char *id,
    const struct position *position, struct failure *failure)
{
	char *shard = memory_copy(position->shard.start, position->shard.length);
	char text[POSITION_SIZE];
	bool ahead, done = fences_pass(file, group, shard, failure) &&
	                   is_ahead(file, group, shard, position, &ahead, failure);

	if (done && ahead) {
		position_format(position, position->through, text);
		done = put_text(file, group, id, shard, text, failure);
	}
	free(shard);
	return done;
}

/* Puts the group at a place; replaces a checkpoint only if it is moved. */
static bool
put_place(struct checkpoints_file *file, const char *group, const char *id, const char *place,
    bool moved, struct failure *failure)
{
	char *shard = memory_copy(place, strcspn(place, ":"));
	struct checkpoint checkpoint;
	bool found = false, done;

	done =
	    moved || checkpoints_file_get(&file->base, group, shard, &checkpoint, &found, failure);
	if (done && !found)
		done = put_text(file, group, id, shard, place, failure);
	free(shard);
	return done;
}

/* Deletes the group's checkpoints, except those of stream keep. */
static bool
forget(struct checkpoints_file *file, const char *group, const char *keep, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(file,
	    "DELETE FROM checkpoint WHERE name = ? AND NOT same_stream(stream, ?)", group, keep,
	    failure);
	bool row;

	return statement != NULL && checkpoints_step(file, statement, &row, failure);
}

static bool
begin_putting(struct checkpoints_file *file, const char *group, const char *id, bool moved,
    struct failure *failure)
{
	if (!database_begin(&file->database, failure))
		return false;
	file->now = clock_now();
	if (moved ? forget(file, group, id, failure)
	          : checkpoints_file_check(&file->base, group, id, failure))
		return true;
	database_rollback(&file->database);
	return false;
}

static bool
end_putting(struct checkpoints_file *file, bool done, struct failure *failure)
{
	if (done)
		return database_commit(&file->database, failure) &&
		       database_still_there(&file->database, failure);
	database_rollback(&file->database);
	return false;
}

bool
checkpoints_file_commit(struct checkpoints *groups, const char *group, const char *id,
    const struct position *positions, size_t count, struct failure *failure)
{
	struct checkpoints_file *file = checkpoints_file_of(groups);
	bool done;

	if (!begin_putting(file, group, id, false, failure))
		return false;
	done = lease_rows_exist(file, &file->has_leases, failure);
	for (size_t i = 0; i < count && done; i++)
		done = put(file, group, id, &positions[i], failure);
	return end_putting(file, done, failure);
}

bool
checkpoints_file_place(struct checkpoints *groups, const char *group, const char *id,
    char (*places)[POSITION_SIZE], size_t count, enum checkpoints_placing how,
    struct failure *failure)
{
	struct checkpoints_file *file = checkpoints_file_of(groups);
	bool moved = how != CHECKPOINTS_BEGIN, done = true;

	/* No stream has the id "". */
	if (!begin_putting(file, group, how == CHECKPOINTS_MOVE_ALL ? "" : id, moved, failure))
		return false;
	for (size_t i = 0; i < count && done; i++)
		done = put_place(file, group, id, places[i], moved, failure);
	return end_putting(file, done, failure);
}

bool
checkpoints_file_delete(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure)
{
	struct checkpoints_file *file = checkpoints_file_of(groups);

	*found = false;
	if (!database_begin(&file->database, failure))
		return false;
	if (!forget(file, group, "", failure)) {
		database_rollback(&file->database);
		return false;
	}
	*found = sqlite3_changes(file->database.handle) > 0;
	return database_commit(&file->database, failure);
}
