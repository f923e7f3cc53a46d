/* newest: finds the newest item of each partition key, by jumps in the order of the keys. */
#include "table/local/local.h"

enum { CEILING = 1 << 30 };

struct newest {
	struct table_local *local;
	sqlite3_stmt *first, *next, *item;
	struct buffer partition; /* the last that was visited */
	struct buffer text, line;
};

static bool
failed(struct newest *newest, struct failure *failure)
{
	return database_failed(&newest->local->database, failure, "read");
}

/* Finds the next partition key. *found: there is one. */
static bool
find_next(struct newest *newest, bool first, bool *found, struct failure *failure)
{
	const struct key_part *part = &newest->local->table.key.partition;
	sqlite3_stmt *statement = first ? newest->first : newest->next;
	int code;

	if (!first)
		table_local_bind(statement, 1, part, buffer_span(&newest->partition));
	code = sqlite3_step(statement);
	*found = code == SQLITE_ROW;
	buffer_clear(&newest->partition);
	if (*found)
		buffer_add(&newest->partition, sqlite3_column_blob(statement, 0),
		    (size_t)sqlite3_column_bytes(statement, 0));
	sqlite3_reset(statement);
	return *found || code == SQLITE_DONE || failed(newest, failure);
}

static bool
visit_newest(struct newest *newest, bool typed,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure)
{
	sqlite3_stmt *statement = newest->item;
	struct span text;
	bool stored_typed;
	int code;

	table_local_bind(
	    statement, 1, &newest->local->table.key.partition, buffer_span(&newest->partition));
	code = sqlite3_step(statement);
	buffer_clear(&newest->text);
	if (code == SQLITE_ROW)
		buffer_add(&newest->text, sqlite3_column_blob(statement, 1),
		    (size_t)sqlite3_column_bytes(statement, 1));
	stored_typed = code == SQLITE_ROW && sqlite3_column_int(statement, 0) != 0;
	sqlite3_reset(statement);
	/* It may just have been deleted. */
	if (code == SQLITE_DONE)
		return true;
	if (code != SQLITE_ROW)
		return failed(newest, failure);
	text = buffer_span(&newest->text);
	return table_local_form(
	           newest->local, &newest->line, &text, stored_typed, typed, failure) &&
	       visit(context, text, failure);
}

static bool
prepare(struct newest *newest, struct failure *failure)
{
	struct database *database = &newest->local->database;

	newest->first =
	    database_prepare(database, "SELECT pk FROM storage ORDER BY pk LIMIT 1", failure);
	newest->next = database_prepare(
	    database, "SELECT pk FROM storage WHERE pk > ?1 ORDER BY pk LIMIT 1", failure);
	newest->item = database_prepare(database,
	    "SELECT typed, item FROM storage WHERE pk = ?1 ORDER BY sk DESC LIMIT 1", failure);
	return newest->first != NULL && newest->next != NULL && newest->item != NULL;
}

bool
table_local_newest(struct table *table, bool typed,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure)
{
	struct newest newest = {.local = (struct table_local *)table};
	bool good = prepare(&newest, failure), found = true;

	buffer_init(&newest.partition, CEILING);
	buffer_init(&newest.text, CEILING);
	buffer_init(&newest.line, CEILING);
	for (bool first = true; good && found; first = false)
		good = find_next(&newest, first, &found, failure) &&
		       (!found || visit_newest(&newest, typed, visit, context, failure));
	sqlite3_finalize(newest.first);
	sqlite3_finalize(newest.next);
	sqlite3_finalize(newest.item);
	buffer_free(&newest.partition);
	buffer_free(&newest.text);
	buffer_free(&newest.line);
	return good;
}
