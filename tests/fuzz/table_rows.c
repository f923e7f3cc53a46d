/*
 * table_rows: a table whose rows hold anything. A query ends, and what it finds are lines, not more
 * than there are rows; or the table is refused.
 */
#include "rows.h"
#include "table/local/local.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_ROWS = 16 };

static struct table *table;
static sqlite3 *handle;
static sqlite3_stmt *insert;

static void
open_table(void)
{
	static const struct table_key key = {{"p", 'S'}, {"s", 'N'}};
	struct table_settings settings = {.key = &key};
	struct failure failure;

	table = table_open(rows_path("rows.table"), TABLE_WRITE, &settings, &failure);
	must(table != NULL);
	handle = ((struct table_local *)table)->database.handle;
	sqlite3_exec(handle, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
	insert = rows_prepare(handle, "INSERT OR REPLACE INTO storage VALUES (?, ?, ?, ?)");
}

static void
tamper(struct bytes *bytes)
{
	static const char item[] = "{\"p\":\"a\",\"s\":1}";

	sqlite3_exec(handle, "BEGIN; DELETE FROM storage", NULL, NULL, NULL);
	for (int i = bytes_one(bytes) % (MOST_ROWS + 1); i > 0; i--) {
		if (!rows_bind(insert, 1, bytes))
			sqlite3_bind_text(insert, 1, "a", 1, SQLITE_STATIC);
		if (!rows_bind(insert, 2, bytes))
			sqlite3_bind_blob(insert, 2, bytes->at, bytes->left > 0, SQLITE_TRANSIENT);
		if (!rows_bind(insert, 3, bytes))
			sqlite3_bind_int(insert, 3, bytes_one(bytes) % 2);
		if (!rows_bind(insert, 4, bytes))
			sqlite3_bind_text(insert, 4, item, sizeof item - 1, SQLITE_STATIC);
		rows_change(insert);
	}
	must(sqlite3_exec(handle, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
}

static bool
visit(void *context, struct span item, struct failure *failure)
{
	int *found = context;

	(void)failure;
	must(item.length > 0 && memchr(item.start, '\n', item.length) == NULL);
	must(++*found <= MOST_ROWS);
	return true;
}

/* Returns how many items were found; -1: it was refused. */
static int
query(struct table_query query)
{
	struct failure failure = {.kind = FAILURE_NONE};
	int found = 0;

	if (table_query(table, &query, visit, &found, &failure))
		return found;
	must(failure.kind == FAILURE_PERMANENT);
	return -1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = {data, size};
	int all, reversed;

	if (table == NULL)
		open_table();
	tamper(&bytes);
	for (int typed = 0; typed < 2; typed++) {
		all = query((struct table_query){.typed = typed != 0});
		reversed = query((struct table_query){.typed = typed != 0, .reversed = true});
		must(all == reversed);
		query((struct table_query){.partition = span_of("a"), .typed = typed != 0});
		query((struct table_query){.partition = span_of("a"),
		    .from = span_of("1"),
		    .to = span_of("9"),
		    .limit = 3});
	}
	return 0;
}
