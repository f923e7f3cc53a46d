/* query: reads items in key order, page by page. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "table/local/local.h"

/*
 * A page is copied, and the read transaction ended, before its items are passed on: a slow reader
 * of our output must not prevent checkpoints of the log.
 */
enum { PAGE_ROWS = 2000, PAGE_BYTES = 512 * 1024, CEILING = 1 << 30 };

struct row {
	size_t start; /* in the page */
	size_t length;
	bool typed;
};

struct reading {
	struct table_local *local;
	const struct table_query *query;
	struct span partition, sort, from, to; /* start NULL: not given */
	uint64_t left; /* items that may still be passed on */
	sqlite3_stmt *first; /* of the first page; next: of the others */
	sqlite3_stmt *next;
	struct buffer page;
	struct row rows[PAGE_ROWS];
	size_t count;
	bool more; /* there may be another page */
	struct buffer last; /* the key of the page's last row: partition, then sort */
	size_t last_partition;
	struct buffer bound; /* last of the page before: must not change while rows are read */
	struct buffer line;
};

/* Parameters: 1 partition, 2 lowest, 3 highest sort key, 4 and 5 the last key, 6 limit. */
static sqlite3_stmt *
prepare(struct reading *reading, bool first, struct failure *failure)
{
	const struct table_query *query = reading->query;
	const char *beyond = query->reversed ? "<" : ">";
	const char *order = query->reversed ? " DESC" : "";
	sqlite3_stmt *statement;
	char *sql = memory_format("SELECT pk, sk, typed, item FROM storage WHERE %s%s%s%s%s%s"
	                          " ORDER BY pk%s, sk%s LIMIT ?6",
	    query->partition.start != NULL ? "pk = ?1" : "1",
	    reading->from.start != NULL ? " AND sk >= ?2" : "",
	    reading->to.start != NULL ? " AND sk <= ?3" : "",
	    first                            ? ""
	    : query->partition.start != NULL ? " AND sk "
	                                     : " AND (pk, sk) ",
	    first ? "" : beyond,
	    first                            ? ""
	    : query->partition.start != NULL ? " ?5"
	                                     : " (?4, ?5)",
	    order, order);

	statement = database_prepare(&reading->local->database, sql, failure);
	free(sql);
	return statement;
}

static void
bind(struct reading *reading, sqlite3_stmt *statement, bool first)
{
	const struct table_key *key = &reading->local->table.key;
	uint64_t rows = reading->left < PAGE_ROWS ? reading->left : PAGE_ROWS;
	struct buffer before = reading->bound;
	struct span last;

	reading->bound = reading->last;
	reading->last = before;
	last = buffer_span(&reading->bound);
	if (reading->partition.start != NULL)
		table_local_bind(statement, 1, &key->partition, reading->partition);
	if (reading->from.start != NULL)
		table_local_bind(statement, 2, &key->sort, reading->from);
	if (reading->to.start != NULL)
		table_local_bind(statement, 3, &key->sort, reading->to);
	if (!first) {
		struct span sort = {
		    last.start + reading->last_partition, last.length - reading->last_partition};

		last.length = reading->last_partition;
		table_local_bind(statement, 4, &key->partition, last);
		if (key->sort.type == '\0')
			sort.start = NULL;
		table_local_bind(statement, 5, &key->sort, sort);
	}
	sqlite3_bind_int64(statement, 6, (int64_t)rows);
}

static bool
copy_column(sqlite3_stmt *statement, int column, struct buffer *to, struct failure *failure)
{
	const void *bytes = sqlite3_column_blob(statement, column);
	size_t length = (size_t)sqlite3_column_bytes(statement, column);

	if (length == 0 || buffer_add(to, bytes, length))
		return true;
	return fail(
	    failure, FAILURE_PERMANENT, "an item of %zu bytes is too large to be read", length);
}

/* Does a column have the type in which values of this part of the key are stored? */
static bool
is_key(sqlite3_stmt *statement, int column, const struct key_part *part)
{
	int type = sqlite3_column_type(statement, column);

	if (part->type == '\0')
		return type == SQLITE_TEXT && sqlite3_column_bytes(statement, column) == 0;
	return type == (part->type == 'S' ? SQLITE_TEXT : SQLITE_BLOB);
}

/* Is the row as the tools write it? One that sorts elsewhere would be read again and again. */
static bool
is_sound(const struct reading *reading, sqlite3_stmt *statement)
{
	const struct table_key *key = &reading->local->table.key;

	return is_key(statement, 0, &key->partition) && is_key(statement, 1, &key->sort) &&
	       table_local_is_item(statement, 2);
}

static bool
copy_row(struct reading *reading, sqlite3_stmt *statement, struct failure *failure)
{
	struct row *row = &reading->rows[reading->count];

	if (!is_sound(reading, statement))
		return database_damaged(
		    &reading->local->database, failure, "an item is not as it was written");
	row->start = reading->page.length;
	row->typed = sqlite3_column_int(statement, 2) != 0;
	if (!copy_column(statement, 3, &reading->page, failure))
		return false;
	row->length = reading->page.length - row->start;
	reading->count++;
	return true;
}

