/*
 * groups: a file of checkpoints whose rows hold anything. A checkpoint that is found is a position
 * or a time of its shard; what is committed is found, and is not behind what was there.
 */
#include "base/name.h"
#include "rows.h"
#include "group/file/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_ROWS = 4 };

static const char id[] = "0123456789abcdef0123456789abcdef";
static struct checkpoints *groups;
static sqlite3_stmt *insert;

static void
open_groups(void)
{
	static const struct caller caller;
	struct failure failure;

	groups = checkpoints_file_open(
	    rows_path("rows.stream"), CHECKPOINTS_CREATE, NULL, &caller, &failure);
	must(groups != NULL);
	sqlite3_exec(checkpoints_file_of(groups)->database.handle, "PRAGMA synchronous=OFF", NULL,
	    NULL, NULL);
	insert = rows_prepare(checkpoints_file_of(groups)->database.handle,
	    "INSERT OR REPLACE INTO checkpoint (name, shard, position, updated, stream)"
	    " VALUES (?, ?, ?, ?, ?)");
}

static void
tamper(struct bytes *bytes)
{
	static const char *const right[] = {"g", "0", "0:3", NULL, id};

	sqlite3_exec(checkpoints_file_of(groups)->database.handle, "BEGIN; DELETE FROM checkpoint",
	    NULL, NULL, NULL);
	for (int i = bytes_one(bytes) % (MOST_ROWS + 1); i > 0; i--) {
		for (int column = 1; column <= 5; column++) {
			if (rows_bind(insert, column, bytes))
				continue;
			if (right[column - 1] != NULL)
				sqlite3_bind_text(
				    insert, column, right[column - 1], -1, SQLITE_STATIC);
			else
				sqlite3_bind_int64(insert, column, INT64_C(1700000000000));
		}
		rows_change(insert);
	}
	must(sqlite3_exec(checkpoints_file_of(groups)->database.handle, "COMMIT", NULL, NULL,
	         NULL) == SQLITE_OK);
}

/* Finds the checkpoint of group g in shard 0. *good false: it is refused. */
static bool
find(struct checkpoint *checkpoint, bool *good)
{
	struct failure failure = {.kind = FAILURE_NONE};
	bool found = false;

	*good = checkpoints_get(groups, "g", "0", checkpoint, &found, &failure);
	must(*good || failure.kind == FAILURE_PERMANENT);
	if (!*good || !found)
		return false;
	must(strlen(checkpoint->text) < sizeof checkpoint->text);
	must(strncmp(checkpoint->text, "0:", 2) == 0 && checkpoint->updated >= 0);
	must(checkpoint->is_time || span_is(checkpoint->position.shard, "0"));
	return true;
}

static bool
visit(void *context, const char *group, struct failure *failure)
{
	(void)context;
	(void)failure;
	must(name_is_valid(group));
	return true;
}

static void
commit(const struct checkpoint *before, bool was_found)
{
	struct failure failure = {.kind = FAILURE_NONE};
	struct checkpoint after;
	struct position position;
	bool good;

	must(position_parse(span_of("0:5+"), &position));
	if (!checkpoints_commit(groups, "g", id, &position, 1, &failure)) {
		must(failure.kind == FAILURE_PERMANENT);
		return;
	}
	must(find(&after, &good) && !after.is_time);
	must(position_compare(&after.position, &position) >= 0);
	must(!was_found || before->is_time ||
	     position_compare(&after.position, &before->position) >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = {data, size};
	struct failure failure = {.kind = FAILURE_NONE};
	struct checkpoint before;
	bool good, found;

	if (groups == NULL)
		open_groups();
	tamper(&bytes);
	if (!checkpoints_each(groups, visit, NULL, &failure))
		must(failure.kind == FAILURE_PERMANENT);
	found = find(&before, &good);
	commit(&before, found);
	return 0;
}
