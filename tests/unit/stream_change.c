/*
 * stream_change: an embedded stream and table made, looked at, changed in place
 * and deleted, while others have them open. With arguments it does one of these
 * for tests in bats:
 *
 *   stream_change make PATH SHARDS RETENTION MADE-BY | look PATH | retention PATH MS
 *   stream_change reshard PATH SHARDS | delete PATH | delete-table PATH
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "group/file/checkpoints_file.h"
#include "stream/local/local.h"
#include "stream/local/change.h"
#include "table/local/change.h"
#include "tap.h"

static char directory[] = "/tmp/stream_change.XXXXXX";
static char path[100];
static struct failure failure;
static const struct caller nobody;

/* In the place of the system's: the process is killed at one of these calls. 0: at none. */
static unsigned killed_at;

static void
count_down(void)
{
	if (killed_at > 0 && --killed_at == 0)
		_exit(9);
}

int
unlink(const char *name)
{
	count_down();
	return unlinkat(AT_FDCWD, name, 0);
}

int
fsync(int fd)
{
	count_down();
	return fdatasync(fd);
}

static void
use_name(const char *name)
{
	snprintf(path, sizeof path, "%s/%s", directory, name);
}

static bool
is_there(const char *suffix)
{
	char file[200];
	struct stat found;

	snprintf(file, sizeof file, "%s%s", path, suffix);
	return stat(file, &found) == 0;
}

static struct stream *
must_open(enum stream_use use)
{
	struct stream_settings settings = {.shards = 0};
	struct stream *stream = stream_open(path, use, &settings, NULL, &failure);

	if (stream == NULL) {
		printf("Bail out! %s\n", failure.text);
		exit(2);
	}
	return stream;
}

static bool
put_number(struct stream *stream, unsigned key, unsigned number)
{
	char text[32], name[16];
	struct record record;

	snprintf(text, sizeof text, "%u %u", key, number);
	snprintf(name, sizeof name, "key%u", key);
	record = (struct record){.data = span_of(text), .key = span_of(name)};
	return stream_put(stream, &record, 1, &failure);
}

static void
test_make(void)
{
	struct stream_shape shape = {.shards = 3, .retention = 5000, .made_by = "a stack"};
	struct stream_shape got;
	bool missing;
	struct stream *stream;

	use_name("made.stream");
	ok(!stream_local_read(path, &got, &missing, &nobody, &failure) && missing, "none is there");
	ok(stream_local_make(path, &shape, &nobody, &failure), "made");
	ok(stream_local_read(path, &got, &missing, &nobody, &failure) && !missing, "and looked at");
	is_number(got.shards, 3, "its shards");
	is_number(got.retention, 5000, "its retention");
	is_text(got.made_by, "a stack", "who made it");
	ok(!stream_local_make(path, &shape, &nobody, &failure) && failure.kind == FAILURE_REFUSED,
	    "not made twice");
	use_name("put.stream");
	stream = must_open(STREAM_WRITE);
	ok(stream_local_read(path, &got, &missing, &nobody, &failure), "one that kput made");
	is_text(got.made_by, "", "nobody says who made it");
	is_number(got.retention, INT64_C(86400000), "a day");
	is_text(got.id, stream_id(stream), "its id");
	ok(stream_local_retention(path, 172800000, &nobody, &failure), "two days");
	ok(stream_local_read(path, &got, &missing, &nobody, &failure) && got.retention == 172800000,
	    "are there");
	stream_close(stream);
}

enum { KEYS = 20 };

struct reading {
	unsigned next[KEYS];
	size_t count;
};

/* Everything there is; false where a key's numbers are not the next ones. */
static bool
read_all(struct stream *stream, struct reading *reading, enum stream_news last)
{
	enum stream_news news;
	struct chunk chunk;

	while ((news = stream_next(stream, &chunk, &failure)) == STREAM_CHUNK) {
		for (size_t i = 0; i < chunk.count; i++) {
			char text[32];
			unsigned key, number;

			snprintf(text, sizeof text, "%.*s", (int)chunk.records[i].data.length,
			    chunk.records[i].data.start);
			if (sscanf(text, "%u %u", &key, &number) != 2 || key >= KEYS ||
			    number != reading->next[key])
				return false;
			reading->next[key]++;
			reading->count++;
		}
	}
	return news == last;
}

