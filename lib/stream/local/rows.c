/* rows: copies rows of batches out of the file, and splits them into records. */
#include <stdlib.h>

#include "stream/local/local.h"
#include "stream/local/rows.h"
#include "text/json.h"

enum {
	CHUNK_RECORDS = 10000,
	CHUNK_BYTES = 1024 * 1024,
	KEY_TEXT = 256 * 12 /* a key has 256 characters, of which each may be two escapes */
};

/* A row that was copied: where its parts are in the buffers. */
struct row {
	uint64_t first;
	size_t count;
	int64_t arrived;
	size_t text;
	size_t text_length;
	size_t lengths; /* SIZE_MAX: none */
	size_t keys; /* SIZE_MAX: none */
	size_t keys_length;
};

static bool
inconsistent(const struct local *local, struct failure *failure)
{
	return database_damaged(&local->database, failure, "a batch is inconsistent");
}

static bool
copy_column(sqlite3_stmt *statement, int column, struct buffer *to, size_t *offset, size_t *length)
{
	const void *bytes = sqlite3_column_blob(statement, column);

	*length = (size_t)sqlite3_column_bytes(statement, column);
	*offset = bytes != NULL || sqlite3_column_type(statement, column) == SQLITE_BLOB
	              ? to->length
	              : SIZE_MAX;
	return buffer_add(to, bytes, *length);
}

static bool
copy_row(struct local *local, sqlite3_stmt *statement, uint64_t base)
{
	struct row row = {.keys = SIZE_MAX};
	int length = sqlite3_column_bytes(statement, 4);
	size_t lengths_length;
	int64_t count, bytes;

	/* Each record has at least a newline. */
	if (!database_number(statement, 1, 1, length, &count) ||
	    !database_number(statement, 2, 0, DATABASE_TIME_MOST, &row.arrived) ||
	    !database_number(statement, 6, length - count, length - count, &bytes))
		return false;
	row.first = (uint64_t)sqlite3_column_int64(statement, 0) - base;
	row.count = (size_t)count;
	/* Numbers begin at 1, and end with the shard. */
	if (row.first == 0 || row.first + row.count > LOCAL_SEQUENCES)
		return false;
	return copy_column(statement, 3, &local->lengths, &row.lengths, &lengths_length) &&
	       (row.lengths == SIZE_MAX || lengths_length == 4 * row.count) &&
	       copy_column(statement, 4, &local->text, &row.text, &row.text_length) &&
	       (!local->want_keys ||
	           copy_column(statement, 5, &local->keys, &row.keys, &row.keys_length)) &&
	       buffer_add(&local->rows, &row, sizeof row);
}

bool
rows_copy(struct local *local, uint64_t from, uint64_t to, uint64_t base, struct failure *failure)
{
	sqlite3_stmt *statement = local_statement(local, LOCAL_READ, failure);
	size_t records = 0;
	bool good = true;
	int code = SQLITE_ROW;

	buffer_clear(&local->text);
	buffer_clear(&local->lengths);
	buffer_clear(&local->keys);
	buffer_clear(&local->rows);
	if (statement == NULL)
		return false;
	sqlite3_bind_int64(statement, 1, (int64_t)from);
	sqlite3_bind_int64(statement, 2, (int64_t)to);
	while (good && records < CHUNK_RECORDS && local->text.length < CHUNK_BYTES &&
	       (code = sqlite3_step(statement)) == SQLITE_ROW) {
		records += (size_t)sqlite3_column_int64(statement, 1);
		good = copy_row(local, statement, base);
	}
	if (!good)
		inconsistent(local, failure);
	else if (code != SQLITE_ROW && code != SQLITE_DONE)
		good = database_failed(&local->database, failure, "read");
	sqlite3_reset(statement);
	return good;
}

