/* put: writes or deletes items, a batch in a transaction, in key order. */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "table/local/local.h"

/* Rows of one statement. They cost half of what they cost in a statement each. */
enum { ROWS = 20, COLUMNS = 4 };

bool
table_local_prepare(struct table *table, struct span text, bool typed, struct prepared **prepared,
    struct failure *failure)
{
	struct table_local *local = (struct table_local *)table;
	struct item item;

	if (!(table->key_only ? item_read_key : item_read)(
	        local->reader, text, typed, &item, failure))
		return false;
	*prepared = pool_take(&local->prepared, sizeof **prepared);
	**prepared = (struct prepared){item, local->count++};
	return true;
}

void
table_local_prepare_reset(struct table *table)
{
	struct table_local *local = (struct table_local *)table;

	local->count = 0;
	pool_reset(&local->prepared);
	item_reader_reset(local->reader);
}

static int
compare_keys(const struct prepared *a, const struct prepared *b)
{
	int order = span_compare(a->item.partition, b->item.partition);

	return order != 0 ? order : span_compare(a->item.sort, b->item.sort);
}

static int
compare_prepared(const void *left, const void *right)
{
	const struct prepared *a = *(struct prepared *const *)left;
	const struct prepared *b = *(struct prepared *const *)right;
	int order = compare_keys(a, b);

	return order != 0 ? order : (a->order > b->order) - (a->order < b->order);
}

/* Key order saves most of the work of an upsert. Equal keys keep the order of their arrival. */
static void
sort(struct prepared **items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		if (compare_prepared(&items[i - 1], &items[i]) > 0) {
			qsort(items, count, sizeof *items, compare_prepared);
			return;
		}
	}
}

void
table_local_bind(sqlite3_stmt *statement, int index, const struct key_part *part, struct span value)
{
	if (value.start == NULL)
		sqlite3_bind_text(statement, index, "", 0, SQLITE_STATIC);
	else if (part->type == 'S')
		sqlite3_bind_text64(
		    statement, index, value.start, value.length, SQLITE_STATIC, SQLITE_UTF8);
	else
		sqlite3_bind_blob64(statement, index, value.start, value.length, SQLITE_STATIC);
}

/* Puts as many items as the statement has rows. */
static bool
put_rows(struct table_local *local, sqlite3_stmt *statement, struct prepared **items, size_t rows,
    struct failure *failure)
{
	const struct table_key *key = &local->table.key;
	int code;

	for (size_t i = 0; i < rows; i++) {
		const struct item *item = &items[i]->item;
		int column = (int)i * COLUMNS;

		table_local_bind(statement, column + 1, &key->partition, item->partition);
		table_local_bind(statement, column + 2, &key->sort, item->sort);
		sqlite3_bind_int(statement, column + 3, item->typed);
		sqlite3_bind_text64(statement, column + 4, item->text.start, item->text.length,
		    SQLITE_STATIC, SQLITE_UTF8);
	}
	code = sqlite3_step(statement);
	if (code != SQLITE_DONE)
		database_failed(&local->database, failure, "write to");
	sqlite3_reset(statement);
	return code == SQLITE_DONE;
}

static bool
put_all(struct table_local *local, struct prepared **items, size_t count, bool if_absent,
    size_t *present, struct failure *failure)
{
	sqlite3_stmt *one = if_absent ? local->insert : local->upsert;
	sqlite3_stmt *several = if_absent ? local->insert_rows : local->upsert_rows;
	size_t rows;

	for (size_t i = 0; i < count; i += rows) {
		rows = count - i >= ROWS ? ROWS : 1;
		if (!put_rows(local, rows == ROWS ? several : one, items + i, rows, failure))
			return false;
		if (if_absent)
			*present += rows - (size_t)sqlite3_changes(local->database.handle);
	}
	return true;
}

static bool
delete_all(
    struct table_local *local, struct prepared **items, size_t count, struct failure *failure)
{
	const struct table_key *key = &local->table.key;

	for (size_t i = 0; i < count; i++) {
		int code;

		table_local_bind(local->delete, 1, &key->partition, items[i]->item.partition);
		table_local_bind(local->delete, 2, &key->sort, items[i]->item.sort);
		code = sqlite3_step(local->delete);
		if (code != SQLITE_DONE)
			database_failed(&local->database, failure, "delete from");
		sqlite3_reset(local->delete);
		if (code != SQLITE_DONE)
			return false;
	}
	return true;
}

/* Removes from sorted items those that another one supersedes. Returns how many are left. */
static size_t
keep_last(struct prepared **items, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		if (i + 1 == count || compare_keys(items[i], items[i + 1]) != 0)
			items[kept++] = items[i];
	}
	return kept;
}

bool
table_local_put(struct table *table, struct prepared **items, size_t count, bool if_absent,
    size_t *present, struct failure *failure)
{
	struct table_local *local = (struct table_local *)table;
	bool done;

	sort(items, count);
	if (!if_absent)
		count = keep_last(items, count);
	if (!database_begin(&local->database, failure))
		return false;
	done = table->key_only ? delete_all(local, items, count, failure)
	                       : put_all(local, items, count, if_absent, present, failure);
	if (!done) {
		database_rollback(&local->database);
		return false;
	}
	/* What was done to a deleted file is not safe. */
	return database_commit(&local->database, failure) &&
	       database_still_there(&local->database, failure);
}

static sqlite3_stmt *
prepare_insert(
    struct table_local *local, unsigned rows, const char *conflict, struct failure *failure)
{
	sqlite3_stmt *statement;
	struct buffer sql;

	buffer_init(&sql, 64 * 1024);
	buffer_add_text(&sql, "INSERT INTO storage (pk, sk, typed, item) VALUES (?, ?, ?, ?)");
	while (--rows > 0)
		buffer_add_text(&sql, ", (?, ?, ?, ?)");
	buffer_add_text(&sql, conflict);
	statement = database_prepare(&local->database, buffer_text(&sql), failure);
	buffer_free(&sql);
	return statement;
}

bool
table_local_ready_to_put(struct table_local *local, struct failure *failure)
{
	/* A record may arrive twice: an identical item is not written again. */
	static const char *const replace =
	    " ON CONFLICT (pk, sk) DO UPDATE SET typed = excluded.typed, item = excluded.item"
	    " WHERE item <> excluded.item OR typed <> excluded.typed";
	static const char *const leave = " ON CONFLICT (pk, sk) DO NOTHING";

	return (local->upsert = prepare_insert(local, 1, replace, failure)) != NULL &&
	       (local->upsert_rows = prepare_insert(local, ROWS, replace, failure)) != NULL &&
	       (local->insert = prepare_insert(local, 1, leave, failure)) != NULL &&
	       (local->insert_rows = prepare_insert(local, ROWS, leave, failure)) != NULL;
}

bool
table_local_ready_to_delete(struct table_local *local, struct failure *failure)
{
	local->delete = database_prepare(
	    &local->database, "DELETE FROM storage WHERE pk = ? AND sk = ?", failure);
	return local->delete != NULL;
}