/* A writer and readers that were there before the shards changed, and one that was not. */
static void
test_reshard(void)
{
	static const unsigned counts[] = {2, 4, 3, 1, 256, 5};
	struct stream_start follow = {.follow = true}, once = {.follow = false};
	struct reading followed = {.count = 0}, late = {.count = 0}, behind = {.count = 0};
	struct stream *writer, *reader, *sleeper, *other;
	struct stream_shape shape;
	bool missing, good = true;
	unsigned number = 0;

	use_name("reshard.stream");
	writer = must_open(STREAM_WRITE);
	reader = must_open(STREAM_READ);
	sleeper = must_open(STREAM_READ);
	ok(stream_begin(reader, &follow, &failure) && stream_begin(sleeper, &follow, &failure),
	    "two read");
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		for (unsigned n = 0; n < 10; n++, number++) {
			for (unsigned key = 0; key < KEYS; key++)
				good = good && put_number(writer, key, number);
			if (n % 4 == 0)
				good = good && read_all(reader, &followed, STREAM_IDLE);
		}
		good = good && stream_local_reshard(path, counts[i], &nobody, &failure);
		good = good && stream_local_read(path, &shape, &missing, &nobody, &failure) &&
		       shape.shards == counts[i] &&
		       stream_open_shards(writer, &failure) == counts[i];
	}
	for (unsigned key = 0; key < KEYS; key++)
		good = good && put_number(writer, key, number);
	number++;
	ok(good, "changed six times: %s", failure.text);
	ok(read_all(reader, &followed, STREAM_IDLE), "who followed got each key in its order");
	is_number((int64_t)followed.count, KEYS * (int64_t)number, "and all");
	ok(read_all(sleeper, &behind, STREAM_IDLE), "so did who slept meanwhile");
	is_number((int64_t)behind.count, KEYS * (int64_t)number, "and all");
	other = must_open(STREAM_READ);
	ok(stream_begin(other, &once, &failure) && read_all(other, &late, STREAM_END),
	    "and who came late");
	is_number((int64_t)late.count, KEYS * (int64_t)number, "all");
	ok(stream_local_reshard(path, 5, &nobody, &failure) &&
	        stream_open_shards(writer, &failure) == 5,
	    "to as many as there are: nothing");
	ok(!stream_local_reshard(path, 0, &nobody, &failure) &&
	        !stream_local_reshard(path, 257, &nobody, &failure),
	    "not to none nor too many");
	stream_close(other);
	stream_close(sleeper);
	stream_close(reader);
	stream_close(writer);
}

/* More in a shard than is read at a time. */
static void
test_long(void)
{
	enum { BATCHES = 25, BATCH = 1000 };
	struct stream_start once = {.follow = false};
	struct reading reading = {.count = 0};
	struct stream *writer, *reader;
	struct record *records = calloc(BATCH, sizeof *records);
	char(*texts)[32] = calloc(BATCH, sizeof *texts);
	bool good = true;

	use_name("long.stream");
	writer = must_open(STREAM_WRITE);
	reader = must_open(STREAM_READ);
	for (unsigned batch = 0; batch < BATCHES && good; batch++) {
		for (unsigned i = 0; i < BATCH; i++) {
			snprintf(texts[i], sizeof texts[i], "1 %u", batch * BATCH + i);
			records[i] =
			    (struct record){.data = span_of(texts[i]), .key = span_of("key1")};
		}
		good = stream_put(writer, records, BATCH, &failure);
	}
	good = good && stream_local_reshard(path, 2, &nobody, &failure) &&
	       put_number(writer, 1, BATCHES * BATCH);
	ok(good && stream_begin(reader, &once, &failure) && read_all(reader, &reading, STREAM_END),
	    "a long shard is read to its end before the next: %s", failure.text);
	is_number((int64_t)reading.count, BATCHES * BATCH + 1, "all of it");
	stream_close(reader);
	stream_close(writer);
	free(records);
	free(texts);
}

