/*
 * stream_rows: a stream whose rows hold anything. Whatever is read of it are records in order, with
 * times and numbers in their ranges, or it is refused; what is put is read.
 */
#include "base/clock.h"
#include "rows.h"
#include "stream/local/local.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST_BATCHES = 8, MOST_ROUNDS = 10000 };

static struct local *local;
static sqlite3_stmt *insert, *shard, *stream;

static void
open_stream(void)
{
	static const struct stream_settings settings = {.want_keys = true};
	struct failure failure;

	local = (struct local *)stream_open(
	    rows_path("rows.stream"), STREAM_WRITE, &settings, NULL, &failure);
	must(local != NULL);
	sqlite3_exec(local->database.handle, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
	insert = rows_prepare(local->database.handle,
	    "INSERT INTO batch (position, count, arrived, bytes, lengths,"
	    " lines, keys) VALUES (?, ?, ?, ?, ?, ?, ?)");
	shard = rows_prepare(local->database.handle,
	    "UPDATE shard SET next = ?, generation = ?, bytes = ?, since = ?");
	stream = rows_prepare(
	    local->database.handle, "UPDATE stream SET retention = ?, id = ?, created = ?");
}

/* A batch that would follow the one before, unless the bytes say otherwise. */
static void
add_batch(struct bytes *bytes, int64_t *next)
{
	struct bytes lines = bytes_some(bytes);
	int64_t count = 0;

	for (size_t i = 0; i < lines.left; i++)
		count += lines.at[i] == '\n';
	if (!rows_bind(insert, 1, bytes))
		sqlite3_bind_int64(insert, 1, *next);
	if (!rows_bind(insert, 2, bytes))
		sqlite3_bind_int64(insert, 2, count);
	if (!rows_bind(insert, 3, bytes))
		sqlite3_bind_int64(insert, 3, clock_now());
	if (!rows_bind(insert, 4, bytes))
		sqlite3_bind_int64(insert, 4, (int64_t)lines.left - count);
	rows_bind(insert, 5, bytes);
	if (!rows_bind(insert, 6, bytes))
		sqlite3_bind_blob(insert, 6, lines.at, (int)lines.left, SQLITE_TRANSIENT);
	rows_bind(insert, 7, bytes);
	rows_change(insert);
	*next += count;
}

static void
set_rest(struct bytes *bytes, int64_t next)
{
	if (!rows_bind(shard, 1, bytes))
		sqlite3_bind_int64(shard, 1, next);
	for (int i = 2; i <= 4; i++) {
		if (!rows_bind(shard, i, bytes))
			sqlite3_bind_int64(shard, i, 0);
	}
	if (!rows_bind(stream, 1, bytes))
		sqlite3_bind_int64(stream, 1, 86400000);
	if (!rows_bind(stream, 2, bytes))
		sqlite3_bind_text(stream, 2, "0123456789abcdef0123456789abcdef", -1, SQLITE_STATIC);
	if (!rows_bind(stream, 3, bytes))
		sqlite3_bind_int64(stream, 3, 0);
	rows_change(shard);
	rows_change(stream);
}

static void
tamper(struct bytes *bytes)
{
	int64_t next = 1;

	sqlite3_exec(local->database.handle, "BEGIN; DELETE FROM batch", NULL, NULL, NULL);
	/* A constraint that a row before broke leaves what it had. */
	sqlite3_exec(local->database.handle,
	    "UPDATE shard SET next = 1, generation = 0, bytes = 0, since = 0;"
	    "UPDATE stream SET retention = 86400000, id = '0123456789abcdef0123456789abcdef'",
	    NULL, NULL, NULL);
	for (int i = bytes_one(bytes) % (MOST_BATCHES + 1); i > 0; i--)
		add_batch(bytes, &next);
	set_rest(bytes, next);
	must(sqlite3_exec(local->database.handle, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
	local->shards[0].checked = false;
}

static void
check_records(const struct chunk *chunk, uint64_t *next)
{
	/* Without records it says where reading begins. */
	if (chunk->count == 0)
		return;
	must(chunk->first >= *next && chunk->first + chunk->count <= LOCAL_SEQUENCES);
	*next = chunk->first + chunk->count;
	for (size_t i = 0; i < chunk->count; i++) {
		const struct chunk_record *record = &chunk->records[i];
		uint64_t sum = 0;

		must(record->arrived >= 0 && record->arrived <= DATABASE_TIME_MOST);
		for (size_t at = 0; at < record->data.length; at++)
			sum += (unsigned char)record->data.start[at];
		for (size_t at = 0; at < record->key.length; at++)
			must((unsigned char)record->key.start[at] >= ' ');
		must(sum <= 255 * record->data.length);
	}
}

/* Reads all. Returns the number after the last record; 0: it was refused. */
static uint64_t
read_all(void)
{
	struct stream_start start = {.from = FROM_TRIM_HORIZON};
	struct failure failure = {.kind = FAILURE_NONE};
	struct chunk chunk;
	enum stream_news news = STREAM_FAILED;
	uint64_t next = 1;

	local->cursor_count = local->begin = local->end = local->turn = local->fruitless = 0;
	if (stream_begin(&local->stream, &start, &failure)) {
		for (int i = 0;
		     (news = stream_next(&local->stream, &chunk, &failure)) == STREAM_CHUNK; i++) {
			must(i < MOST_ROUNDS);
			check_records(&chunk, &next);
		}
	}
	must(news == STREAM_END || failure.kind == FAILURE_PERMANENT);
	return news == STREAM_END ? next : 0;
}

static void
check_state(void)
{
	struct failure failure = {.kind = FAILURE_NONE};
	struct shard_state state;
	struct lag lag;

	if (!stream_state(&local->stream, "0", &state, &failure)) {
		must(failure.kind == FAILURE_PERMANENT);
		return;
	}
	must(state.first >= 1 && state.first <= state.next && state.next <= LOCAL_SEQUENCES);
	must(state.records <= state.next - state.first && state.oldest >= 0 && state.newest >= 0);
	must(stream_behind(&local->stream, "0", NULL, &lag, &failure) ||
	     failure.kind == FAILURE_PERMANENT);
}

static void
put_one(uint64_t next)
{
	struct record record = {.data = span_of("{}"), .key = span_of("key")};
	struct failure failure = {.kind = FAILURE_NONE};

	if (!stream_put(&local->stream, &record, 1, &failure))
		must(failure.kind == FAILURE_PERMANENT);
	else if (next > 0)
		must(read_all() == 0 || read_all() > 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = {data, size};
	uint64_t next;

	if (local == NULL)
		open_stream();
	tamper(&bytes);
	check_state();
	next = read_all();
	put_one(next);
	return 0;
}
