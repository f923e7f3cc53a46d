#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "sqlite/database.h"
#include "sqlite/lock.h"
#include "sqlite/remove.h"
#include "base/environment.h"
#include "stream/checkpoints.h"
#include "base/memory.h"
#include "base/name.h"

struct checkpoints {
	struct database database;
	int64_t now; /* ms, of what is being committed */
};

/* position is P ("SHARD:SEQ": all before it is done) or P+ (all through it). */
static const struct database_format format = {
    .noun = "file of checkpoints",
    .application = 0x66786770, /* "fxgp" */
    .version = 1,
    .schema = "CREATE TABLE checkpoint (name TEXT NOT NULL, shard TEXT NOT NULL,"
              " position TEXT NOT NULL, updated INTEGER NOT NULL, stream TEXT NOT NULL,"
              " PRIMARY KEY (name, shard)) WITHOUT ROWID",
};

/* NAME.groups beside the stream; of one on AWS in $FX_HOME. */
static char *
path_of(const char *stream_name, struct failure *failure)
{
	struct name name;
	char *path = NULL;
	const char *home;

	if (!name_parse(stream_name, &name_stream, &name, failure))
		return NULL;
	if (name.place == NAME_EMBEDDED) {
		size_t length = strlen(name.path);

		if (length > 7 && strcmp(name.path + length - 7, ".stream") == 0)
			length -= 7;
		path = memory_format("%.*s.groups", (int)length, name.path);
	} else if (environment_home(&home, failure)) {
		path = memory_format("%s/%s.groups", home, name.name);
	}
	name_free(&name);
	return path;
}

struct checkpoints *
checkpoints_open(const char *stream_name, bool *missing, const volatile sig_atomic_t *stop,
    struct failure *failure)
{
	struct checkpoints *groups;
	char *path = path_of(stream_name, failure);
	bool opened;

	if (path == NULL)
		return NULL;
	groups = memory_new(1, sizeof *groups);
	groups->database.stop = stop;
	opened = database_open(&groups->database, path, &format,
	    missing == NULL ? DATABASE_CREATE : DATABASE_WRITE, NULL, NULL, missing, failure);
	free(path);
	if (opened)
		return groups;
	free(groups);
	return NULL;
}

void
checkpoints_close(struct checkpoints *groups)
{
	if (groups == NULL)
		return;
	database_close(&groups->database);
	free(groups);
}

const char *
checkpoints_directory(const struct checkpoints *groups)
{
	return groups->database.directory;
}

bool
checkpoints_claim(struct checkpoints *groups, const char *group, struct failure *failure)
{
	char *taken = memory_format("group %s is in use: one kread reads a group at a time", group);
	bool claimed = lock_claim(&groups->database, group, taken, failure);

	free(taken);
	return claimed;
}

bool
checkpoints_reader(
    struct checkpoints *groups, const char *group, pid_t *reader, struct failure *failure)
{
	return lock_claimed(&groups->database, group, reader, failure);
}

/* Prepares sql and binds text to its parameters in order. */
static sqlite3_stmt *
prepare(struct checkpoints *groups, const char *sql, const char *first, const char *second,
    struct failure *failure)
{
	sqlite3_stmt *statement = database_prepare(&groups->database, sql, failure);

	if (statement == NULL)
		return NULL;
	if (first != NULL)
		sqlite3_bind_text(statement, 1, first, -1, SQLITE_TRANSIENT);
	if (second != NULL)
		sqlite3_bind_text(statement, 2, second, -1, SQLITE_TRANSIENT);
	return statement;
}

