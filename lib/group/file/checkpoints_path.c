/* checkpoints_path: finds the file of a stream's checkpoints, and has its schema. */

/*
 * It is beside the stream itself, so that a stream has the same groups by whatever symbolic link it
 * is opened. Earlier programs kept it beside the link: such a file is taken over, by a link to it
 * beside the stream, so that they can go on using it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/environment.h"
#include "base/memory.h"
#include "base/name.h"
#include "sqlite/lock.h"
#include "group/file/internal.h"
#include "system/path.h"

enum { LINKS = 40 /* that are followed, as Linux does */ };

/* position is P ("SHARD:SEQ": all before it is done), P+ (all through it) or a time. */
static const char *const schema[] = {
    "CREATE TABLE checkpoint (name TEXT NOT NULL, shard TEXT NOT NULL,"
    " position TEXT NOT NULL, updated INTEGER NOT NULL, stream TEXT NOT NULL,"
    " PRIMARY KEY (name, shard)) WITHOUT ROWID",
    NULL};

static const char *const others[] = {CHECKPOINTS_LEASE, NULL};

const struct database_format checkpoints_format = {
    .noun = "file of checkpoints",
    .application = 0x66786770, /* "fxgp" */
    .version = 1,
    .schema = schema,
    .others = others,
};

static char *
groups_of(const char *stream)
{
	static const char suffix[] = ".stream";
	size_t length = strlen(stream), end = sizeof suffix - 1;

	if (length > end && strcmp(stream + length - end, suffix) == 0)
		length -= end;
	return memory_format("%.*s.groups", (int)length, stream);
}

/* Do two paths lead to the same file? */
static bool
is_same(const char *a, const char *b)
{
	char *first = path_real(a), *second = path_real(b);
	bool same = strcmp(first, second) == 0;

	free(first);
	free(second);
	return same;
}

/* With two files of checkpoints only the user knows with which to continue. */
static bool
check_both(
    const char *earlier, const char *groups, const struct caller *caller, struct failure *failure)
{
	struct database database = {.lock = -1, .caller = *caller};
	sqlite3_stmt *statement = NULL;
	int code = SQLITE_ERROR;

	if (database_open(
	        &database, earlier, &checkpoints_format, DATABASE_READ, NULL, NULL, NULL, failure))
		statement =
		    database_prepare(&database, "SELECT 1 FROM checkpoint LIMIT 1", failure);
	if (statement != NULL) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW)
			fail(failure, FAILURE_PERMANENT,
			    "the stream has two files of checkpoints, %s and %s (beside a link to "
			    "it): move the one that you do not need to another directory",
			    groups, earlier);
		else if (code != SQLITE_DONE)
			database_failed(&database, failure, "read");
	}
	sqlite3_finalize(statement);
	database_close(&database);
	return code == SQLITE_DONE;
}

/* Nobody creates a file of that name meanwhile. */
static bool
link_to(
    const char *earlier, const char *groups, const struct caller *caller, struct failure *failure)
{
	struct database database = {.lock = -1, .caller = *caller};
	char *target = path_real(earlier);
	bool linked;

	database_name(&database, groups);
	linked = lock_hold(&database, failure);
	if (linked && access(groups, F_OK) < 0 && symlink(target, database.path) < 0)
		linked = fail_errno(failure, errno, "could not create the link %s", database.path);
	if (database.lock >= 0)
		lock_let_go(&database);
	database_close(&database);
	free(target);
	return linked;
}

/* Takes over the file beside a link to the stream, if there is one. */
static bool
take_over(const char *earlier, char **groups, const struct caller *caller, struct failure *failure)
{
	if (access(earlier, F_OK) < 0 || is_same(earlier, *groups))
		return true;
	if (access(*groups, F_OK) == 0)
		return check_both(earlier, *groups, caller, failure);
	if (link_to(earlier, *groups, caller, failure))
		return true;
	if (failure->kind != FAILURE_PERMANENT)
		return false;
	/* Nothing can be created beside the stream: it is used where it is. */
	failure->kind = FAILURE_NONE;
	free(*groups);
	*groups = memory_copy_text(earlier);
	return true;
}

/* The file of an embedded stream. NULL on failure. */
static char *
find(const char *stream, const struct caller *caller, struct failure *failure)
{
	char *real = path_real(stream), *groups = groups_of(real);
	char *path = memory_copy_text(stream), *target;
	bool good = true;

	for (int i = 0; i < LINKS && good && (target = path_target(path)) != NULL; i++) {
		char *earlier = groups_of(path);

		good = take_over(earlier, &groups, caller, failure);
		free(earlier);
		free(path);
		path = target;
	}
	free(path);
	free(real);
	if (good)
		return groups;
	free(groups);
	return NULL;
}

char *
checkpoints_path(const char *stream_name, const struct caller *caller, struct failure *failure)
{
	struct name name;
	const char *home;
	char *path = NULL;

	if (!name_parse(stream_name, &name_stream, &name, failure))
		return NULL;
	if (name.place == NAME_EMBEDDED)
		path = find(name.path, caller, failure);
	else if (environment_home(&home, failure))
		path = memory_format("%s/%s.groups", home, name.name);
	name_free(&name);
	return path;
}

char *
checkpoints_file_beside(const char *stream_name, const char *ending, const struct caller *caller,
    struct failure *failure)
{
	char *path = checkpoints_path(stream_name, caller, failure), *beside;

	if (path == NULL)
		return NULL;
	beside = memory_format("%.*s.%s", (int)(strlen(path) - strlen(".groups")), path, ending);
	free(path);
	return beside;
}
