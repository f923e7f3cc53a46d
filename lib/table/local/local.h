/*
 * local: the embedded table, one SQLite file; private to this folder. local.c opens it, put.c
 * writes items, query.c and get.c read them. change.h creates and deletes tables.
 */
#ifndef TABLE_LOCAL_LOCAL_H
#define TABLE_LOCAL_LOCAL_H

#include <sys/types.h>

#include "sqlite/database.h"
#include "base/pool.h"
#include "table/kind.h"

struct table_local {
	struct table table;
	struct database database;
	struct item_reader *reader;
	struct pool prepared; /* of one batch */
	size_t count; /* prepared since the reset */
	/* Writing one row or several; insert: items that exist stay. */
	sqlite3_stmt *upsert, *upsert_rows;
	sqlite3_stmt *insert, *insert_rows;
	sqlite3_stmt *delete;
	sqlite3_stmt *select; /* of an item by its key; NULL until it is needed, as the next */
	sqlite3_stmt *version;
};

extern const struct database_format table_local_format;
/* Fills a new file's tables; context is a struct local_new_table. */
bool table_local_make_new(sqlite3 *handle, void *context, struct failure *failure);

struct local_new_table {
	const struct table_key *key;
	const char *made_by; /* a note of its maker; NULL: none */
	bool made; /* set if the file was created */
};

bool table_local_load_key(
    struct database *database, struct table_key *key, struct failure *failure);

/* Binds a key's value (start NULL: the sort key of a table without one). */
void table_local_bind(
    sqlite3_stmt *statement, int index, const struct key_part *part, struct span value);

struct prepared {
	struct item item;
	size_t order; /* in the batch */
};

/* One of them is to be called before the first put. */
bool table_local_ready_to_put(struct table_local *local, struct failure *failure);
bool table_local_ready_to_delete(struct table_local *local, struct failure *failure);
bool table_local_prepare(struct table *table, struct span text, bool typed,
    struct prepared **prepared, struct failure *failure);
void table_local_prepare_reset(struct table *table);
bool table_local_put(struct table *table, struct prepared **items, size_t count, bool if_absent,
    size_t *present, struct failure *failure);

bool table_local_query(struct table *table, const struct table_query *query,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure);
/* Are a row's columns, from this one on, typed and item as the tools write them? */
static inline bool
table_local_is_item(sqlite3_stmt *statement, int column)
{
	enum { LEAST_ITEM = 2 /* bytes: a pair of braces */ };
	int64_t typed;

	return database_number(statement, column, 0, 1, &typed) &&
	       sqlite3_column_type(statement, column + 1) == SQLITE_TEXT &&
	       sqlite3_column_bytes(statement, column + 1) >= LEAST_ITEM;
}

/* Makes text, an item as it is stored, what a reader gets of it; line is its place if it differs. */
bool table_local_form(struct table_local *local, struct buffer *line, struct span *text,
    bool stored_typed, bool typed, struct failure *failure);

bool table_local_get(struct table *table, struct prepared **keys, size_t count, bool typed,
    bool (*visit)(void *context, size_t index, struct span item, struct failure *failure),
    void *context, struct failure *failure);

/* newest.c */
bool table_local_newest(struct table *table, bool typed,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure);

#endif