/* Steps once and finalizes; true where it went well. *row: there was one. */
static bool
step_once(struct checkpoints *groups, sqlite3_stmt *statement, bool *row, struct failure *failure)
{
	int code = sqlite3_step(statement);

	*row = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		database_failed(&groups->database, failure, "use");
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool
checkpoints_get(struct checkpoints *groups, const char *group, const char *shard,
    struct checkpoint *checkpoint, bool *found, struct failure *failure)
{
	sqlite3_stmt *statement =
	    prepare(groups, "SELECT position, updated FROM checkpoint WHERE name = ? AND shard = ?",
	        group, shard, failure);
	const char *position;
	int64_t time;
	int code;

	*found = false;
	if (statement == NULL)
		return false;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW &&
	    (position = (const char *)sqlite3_column_text(statement, 0)) != NULL) {
		*found = true;
		snprintf(checkpoint->text, sizeof checkpoint->text, "%s", position);
		checkpoint->updated = sqlite3_column_int64(statement, 1);
		checkpoint->is_time =
		    position_is_time(span_of(checkpoint->text), &(struct span){NULL, 0}, &time);
		if (!checkpoint->is_time &&
		    !position_parse(span_of(checkpoint->text), &checkpoint->position)) {
			fail(failure, FAILURE_PERMANENT,
			    "the checkpoint of group %s in shard %s is damaged: `kack -g %s --to "
			    "…` sets it",
			    group, shard, group);
			code = SQLITE_CORRUPT;
		}
	} else if (code != SQLITE_DONE) {
		database_failed(&groups->database, failure, "read");
	}
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool
checkpoints_have(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure)
{
	sqlite3_stmt *statement =
	    prepare(groups, "SELECT 1 FROM checkpoint WHERE name = ?", group, NULL, failure);

	return statement != NULL && step_once(groups, statement, found, failure);
}

bool
checkpoints_check(
    struct checkpoints *groups, const char *group, const char *id, struct failure *failure)
{
	sqlite3_stmt *statement = prepare(
	    groups, "SELECT 1 FROM checkpoint WHERE name = ? AND stream <> ?", group, id, failure);
	bool other;

	if (statement == NULL || !step_once(groups, statement, &other, failure))
		return false;
	if (other)
		return fail(failure, FAILURE_PERMANENT,
		    "the checkpoints of group %s are of another stream of this name, an earlier "
		    "stream that was deleted or one elsewhere: `kack -g %s --delete` forgets them, "
		    "`kack -g %s --to …` puts others in their place, a group of another name "
		    "leaves them alone",
		    group, group, group);
	return true;
}

/* Is position ahead of what is there for its shard? */
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

/* Stores one checkpoint in the place of what is there. */
static bool
put_text(struct checkpoints *groups, const char *group, const char *id, const char *shard,
    const char *text, struct failure *failure)
{
	sqlite3_stmt *statement = prepare(groups,
	    "INSERT OR REPLACE INTO checkpoint VALUES (?1, ?2, ?3, ?4, ?5)", group, shard, failure);
	bool row;

	if (statement == NULL)
		return false;
	sqlite3_bind_text(statement, 3, text, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 4, groups->now);
	sqlite3_bind_text(statement, 5, id, -1, SQLITE_STATIC);
	return step_once(groups, statement, &row, failure);
}

static bool
put(struct checkpoints *groups, const char *group, const char *id, const struct position *position,
    bool moved, struct failure *failure)
{
	char *shard = memory_copy(position->shard.start, position->shard.length);
	/* A position's parts stand in the text that it was parsed from. */
	size_t length =
	    (size_t)(position->sequence.start + position->sequence.length - position->shard.start);
	char sub[16] = "", *text = NULL;
	bool ahead = moved, done;

	done = moved || is_ahead(groups, group, shard, position, &ahead, failure);
	if (done && ahead) {
		if (position->sub >= 0)
			sqlite3_snprintf(sizeof sub, sub, ".%lld", (long long)position->sub);
		text = memory_format("%.*s%s%s", (int)length, position->shard.start, sub,
		    position->through ? "+" : "");
		done = put_text(groups, group, id, shard, text, failure);
	}
	free(text);
	free(shard);
	return done;
}

/* Puts the group at a place, over what is there only where it is moved. */
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

/* Deletes the group's checkpoints, those of stream keep excepted. */
static bool
forget(struct checkpoints *groups, const char *group, const char *keep, struct failure *failure)
{
	sqlite3_stmt *statement = prepare(
	    groups, "DELETE FROM checkpoint WHERE name = ? AND stream <> ?", group, keep, failure);
	bool row;

	return statement != NULL && step_once(groups, statement, &row, failure);
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
    char (*places)[POSITION_SIZE], size_t count, enum groups_placing how, struct failure *failure)
{
	bool moved = how != GROUPS_BEGIN, done = true;

	/* No stream is called "". */
	if (!begin_putting(groups, group, how == GROUPS_MOVE_ALL ? "" : id, moved, failure))
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
	sqlite3_stmt *delete, *look = NULL;
	bool row;

	if (!database_begin(&groups->database, failure))
		return false;
	delete = prepare(groups, "DELETE FROM checkpoint WHERE stream = ?", id, NULL, failure);
	if (delete != NULL && step_once(groups, delete, &row, failure))
		look = prepare(groups, "SELECT 1 FROM checkpoint LIMIT 1", NULL, NULL, failure);
	if (look == NULL || !step_once(groups, look, rest, failure)) {
		database_rollback(&groups->database);
		return false;
	}
	return database_commit(&groups->database, failure);
}

bool
checkpoints_forget(const char *stream_name, const char *id, struct failure *failure)
{
	bool missing, rest = false, forgotten = true;
	struct checkpoints *groups = checkpoints_open(stream_name, &missing, NULL, failure);
	char *path;

	if (groups != NULL)
		forgotten = forget_stream(groups, id, &rest, failure);
	checkpoints_close(groups);
	if ((groups == NULL && !missing) || !forgotten || rest)
		return groups != NULL && forgotten;
	failure->kind = FAILURE_NONE;
	path = path_of(stream_name, failure);
	forgotten = path != NULL && remove_database(path, &format, NULL, NULL, failure);
	free(path);
	return forgotten;
}

bool
checkpoints_each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure)
{
	sqlite3_stmt *statement = prepare(
	    groups, "SELECT DISTINCT name FROM checkpoint ORDER BY name", NULL, NULL, failure);
	bool going = statement != NULL;
	int code = SQLITE_ROW;

	while (going && (code = sqlite3_step(statement)) == SQLITE_ROW)
		going = visit(context, (const char *)sqlite3_column_text(statement, 0), failure);
	if (going && code != SQLITE_DONE)
		going = database_failed(&groups->database, failure, "read");
	sqlite3_finalize(statement);
	return going;
}
