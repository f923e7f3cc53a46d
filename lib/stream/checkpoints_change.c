/* checkpoints_change: commits, replaces and deletes checkpoints. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sqlite/remove.h"
#include "stream/checkpoints_file.h"

/* Is position ahead of its shard's checkpoint? */
static bool
is_ahead(struct checkpoints *groups, const char *group, const char *shard,
    const struct position *position, bool *ahead, struct failure *failure)
{
	struct checkpoint checkpoint;
	bool found;

	if (!checkpoints_get(groups, group, shard, &checkpoint, &found, failure))
		return false;
	*ahead =
	    !found || checkpoint.is_time || position_compare(position, &checkpoint.position) > 0;
	return true;
}

/* Stores one checkpoint, and replaces the one before. */
static bool
put_text(struct checkpoints *groups, const char *group, const char *id, const char *shard,
    const char *text, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(groups,
	    "INSERT OR REPLACE INTO checkpoint VALUES (?1, ?2, ?3, ?4, ?5)", group, shard, failure);
	bool row;

	if (statement == NULL)
		return false;
	sqlite3_bind_text(statement, 3, text, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, groups->now);
	sqlite3_bind_text(statement, 5, id, -1, SQLITE_STATIC);
	return checkpoints_step(groups, statement, &row, failure);
}

static bool
put(struct checkpoints *groups, const char *group, const char *id, const struct position *position,
    bool moved, struct failure *failure)
{
	char *shard = memory_copy(position->shard.start, position->shard.length);
	char text[POSITION_SIZE];
	bool ahead = moved, done;

	done = moved || is_ahead(groups, group, shard, position, &ahead, failure);
	if (done && ahead) {
		position_format(position, position->through, text);
		done = put_text(groups, group, id, shard, text, failure);
	}
	free(shard);
	return done;
}

/* Puts the group at a place; replaces a checkpoint only if it is moved. */
static bool
put_place(struct checkpoints *groups, const char *group, const char *id, const char *place,
    bool moved, struct failure *failure)
{
	char *shard = memory_copy(place, strcspn(place, ":"));
	struct checkpoint checkpoint;
	bool found = false, done;

	done = moved || checkpoints_get(groups, group, shard, &checkpoint, &found, failure);
	if (done && !found)
		done = put_text(groups, group, id, shard, place, failure);
	free(shard);
	return done;
}

/* Deletes the group's checkpoints, except those of stream keep. */
static bool
forget(struct checkpoints *groups, const char *group, const char *keep, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(groups,
	    "DELETE FROM checkpoint WHERE name = ? AND NOT same_stream(stream, ?)", group, keep,
	    failure);
	bool row;

	return statement != NULL && checkpoints_step(groups, statement, &row, failure);
}

static bool
begin_putting(struct checkpoints *groups, const char *group, const char *id, bool moved,
    struct failure *failure)
{
	if (!database_begin(&groups->database, failure))
		return false;
	groups->now = clock_now();
	if (moved ? forget(groups, group, id, failure)
	          : checkpoints_check(groups, group, id, failure))
		return true;
	database_rollback(&groups->database);
	return false;
}

static bool
end_putting(struct checkpoints *groups, bool done, struct failure *failure)
{
	if (done)
		return database_commit(&groups->database, failure) &&
		       database_still_there(&groups->database, failure);
	database_rollback(&groups->database);
	return false;
}

bool
checkpoints_commit(struct checkpoints *groups, const char *group, const char *id,
    const struct position *positions, size_t count, bool moved, struct failure *failure)
{
	bool done = true;

	if (!begin_putting(groups, group, id, moved, failure))
		return false;
	for (size_t i = 0; i < count && done; i++)
		done = put(groups, group, id, &positions[i], moved, failure);
	return end_putting(groups, done, failure);
}

bool
checkpoints_place(struct checkpoints *groups, const char *group, const char *id,
    char (*places)[POSITION_SIZE], size_t count, enum checkpoints_placing how,
    struct failure *failure)
{
	bool moved = how != CHECKPOINTS_BEGIN, done = true;

	/* No stream has the id "". */
	if (!begin_putting(groups, group, how == CHECKPOINTS_MOVE_ALL ? "" : id, moved, failure))
		return false;
	for (size_t i = 0; i < count && done; i++)
		done = put_place(groups, group, id, places[i], moved, failure);
	return end_putting(groups, done, failure);
}

bool
checkpoints_delete(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure)
{
	*found = false;
	if (!database_begin(&groups->database, failure))
		return false;
	if (!forget(groups, group, "", failure)) {
		database_rollback(&groups->database);
		return false;
	}
	*found = sqlite3_changes(groups->database.handle) > 0;
	return database_commit(&groups->database, failure);
}

/* *rest: there are checkpoints of other streams. */
static bool
forget_stream(struct checkpoints *groups, const char *id, bool *rest, struct failure *failure)
{
	sqlite3_stmt *delete, *others = NULL;
	bool row;

	if (!database_begin(&groups->database, failure))
		return false;
	delete = checkpoints_prepare(
	    groups, "DELETE FROM checkpoint WHERE stream = ?", id, NULL, failure);
	if (delete != NULL && checkpoints_step(groups, delete, &row, failure))
		others = checkpoints_prepare(
		    groups, "SELECT 1 FROM checkpoint LIMIT 1", NULL, NULL, failure);
	if (others == NULL || !checkpoints_step(groups, others, rest, failure)) {
		database_rollback(&groups->database);
		return false;
	}
	return database_commit(&groups->database, failure);
}

bool
checkpoints_forget(
    const char *stream_name, const char *id, const struct caller *caller, struct failure *failure)
{
	bool missing, rest = false, forgotten = true;
	struct checkpoints *groups = checkpoints_open(stream_name, &missing, caller, failure);
	char *path;

	if (groups != NULL)
		forgotten = forget_stream(groups, id, &rest, failure);
	checkpoints_close(groups);
	if ((groups == NULL && !missing) || !forgotten || rest)
		return groups != NULL && forgotten;
	failure->kind = FAILURE_NONE;
	path = checkpoints_path(stream_name, caller, failure);
	forgotten =
	    path != NULL && remove_database(path, &checkpoints_format, NULL, NULL, caller, failure);
	free(path);
	return forgotten;
}