/* The length of the next record of a row, at the start of rest. False: the row is damaged. */
static bool
record_length(const struct local *local, const struct row *row, size_t index, struct span rest,
    size_t *length)
{
	const unsigned char *little;
	const char *newline;

	if (row->lengths == SIZE_MAX) {
		newline = rest.length > 0 ? memchr(rest.start, '\n', rest.length) : NULL;
		*length = newline != NULL ? (size_t)(newline - rest.start) : 0;
		return newline != NULL;
	}
	little = (const unsigned char *)local->lengths.data + row->lengths + 4 * index;
	*length = (size_t)little[0] | (size_t)little[1] << 8 | (size_t)little[2] << 16 |
	          (size_t)little[3] << 24;
	return *length < rest.length && rest.start[*length] == '\n';
}

/* A key is JSON text without quotes. */
static bool
is_key(struct span key)
{
	char text[KEY_TEXT + 2];
	struct json_error error;

	if (key.length > KEY_TEXT)
		return false;
	text[0] = text[key.length + 1] = '"';
	memcpy(text + 1, key.start, key.length);
	return json_check((struct span){text, key.length + 2}, 1, &error);
}

/* Takes the next key of a row off keys. False: the row is damaged. */
static bool
take_key(struct span *keys, struct span *key)
{
	const char *newline = keys->length > 0 ? memchr(keys->start, '\n', keys->length) : NULL;

	if (newline == NULL)
		return false;
	*key = (struct span){keys->start, (size_t)(newline - keys->start)};
	keys->start += key->length + 1;
	keys->length -= key->length + 1;
	if (key->length == 0)
		key->start = NULL;
	else if (!is_key(*key))
		return false;
	return true;
}

/* Splits a row into records, after those of the rows before. */
static bool
split_row(struct local *local, const struct row *row, struct chunk *chunk)
{
	struct span rest = {local->text.data + row->text, row->text_length};
	struct span keys = {NULL, 0};

	if (row->keys != SIZE_MAX)
		keys = (struct span){local->keys.data + row->keys, row->keys_length};
	if (chunk->count + row->count > local->capacity) {
		local->capacity = 2 * (chunk->count + row->count);
		local->records =
		    memory_resize(local->records, local->capacity, sizeof *local->records);
	}
	for (size_t i = 0; i < row->count; i++) {
		struct chunk_record *record = &local->records[chunk->count++];
		struct span key = {NULL, 0};
		size_t length;

		if (!record_length(local, row, i, rest, &length) ||
		    (row->keys != SIZE_MAX && !take_key(&keys, &key)))
			return false;
		*record = (struct chunk_record){{rest.start, length}, key, row->arrived};
		rest.start += length + 1;
		rest.length -= length + 1;
	}
	return rest.length == 0 && keys.length == 0;
}

bool
rows_split(struct local *local, uint64_t sequence, uint64_t until, struct chunk *chunk,
    struct failure *failure)
{
	size_t count = local->rows.length / sizeof(struct row);
	uint64_t next = 0;
	size_t ahead;

	*chunk = (struct chunk){.first = sequence};
	for (size_t i = 0; i < count; i++) {
		struct row row;

		memcpy(&row, local->rows.data + i * sizeof row, sizeof row);
		if (i > 0 && row.first > next)
			break; /* a gap: the next chunk begins after it */
		if (i == 0)
			chunk->first = row.first;
		if (row.first < next || !split_row(local, &row, chunk))
			return inconsistent(local, failure);
		next = row.first + row.count;
	}
	ahead = sequence > chunk->first ? (size_t)(sequence - chunk->first) : 0;
	chunk->lost = chunk->first > sequence && count > 0 ? chunk->first - sequence : 0;
	if (ahead > chunk->count)
		ahead = chunk->count;
	chunk->first += ahead;
	chunk->count -= ahead;
	chunk->records = local->records + ahead;
	if (chunk->first + chunk->count > until)
		chunk->count = until > chunk->first ? (size_t)(until - chunk->first) : 0;
	return true;
}