static bool
keep_last(struct reading *reading, sqlite3_stmt *statement, struct failure *failure)
{
	buffer_clear(&reading->last);
	if (!copy_column(statement, 0, &reading->last, failure))
		return false;
	reading->last_partition = reading->last.length;
	return copy_column(statement, 1, &reading->last, failure);
}

/* Copies rows from the statement, which is ready, until the page is full. */
static bool
read_page(struct reading *reading, sqlite3_stmt *statement, struct failure *failure)
{
	uint64_t most = reading->left < PAGE_ROWS ? reading->left : PAGE_ROWS;
	bool good = true;
	int code = SQLITE_ROW;

	buffer_clear(&reading->page);
	reading->count = 0;
	while (good && reading->count < most && reading->page.length < PAGE_BYTES &&
	       (code = sqlite3_step(statement)) == SQLITE_ROW)
		good =
		    copy_row(reading, statement, failure) && keep_last(reading, statement, failure);
	if (good && code != SQLITE_ROW && code != SQLITE_DONE)
		good = database_failed(&reading->local->database, failure, "read");
	sqlite3_reset(statement);
	reading->more = code == SQLITE_ROW;
	reading->left -= reading->count;
	return good;
}

/* Does a reader get the text as it is stored? */
static inline bool
is_in_form(
    const struct span *text, bool stored_typed, bool typed, const struct projection *projection)
{
	return text->length > 0 && stored_typed == typed && projection == NULL &&
	       memchr(text->start, '\n', text->length) == NULL;
}

bool
table_local_form(struct table_local *local, struct buffer *line, struct span *text,
    bool stored_typed, bool typed, struct failure *failure)
{
	const struct projection *projection = local->table.projection;

	if (is_in_form(text, stored_typed, typed, projection))
		return true;
	buffer_clear(line);
	if (!item_write_some(line, *text, stored_typed, typed, projection))
		return fail(failure, FAILURE_PERMANENT, "%s holds an item that cannot be read: %s",
		    local->database.path,
		    stored_typed ? "it is not DynamoDB's JSON" : "it is too long");
	*text = buffer_span(line);
	return true;
}

static bool
give_row(struct reading *reading, const struct row *row,
    bool (*visit)(void *, struct span, struct failure *), void *context, struct failure *failure)
{
	struct span text = {reading->page.data + row->start, row->length};

	if (is_in_form(&text, row->typed, reading->query->typed, reading->local->table.projection))
		return visit(context, text, failure);
	return table_local_form(reading->local, &reading->line, &text, row->typed,
	           reading->query->typed, failure) &&
	       visit(context, text, failure);
}

static bool
read_all(struct reading *reading, bool (*visit)(void *, struct span, struct failure *),
    void *context, struct failure *failure)
{
	sqlite3_stmt **statement = &reading->first;
	bool good = true;

	do {
		bool first = statement == &reading->first;

		if (*statement == NULL)
			*statement = prepare(reading, first, failure);
		if (*statement == NULL)
			return false;
		bind(reading, *statement, first);
		good = read_page(reading, *statement, failure);
		for (size_t i = 0; i < reading->count && good; i++)
			good = give_row(reading, &reading->rows[i], visit, context, failure);
		statement = &reading->next;
	} while (good && reading->more && reading->left > 0);
	return good;
}

/* Converts the keys of the query to the form in which keys are stored. */
static bool
read_keys(struct reading *reading, struct failure *failure)
{
	const struct table_query *query = reading->query;
	struct item_reader *reader = reading->local->reader;
	struct {
		struct span text;
		struct span *value;
		bool sort;
	} const keys[] = {{query->partition, &reading->partition, false},
	    {query->sort, &reading->sort, true}, {query->from, &reading->from, true},
	    {query->to, &reading->to, true}};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		if (keys[i].text.start != NULL &&
		    !item_key_value(reader, keys[i].sort, keys[i].text, keys[i].value, failure))
			return false;
	}
	if (reading->sort.start != NULL)
		reading->from = reading->to = reading->sort;
	return true;
}

bool
table_local_query(struct table *table, const struct table_query *query,
    bool (*visit)(void *context, struct span item, struct failure *failure), void *context,
    struct failure *failure)
{
	struct reading *reading = memory_new(1, sizeof *reading);
	bool good;

	reading->local = (struct table_local *)table;
	reading->query = query;
	reading->left = query->limit > 0 ? query->limit : UINT64_MAX;
	buffer_init(&reading->page, CEILING);
	buffer_init(&reading->last, CEILING);
	buffer_init(&reading->bound, CEILING);
	buffer_init(&reading->line, CEILING);
	good = read_keys(reading, failure) && read_all(reading, visit, context, failure);
	sqlite3_finalize(reading->first);
	sqlite3_finalize(reading->next);
	buffer_free(&reading->page);
	buffer_free(&reading->last);
	buffer_free(&reading->bound);
	buffer_free(&reading->line);
	item_reader_reset(reading->local->reader);
	free(reading);
	return good;
}
