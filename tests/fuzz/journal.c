/*
 * journal: a file of a filter's state whose rows hold anything. It is opened or refused; a line
 * from any position then finds a state, or is refused.
 */
#include "base/memory.h"
#include "rows.h"
#include "journal/journal.h"
#include "group/file/checkpoints_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_ROWS = 5 };

/* A batch of two inputs. */
static const unsigned char inputs[] = {
    3, 0, '0', ':', '5', 1, 0, 'x', 3, 0, '1', ':', '7', 2, 0, 'y', 'z'};

static const char *stream;
static char *path;
static sqlite3 *handle;
static sqlite3_stmt *about, *batch, *snapshot;

static void
clear(void *context)
{
	(void)context;
}

static bool
save(void *context, struct buffer *saved)
{
	(void)context;
	return buffer_add(saved, "s", 1);
}

static bool
load(void *context, struct span saved, struct failure *failure)
{
	(void)context;
	must(saved.start != NULL);
	if (saved.length > 3)
		return fail(failure, FAILURE_PERMANENT, "too long");
	return true;
}

static bool
apply(void *context, struct span input, struct failure *failure)
{
	(void)context;
	must(input.start != NULL);
	if (input.length > 5)
		return fail(failure, FAILURE_PERMANENT, "too long");
	return true;
}

static struct journal *
open_journal(struct failure *failure)
{
	static const struct journal_state state = {
	    .clear = clear, .save = save, .load = load, .apply = apply};
	struct journal_settings settings = {.path = path,
	    .tool = "fxtest",
	    .stream = stream,
	    .group = "g",
	    .options = "o",
	    .ceiling = 1024};

	return journal_open(&settings, &state, failure);
}

static void
start(void)
{
	static const struct caller nobody;
	char places[1][POSITION_SIZE] = {"0:1"};
	struct checkpoints *groups;
	struct failure failure;

	stream = rows_path("x.stream");
	path = memory_format("%.*s.g.fxtest", (int)(strlen(stream) - strlen(".stream")), stream);
	groups = checkpoints_file_open(stream, CHECKPOINTS_CREATE, NULL, &nobody, &failure);
	must(groups != NULL &&
	     checkpoints_place(groups, "g", "id", places, 1, CHECKPOINTS_BEGIN, &failure));
	checkpoints_close(groups);
	journal_close(open_journal(&failure));
	must(sqlite3_open(path, &handle) == SQLITE_OK);
	sqlite3_exec(handle, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
	about = rows_prepare(handle, "UPDATE about SET stream = ?, of_group = ?, options = ?");
	batch = rows_prepare(handle, "INSERT OR REPLACE INTO batch VALUES (?, ?)");
	snapshot = rows_prepare(handle, "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)");
}

static void
put(sqlite3_stmt *statement, const char *const *usual, int columns, struct bytes *bytes)
{
	for (int column = 1; column <= columns; column++) {
		if (rows_bind(statement, column, bytes))
			continue;
		if (statement == batch && column == 2)
			sqlite3_bind_blob(statement, column, inputs, sizeof inputs, SQLITE_STATIC);
		else if (usual[column - 1] == NULL)
			sqlite3_bind_int64(statement, column, bytes_one(bytes) % 4);
		else
			sqlite3_bind_text(statement, column, usual[column - 1], -1, SQLITE_STATIC);
	}
	rows_change(statement);
}

static void
tamper(struct bytes *bytes)
{
	static const char *const said[] = {"id", "g", "o"}, *const state[] = {NULL, "0:5\n", "s"};

	sqlite3_exec(handle, "BEGIN; DELETE FROM batch; DELETE FROM snapshot", NULL, NULL, NULL);
	put(about, said, 3, bytes);
	for (int i = bytes_one(bytes) % (MOST_ROWS + 1); i > 0; i--)
		put(snapshot, state, 3, bytes);
	for (int i = bytes_one(bytes) % (MOST_ROWS + 1); i > 0; i--)
		put(batch, state, 2, bytes);
	must(sqlite3_exec(handle, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = {data, size};
	struct failure failure = {.kind = FAILURE_NONE};
	struct journal *journal;
	struct position position;

	if (handle == NULL)
		start();
	tamper(&bytes);
	journal = open_journal(&failure);
	must(journal != NULL || failure.kind == FAILURE_PERMANENT);
	must(position_parse(span_of("0:3"), &position));
	if (journal != NULL && (!journal_before(journal, &position, &failure) ||
	                           !journal_add(journal, &position, span_of("v"), &failure) ||
	                           !journal_sync(journal, &failure)))
		must(failure.kind == FAILURE_PERMANENT);
	journal_close(journal);
	return 0;
}
