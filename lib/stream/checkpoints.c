/* checkpoints: opens the file of a stream's checkpoints and reads it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/name.h"
#include "stream/checkpoints_file.h"
#include "stream/stream.h"
#include "system/directory.h"
#include "text/number.h"

/* They are the same text or number, or one of them is unknown. A service may write a time in
 * several ways: 1700000000, 1.7E9. */
bool
checkpoints_same_stream(const char *a, const char *b)
{
	struct number x, y;
	char one[64], other[64];
	size_t length;

	if (strcmp(a, b) == 0)
		return true;
	if (strcmp(a, STREAM_ID_UNKNOWN) == 0 || strcmp(b, STREAM_ID_UNKNOWN) == 0)
		return *a != '\0' && *b != '\0';
	if (number_read(span_of(a), &x) != NULL || number_read(span_of(b), &y) != NULL)
		return false;
	length = number_format(&x, one);
	return number_format(&y, other) == length && memcmp(one, other, length) == 0;
}

static void
same_stream(sqlite3_context *context, int count, sqlite3_value **values)
{
	const char *a = (const char *)sqlite3_value_text(values[0]);
	const char *b = (const char *)sqlite3_value_text(values[count - 1]);

	sqlite3_result_int(context, a != NULL && b != NULL && checkpoints_same_stream(a, b));
}

static struct checkpoints *
open_for(enum database_use use, const char *stream_name, bool *missing, const struct caller *caller,
    struct failure *failure)
{
	struct checkpoints *groups;
	char *path = checkpoints_path(stream_name, caller, failure);
	bool opened;

	if (missing != NULL)
		*missing = false;
	if (path == NULL)
		return NULL;
	groups = memory_new(1, sizeof *groups);
	groups->database.caller = *caller;
	opened = database_open(
	    &groups->database, path, &checkpoints_format, use, NULL, NULL, missing, failure);
	free(path);
	if (opened) {
		sqlite3_create_function(groups->database.handle, "same_stream", 2,
		    SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, same_stream, NULL, NULL);
		return groups;
	}
	free(groups);
	return NULL;
}

struct checkpoints *
checkpoints_open(
    const char *stream_name, bool *missing, const struct caller *caller, struct failure *failure)
{
	return open_for(missing == NULL ? DATABASE_CREATE : DATABASE_WRITE, stream_name, missing,
	    caller, failure);
}

struct checkpoints *
checkpoints_open_to_read(
    const char *stream_name, bool *missing, const struct caller *caller, struct failure *failure)
{
	return open_for(DATABASE_READ, stream_name, missing, caller, failure);
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

void
checkpoints_sandbox(
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

sqlite3_stmt *
checkpoints_prepare(struct checkpoints *groups, const char *sql, const char *first,
    const char *second, struct failure *failure)
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

bool
checkpoints_step(
    struct checkpoints *groups, sqlite3_stmt *statement, bool *row, struct failure *failure)
{
	int code = sqlite3_step(statement);

	*row = code == SQLITE_ROW;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		database_failed(&groups->database, failure, "use");
	sqlite3_finalize(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

/* Takes position and time of a row. False: it is damaged. */
static bool
take_checkpoint(sqlite3_stmt *row, const char *shard, struct checkpoint *checkpoint)
{
	bool is_text = sqlite3_column_type(row, 0) == SQLITE_TEXT;
	struct span text = {
	    (const char *)sqlite3_column_text(row, 0), (size_t)sqlite3_column_bytes(row, 0)};
	struct span of;
	int64_t time;

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
checkpoints_get(struct checkpoints *groups, const char *group, const char *shard,
    struct checkpoint *checkpoint, bool *found, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(groups,
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
		    groups->database.path, group, shard, group);
		code = SQLITE_CORRUPT;
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
	sqlite3_stmt *statement = checkpoints_prepare(
	    groups, "SELECT 1 FROM checkpoint WHERE name = ?", group, NULL, failure);

	return statement != NULL && checkpoints_step(groups, statement, found, failure);
}

bool
checkpoints_check(
    struct checkpoints *groups, const char *group, const char *id, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(groups,
	    "SELECT 1 FROM checkpoint WHERE name = ? AND NOT same_stream(stream, ?)", group, id,
	    failure);
	bool other;

	if (statement == NULL || !checkpoints_step(groups, statement, &other, failure))
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
checkpoints_stream_id(
    struct checkpoints *groups, const char *group, char **id, struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(
	    groups, "SELECT stream FROM checkpoint WHERE name = ? LIMIT 1", group, NULL, failure);
	const unsigned char *text = NULL;
	int code = SQLITE_ERROR;

	*id = NULL;
	if (statement == NULL)
		return false;
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW && (text = sqlite3_column_text(statement, 0)) != NULL)
		*id = memory_copy_text((const char *)text);
	else if (code != SQLITE_DONE)
		database_failed(&groups->database, failure, "read");
	sqlite3_finalize(statement);
	return code == SQLITE_DONE || *id != NULL;
}

bool
checkpoints_each(struct checkpoints *groups,
    bool (*visit)(void *context, const char *group, struct failure *failure), void *context,
    struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(
	    groups, "SELECT DISTINCT name FROM checkpoint ORDER BY name", NULL, NULL, failure);
	bool going = statement != NULL;
	const char *name;
	int code = SQLITE_ROW;

	while (going && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		name = (const char *)sqlite3_column_text(statement, 0);
		if (name != NULL && name_is_valid(name))
			going = visit(context, name, failure);
		else
			going = database_damaged(
			    &groups->database, failure, "the name of a group is invalid");
	}
	if (going && code != SQLITE_DONE)
		going = database_failed(&groups->database, failure, "read");
	sqlite3_finalize(statement);
	return going;
}

bool
checkpoints_positions(struct checkpoints *groups, const char *id,
    void (*visit)(void *context, const char *group, const struct position *position), void *context,
    struct failure *failure)
{
	sqlite3_stmt *statement = checkpoints_prepare(
	    groups, "SELECT name, position FROM checkpoint WHERE stream = ?", id, NULL, failure);
	int code = SQLITE_ROW;

	while (statement != NULL && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *group = (const char *)sqlite3_column_text(statement, 0);
		const char *text = (const char *)sqlite3_column_text(statement, 1);
		struct position position;

		if (group != NULL && text != NULL && position_parse(span_of(text), &position))
			visit(context, group, &position);
	}
	if (statement != NULL && code != SQLITE_DONE)
		database_failed(&groups->database, failure, "read");
	sqlite3_finalize(statement);
	return statement != NULL && code == SQLITE_DONE;
}

struct checkpoints *
checkpoints_glance(
    const char *stream_name, bool *missing, const struct caller *caller, struct failure *failure)
{
	return open_for(DATABASE_GLANCE, stream_name, missing, caller, failure);
}