/* All the numbers that shards can have are used up. */
static void
test_numbers(void)
{
	bool good = true;
	unsigned changes = 0;
	struct stream *stream;

	use_name("numbers.stream");
	stream_close(must_open(STREAM_WRITE));
	while (good && changes < 300)
		good =
		    stream_local_reshard(path, changes++ % 2 == 0 ? 256 : 255, &nobody, &failure);
	ok(!good && failure.kind == FAILURE_PERMANENT && strstr(failure.text, "32767") != NULL,
	    "after %u changes there is no number left", changes);
	stream = must_open(STREAM_WRITE);
	ok(put_number(stream, 1, 1), "it continues with what it has: %s", failure.text);
	stream_close(stream);
}

/* A file as fxpipe 0.1.0 made it before. */
static void
make_old(void)
{
	sqlite3 *handle;
	char *message = NULL;

	if (sqlite3_open(path, &handle) != SQLITE_OK ||
	    sqlite3_exec(handle,
	        "PRAGMA application_id=1719169908; PRAGMA user_version=1;"
	        "CREATE TABLE stream (id TEXT NOT NULL, created INTEGER NOT NULL,"
	        " retention INTEGER NOT NULL);"
	        "CREATE TABLE shard (shard INTEGER PRIMARY KEY, next INTEGER NOT NULL);"
	        "CREATE TABLE batch (position INTEGER PRIMARY KEY, count INTEGER NOT NULL,"
	        " arrived INTEGER NOT NULL, bytes INTEGER NOT NULL, lengths BLOB,"
	        " lines BLOB NOT NULL, keys BLOB);"
	        "INSERT INTO stream VALUES ('0123456789abcdef0123456789abcdef', 1, 86400000);"
	        "INSERT INTO shard VALUES (0, 1), (1, 1);"
	        "PRAGMA journal_mode=WAL",
	        NULL, NULL, &message) != SQLITE_OK) {
		printf("Bail out! %s\n", message);
		exit(2);
	}
	sqlite3_close(handle);
}

static unsigned
version_of(void)
{
	unsigned char header[100] = {0};
	FILE *file = fopen(path, "r");
	size_t length = file != NULL ? fread(header, 1, sizeof header, file) : 0;

	if (file != NULL)
		fclose(file);
	return length == sizeof header ? header[63] : 0;
}

static void
test_old(void)
{
	struct stream_start follow = {.follow = true};
	struct reading reading = {.count = 0};
	struct stream *writer, *reader;
	struct stream_shape shape;
	bool missing;

	use_name("old.stream");
	make_old();
	writer = must_open(STREAM_WRITE);
	reader = must_open(STREAM_READ);
	ok(stream_begin(reader, &follow, &failure), "an older file is read");
	ok(put_number(writer, 7, 0) && put_number(writer, 8, 0), "and written");
	ok(stream_local_retention(path, 1000000, &nobody, &failure) && version_of() == 1,
	    "its retention changes, not its format");
	ok(stream_local_read(path, &shape, &missing, &nobody, &failure) && shape.shards == 2 &&
	        shape.retention == 1000000 && shape.made_by[0] == '\0',
	    "looked at");
	ok(stream_local_reshard(path, 3, &nobody, &failure) && version_of() == 2,
	    "other shards need the newer one: %s", failure.text);
	ok(put_number(writer, 7, 1) && put_number(writer, 8, 1), "who had it open writes on");
	ok(read_all(reader, &reading, STREAM_IDLE) && reading.count == 4, "and reads on");
	ok(stream_local_read(path, &shape, &missing, &nobody, &failure) && shape.shards == 3,
	    "three");
	stream_close(reader);
	stream_close(writer);
}

static bool
nothing_is_left(void)
{
	return !is_there("") && !is_there("-wal") && !is_there("-shm") && !is_there("-lock") &&
	       !is_there("-deleted");
}

