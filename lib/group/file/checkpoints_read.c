/* checkpoints_read: reads checkpoints from their file. */
#include <string.h>

#include "base/memory.h"
#include "base/name.h"
#include "group/file/internal.h"

/* Takes position and time of a row. False: it is damaged. */
static bool
take_checkpoint(sqlite3_stmt *row, const char *shard, struct checkpoint *checkpoint)
{
	bool is_text = sqlite3_column_type(row, 0) == SQLITE_TEXT;
	struct span text = {
	    (const char *)sqlite3_column_text(row, 0), (size_t)sqlite3_column_bytes(row, 0)};
	struct span of;
	int64_t time;

	*checkpoint = (struct checkpoint){.text = ""};
	if (!is_text || text.start == NULL || text.length >= sizeof checkpoint->text ||
	    !database_number(row, 1, 0, DATABASE_TIME_MOST, &checkpoint->updated))
		return false;
	memcpy(checkpoint->text, text.start, text.length);
	checkpoint->text[text.length] = '\0';
	text.start = checkpoint->text;
	checkpoint->is_time = position_is_time(text, &of, &time);
	if (!checkpoint->is_time) {
		if (!position_parse(text, &checkpoint->position))
			return false;
		of = checkpoint->position.shard;
	}
	return span_is(of, shard);
}

bool
checkpoints_file_get(struct checkpoints *groups, const char *group, const char *shard,
    struct checkpoint *checkpoint, bool *found, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(checkpoints_file_of(groups),
	    "SELECT position, updated FROM checkpoint WHERE name = ? AND shard = ?", group, shard,
	    failure);
	int code;

	*found = false;
	if (statement == NULL)
		return false;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && take_checkpoint(statement, shard, checkpoint)) {
		*found = true;
	} else if (code == SQLITE_ROW) {
		fail(failure, FAILURE_PERMANENT,
		    "%s is damaged: the checkpoint of group %s in shard %s is invalid: `kack -g %s "
		    "--to …` replaces it",
		    checkpoints_file_of(groups)->database.path, group, shard, group);
		code = SQLITE_CORRUPT;
	} else if (code != SQLITE_DONE) {
		database_failed(&checkpoints_file_of(groups)->database, failure, "read");
	}
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool
checkpoints_file_have(
    struct checkpoints *groups, const char *group, bool *found, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(checkpoints_file_of(groups),
	    "SELECT 1 FROM checkpoint WHERE name = ?", group, NULL, failure);

	return statement != NULL &&
	       checkpoints_step(checkpoints_file_of(groups), statement, found, failure);
}

bool
checkpoints_file_check(
    struct checkpoints *groups, const char *group, const char *id, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(checkpoints_file_of(groups),
	    "SELECT 1 FROM checkpoint WHERE name = ? AND NOT same_stream(stream, ?)", group, id,
	    failure);
	bool other;

	if (statement == NULL ||
	    !checkpoints_step(checkpoints_file_of(groups), statement, &other, failure))
		return false;
	if (other)
		return fail(failure, FAILURE_PERMANENT,
		    "the checkpoints of group %s are of another stream of this name, one that was "
		    "deleted or is elsewhere: `kack -g %s --delete` deletes them, `kack -g %s --to "
		    "…` replaces them, another group name keeps them",
		    group, group, group);
	return true;
}

bool
checkpoints_file_stream_id(
    struct checkpoints *groups, const char *group, char **id, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(checkpoints_file_of(groups),
	    "SELECT stream FROM checkpoint WHERE name = ? LIMIT 1", group, NULL, failure);
	const unsigned char *text = NULL;
	int code = SQLITE_ERROR;

	*id = NULL;
	if (statement == NULL)
		return false;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && (text = sqlite3_column_text(statement, 0)) != NULL)
		*id = memory_copy_text((const char *)text);
	else if (code != SQLITE_DONE)
		database_failed(&checkpoints_file_of(groups)->database, failure, "read");
	sqlite3_finalize(statement);
	return code == SQLITE_DONE || *id != NULL;
}

bool
checkpoints_file_each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(checkpoints_file_of(groups),
	    "SELECT DISTINCT name FROM checkpoint ORDER BY name", NULL, NULL, failure);
	bool going = statement != NULL;
	const char *name;
	int code = SQLITE_ROW;

	while (going && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		name = (const char *)sqlite3_column_text(statement, 0);
		if (name != NULL && name_is_valid(name))
			going = visit(context, name, failure);
		else
			going = database_damaged(&checkpoints_file_of(groups)->database, failure,
			    "the name of a group is invalid");
	}
	if (going && code != SQLITE_DONE)
		going = database_failed(&checkpoints_file_of(groups)->database, failure, "read");
	sqlite3_finalize(statement);
	return going;
}

bool
checkpoints_file_positions(struct checkpoints *groups, const char *id,
    void (*visit)(void *context, const char *group, const struct position *position), void *context,
    struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(checkpoints_file_of(groups),
	    "SELECT name, position FROM checkpoint WHERE stream = ?", id, NULL, failure);
	int code = SQLITE_ROW;

	while (statement != NULL && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *group = (const char *)sqlite3_column_text(statement, 0);
		const char *text = (const char *)sqlite3_column_text(statement, 1);
		struct position position;

		if (group != NULL && text != NULL && position_parse(span_of(text), &position))
			visit(context, group, &position);
	}
	if (statement != NULL && code != SQLITE_DONE)
		database_failed(&checkpoints_file_of(groups)->database, failure, "read");
	sqlite3_finalize(statement);
	return statement != NULL && code == SQLITE_DONE;
}
