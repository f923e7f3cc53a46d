/* get: looks up items by their keys, each as it is at that moment. */
#include "table/local/local.h"

enum { CEILING = 1 << 30 };

struct getting {
	struct table_local *local;
	bool typed;
	struct buffer stored; /* copied before visit, which may wait for a slow reader */
	struct buffer line;
};

/* *item: what a reader gets; start NULL: there is none. */
static bool
look_up(struct getting *getting, const struct item *key, struct span *item, struct failure *failure)
{
	struct table_local *local = getting->local;
	sqlite3_stmt *select = local->select;
	bool stored_typed = false, good = true;
	int code;

	item->start = NULL;
	buffer_clear(&getting->stored);
	table_local_bind(select, 1, &local->table.key.partition, key->partition);
	table_local_bind(select, 2, &local->table.key.sort, key->sort);
	code = sqlite3_step(select);
	if (code == SQLITE_ROW && table_local_is_item(select, 0)) {
		stored_typed = sqlite3_column_int(select, 0) != 0;
		buffer_add(&getting->stored, sqlite3_column_blob(select, 1),
		    (size_t)sqlite3_column_bytes(select, 1));
	} else if (code == SQLITE_ROW) {
		good =
		    database_damaged(&local->database, failure, "an item is not as it was written");
	} else if (code != SQLITE_DONE) {
		good = database_failed(&local->database, failure, "read");
	}
	sqlite3_reset(select);
	if (!good || code != SQLITE_ROW)
		return good;
	*item = buffer_span(&getting->stored);
	return table_local_form(local, &getting->line, item, stored_typed, getting->typed, failure);
}

bool
table_local_get(struct table *table, struct prepared **keys, size_t count, bool typed,
    bool (*visit)(void *context, size_t index, struct span item, struct failure *failure),
    void *context, struct failure *failure)
{
	struct table_local *local = (struct table_local *)table;
	struct getting getting = {.local = local, .typed = typed};
	struct span item;
	bool good;

	if (local->select == NULL)
		local->select = database_prepare(&local->database,
		    "SELECT typed, item FROM storage WHERE pk = ? AND sk = ?", failure);
	/* A file that was deleted meanwhile says nothing about the table. */
	good = local->select != NULL && database_still_there(&local->database, failure);
	buffer_init(&getting.stored, CEILING);
	buffer_init(&getting.line, CEILING);
	for (size_t i = 0; i < count && good; i++)
		good = look_up(&getting, &keys[i]->item, &item, failure) &&
		       visit(context, i, item, failure);
	buffer_free(&getting.stored);
	buffer_free(&getting.line);
	table_local_prepare_reset(table);
	return good;
}