static bool
commit(const char *id, const char *group)
{
	struct checkpoints *groups =
	    checkpoints_file_open(path, CHECKPOINTS_CREATE, NULL, &nobody, &failure);
	struct position position;
	bool done = groups != NULL && position_parse(span_of("0:1+"), &position) &&
	            checkpoints_commit(groups, group, id, &position, 1, &failure);

	checkpoints_close(groups);
	return done;
}

static void
test_delete(void)
{
	struct stream *writer, *again;
	char groups[120], note[120], id[40];
	FILE *file;

	use_name("delete.stream");
	snprintf(groups, sizeof groups, "%s/delete.groups", directory);
	snprintf(note, sizeof note, "%s-deleted", path);
	writer = must_open(STREAM_WRITE);
	ok(put_number(writer, 1, 1) && commit(stream_id(writer), "g"), "one with a group");
	snprintf(id, sizeof id, "%s", stream_id(writer));
	ok(stream_local_delete(path, &nobody, &failure), "deleted: %s", failure.text);
	ok(nothing_is_left() && access(groups, F_OK) < 0, "nothing is left");
	ok(!put_number(writer, 1, 2) && failure.kind == FAILURE_PERMANENT, "who wrote it notices");
	ok(stream_local_delete(path, &nobody, &failure), "deleted once more");
	again = must_open(STREAM_WRITE);
	ok(put_number(again, 1, 1), "made again");
	stream_close(writer);
	ok(is_there("-wal") && put_number(again, 1, 2), "it keeps its log");
	/* Cut short where the name had gone and nothing else. */
	ok(commit(id, "old") && commit(stream_id(again), "new"), "groups of both");
	file = fopen(note, "w");
	ok(file != NULL && fputs(id, file) >= 0 && fclose(file) == 0, "one was going");
	ok(stream_local_delete(path, &nobody, &failure) && nothing_is_left() &&
	        access(groups, F_OK) < 0,
	    "both go: %s", failure.text);
	stream_close(again);
	ok(commit("kinesis", "k"), "a group of a stream elsewhere");
	stream_close(must_open(STREAM_WRITE));
	ok(stream_local_delete(path, &nobody, &failure) && access(groups, F_OK) == 0, "stays");
}

/* Deletes in a process that is killed at its nth call; false where it came through. */
static bool
delete_until(unsigned n)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		killed_at = n;
		_exit(stream_local_delete(path, &nobody, &failure) ? 0 : 1);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 9;
}

static bool
has_group(void)
{
	bool missing, found = false;
	struct checkpoints *groups =
	    checkpoints_file_open(path, CHECKPOINTS_WRITE, &missing, &nobody, &failure);

	if (groups != NULL)
		checkpoints_have(groups, "g", &found, &failure);
	checkpoints_close(groups);
	return found;
}

static void
test_killed(void)
{
	unsigned n = 0, whole = 0;
	struct stream_shape shape;
	struct stream *stream;
	char groups[120];
	bool good = true, killed = true, missing;

	use_name("killed.stream");
	snprintf(groups, sizeof groups, "%s/killed.groups", directory);
	while (good && killed) {
		stream = must_open(STREAM_WRITE);
		good = put_number(stream, 1, 1) && commit(stream_id(stream), "g");
		killed = delete_until(++n);
		stream_close(stream);
		if (stream_local_read(path, &shape, &missing, &nobody, &failure)) {
			good = good && has_group();
			whole++;
			/* Every second is made again before it has gone entirely. */
		} else if (missing && n % 2 == 0) {
			good = good && stream_local_make(path, &(struct stream_shape){.shards = 2},
			                   &nobody, &failure);
			good = good && !has_group();
		}
		good = good && stream_local_delete(path, &nobody, &failure) && nothing_is_left() &&
		       access(groups, F_OK) < 0;
	}
	ok(good, "killed at each of %u calls, %u times before it went: %s", n - 1, whole,
	    failure.text);
	ok(n > 8 && whole > 1 && whole < n - 2, "some before and some behind");
}

static void
test_foreign(void)
{
	FILE *file;

	use_name("foreign.stream");
	file = fopen(path, "w");
	ok(file != NULL && fputs("hello\n", file) >= 0 && fclose(file) == 0, "another file");
	ok(!stream_local_delete(path, &nobody, &failure) && is_there(""), "is not deleted");
	ok(!table_local_delete(path, &nobody, &failure) && is_there(""), "neither as a table");
	ok(!stream_local_reshard(path, 2, &nobody, &failure), "nor changed");
	use_name("nowhere/x.stream");
	ok(stream_local_delete(path, &nobody, &failure),
	    "where no directory is nothing is to be done");
	ok(!stream_local_retention(path, 1000, &nobody, &failure), "nor can it be changed");
}

static void
test_table(void)
{
	struct table_shape shape = {.key = {{"ticker", 'S'}, {"at", 'N'}}, .made_by = "o'stack"};
	struct table_settings settings = {.is_default = true};
	struct table_shape got;
	struct table *table;
	bool missing;

	use_name("t.table");
	ok(!table_local_read(path, &got, &missing, &nobody, &failure) && missing, "no table");
	ok(table_local_make(path, &shape, &nobody, &failure), "made: %s", failure.text);
	ok(table_local_read(path, &got, &missing, &nobody, &failure), "looked at");
	is_text(got.key.partition.name, "ticker", "its key");
	ok(got.key.sort.type == 'N', "of this type");
	is_text(got.made_by, "o'stack", "who made it");
	ok(!table_local_make(path, &shape, &nobody, &failure) && failure.kind == FAILURE_REFUSED,
	    "not made twice");
	table = table_open(path, TABLE_WRITE, &settings, &failure);
	ok(table != NULL, "it can be written to: %s", failure.text);
	ok(table_local_delete(path, &nobody, &failure) && nothing_is_left(),
	    "deleted, and nothing left");
	table_close(table);
	ok(table_local_delete(path, &nobody, &failure) && nothing_is_left(), "once more");
	table = table_open(path, TABLE_WRITE, &settings, &failure);
	ok(table != NULL && table_local_read(path, &got, &missing, &nobody, &failure) &&
	        got.made_by[0] == '\0',
	    "one that ddbput made");
	table_close(table);
}

static int
do_one(int argc, char **argv)
{
	struct stream_shape shape = {.shards = 0};
	const char *what = argv[1], *to = argc > 3 ? argv[3] : "0";
	bool done = false, missing;

	if (strcmp(what, "make") == 0 && argc > 5) {
		shape.shards = (unsigned)strtoul(to, NULL, 10);
		shape.retention = strtoll(argv[4], NULL, 10);
		snprintf(shape.made_by, sizeof shape.made_by, "%s", argv[5]);
		done = stream_local_make(argv[2], &shape, &nobody, &failure);
	} else if (strcmp(what, "look") == 0) {
		done = stream_local_read(argv[2], &shape, &missing, &nobody, &failure);
		if (done)
			printf("%u %lld %s\n", shape.shards, (long long)shape.retention,
			    shape.made_by);
	} else if (strcmp(what, "retention") == 0) {
		done = stream_local_retention(argv[2], strtoll(to, NULL, 10), &nobody, &failure);
	} else if (strcmp(what, "reshard") == 0) {
		done = stream_local_reshard(
		    argv[2], (unsigned)strtoul(to, NULL, 10), &nobody, &failure);
	} else if (strcmp(what, "delete") == 0) {
		done = stream_local_delete(argv[2], &nobody, &failure);
	} else if (strcmp(what, "delete-table") == 0) {
		done = table_local_delete(argv[2], &nobody, &failure);
	}
	if (!done)
		fprintf(stderr, "stream_change: %s\n", failure.text);
	return done ? 0 : failure_status(failure.kind);
}

int
main(int argc, char **argv)
{
	char command[100];

	if (argc > 2)
		return do_one(argc, argv);
	if (mkdtemp(directory) == NULL)
		return 2;
	test_make();
	test_reshard();
	test_long();
	test_numbers();
	test_old();
	test_delete();
	test_killed();
	test_foreign();
	test_table();
	snprintf(command, sizeof command, "rm -r %s", directory);
	return system(command) != 0 ? 2 : done();
}
