/* stream: what is put is read, from every place on, and against a model of what must be there. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "stream/local/local.h"
#include "tap.h"

static char directory[] = "/tmp/stream.XXXXXX";
static char path[100];
static struct failure failure;

static struct stream *
must_open(enum stream_use use, const struct stream_settings *settings)
{
	struct stream *stream = stream_open(path, use, settings, NULL, &failure);

	if (stream == NULL) {
		printf("Bail out! %s\n", failure.text);
		exit(2);
	}
	return stream;
}

static void
use_name(const char *name)
{
	snprintf(path, sizeof path, "%s/%s.stream", directory, name);
}

static bool
put_text(struct stream *stream, const char *text, const char *key)
{
	struct record record = {.data = span_of(text)};

	if (key != NULL)
		record.key = span_of(key);
	return stream_put(stream, &record, 1, &failure);
}

static void
test_missing(void)
{
	struct stream_settings settings = {.shards = 0};
	struct stat file;
	bool missing = false;

	use_name("missing");
	ok(stream_open(path, STREAM_READ, &settings, &missing, &failure) == NULL, "none to read");
	ok(missing && failure.kind == FAILURE_PERMANENT, "for it is missing");
	ok(stat(path, &file) < 0, "and is not made");
	ok(stream_open("a b", STREAM_READ, &settings, &missing, &failure) == NULL && !missing,
	    "a wrong name is not a missing stream");
	ok(stream_open("kinesis:a", STREAM_WRITE, &settings, &missing, &failure) == NULL &&
	        !missing,
	    "nor is a kind that is not known");
	stream_close(NULL);
}

static void
test_records(void)
{
	static const char *const data[] = {"one", "", "two\nlines", "\n", "\n\n", "{\"a\":1}", " "};
	enum { COUNT = sizeof data / sizeof *data };
	struct stream_settings settings = {.want_keys = true};
	struct stream *writer, *reader;
	struct record records[COUNT];
	struct shard_state state;
	struct chunk chunk;
	uint64_t tip;

	use_name("records");
	writer = must_open(STREAM_WRITE, &settings);
	reader = must_open(STREAM_READ, &settings);
	is_text(stream_id(reader), stream_id(writer), "the same stream for both");
	is_number((int64_t)strlen(stream_id(writer)), 32, "128 random bits");
	is_text(stream_directory(writer), directory, "its directory");
	ok(stream_state(reader, "0", &state, &failure) && state.records == 0 && state.next == 1 &&
	        state.first == 1 && state.oldest == 0,
	    "empty");
	ok(local_read(reader, "0", 1, UINT64_MAX, &chunk, &failure) && chunk.count == 0,
	    "nothing to read");
	for (size_t i = 0; i < COUNT; i++)
		records[i] = (struct record){
		    span_of(data[i]), span_of(i % 2 == 0 ? "k\\u0065y" : "k"), {NULL, 0}};
	records[1].key = (struct span){NULL, 0};
	ok(stream_put(writer, records, COUNT, &failure), "a batch");
	ok(stream_put(writer, records, 0, &failure), "an empty one");
	ok(put_text(writer, "last", NULL), "a single record, without a key");
	ok(local_tip(reader, "0", &tip, &failure) && tip == COUNT + 2, "the tip");
	ok(local_read(reader, "0", 1, UINT64_MAX, &chunk, &failure), "they are read");
	is_number((int64_t)chunk.count, COUNT + 1, "all of them");
	is_number((int64_t)chunk.first, 1, "from the first");
	is_number((int64_t)chunk.lost, 0, "nothing lost");
	for (size_t i = 0; i < COUNT && i < chunk.count; i++) {
		is_span(chunk.records[i].data, span_of(data[i]), "the data");
		is_span(chunk.records[i].key, records[i].key, "the key as it was written");
		ok(llabs(clock_now() - chunk.records[i].arrived) < 60000, "when it arrived");
	}
	is_span(chunk.records[COUNT].data, span_of("last"), "the next batch");
	ok(chunk.records[COUNT].key.start == NULL, "has no keys");
	ok(stream_state(reader, "0", &state, &failure) && state.records == COUNT + 1 &&
	        state.bytes == 3 + 0 + 9 + 1 + 2 + 7 + 1 + 4 && state.first == 1,
	    "what it holds");
	ok(!local_read(reader, "1", 1, UINT64_MAX, &chunk, &failure) &&
	        failure.kind == FAILURE_PERMANENT,
	    "no such shard");
	stream_close(writer);
	stream_close(reader);
}

/* Every piece of what was put in batches of many sizes. */
static void
test_ranges(void)
{
	enum { BATCHES = 12, ALL = BATCHES * (BATCHES + 1) / 2 };
	struct stream_settings settings = {.shards = 1};
	struct stream *stream;
	unsigned wrong = 0;
	char text[20];
	int number = 0;

	use_name("ranges");
	stream = must_open(STREAM_WRITE, &settings);
	for (int batch = 1; batch <= BATCHES; batch++) {
		struct record records[BATCHES];
		char texts[BATCHES][20];

		for (int i = 0; i < batch; i++) {
			sprintf(texts[i], "%d", ++number);
			records[i] = (struct record){.data = span_of(texts[i])};
		}
		wrong += !stream_put(stream, records, (size_t)batch, &failure);
	}
	for (uint64_t from = 0; from <= ALL + 2; from++) {
		for (uint64_t until = 0; until <= ALL + 3; until++) {
			struct chunk chunk;
			uint64_t first = from > 1 ? from : 1;
			uint64_t end = until < ALL + 1 ? until : ALL + 1;

			wrong += !local_read(stream, "0", from, until, &chunk, &failure);
			wrong += chunk.count != (end > first ? end - first : 0);
			wrong += chunk.count > 0 && chunk.first != first;
			for (size_t i = 0; i < chunk.count; i++) {
				sprintf(text, "%d", (int)(first + i));
				wrong += !span_equal(chunk.records[i].data, span_of(text));
			}
		}
	}
	is_number(wrong, 0, "every range");
	stream_close(stream);
}

static bool
seek(struct stream *stream, enum stream_from from, int64_t time, const char *position,
    uint64_t *sequence)
{
	struct position parsed = {.sub = -1};

	if (position != NULL && !position_parse(span_of(position), &parsed))
		return false;
	return local_seek(stream, "0", from, time, &parsed, sequence, &failure);
}

static void
test_seek(void)
{
	struct stream_settings settings = {.shards = 1};
	struct stream *stream;
	uint64_t sequence = 0;
	int64_t start = clock_now();

	use_name("seek");
	stream = must_open(STREAM_WRITE, &settings);
	ok(seek(stream, FROM_TRIM_HORIZON, 0, NULL, &sequence) && sequence == 1,
	    "an empty one: the first to come");
	ok(seek(stream, FROM_LATEST, 0, NULL, &sequence) && sequence == 1, "also as the latest");
	for (int i = 0; i < 5; i++)
		put_text(stream, "x", NULL);
	ok(seek(stream, FROM_TRIM_HORIZON, 0, NULL, &sequence) && sequence == 1, "the oldest");
	ok(seek(stream, FROM_LATEST, 0, NULL, &sequence) && sequence == 6, "behind the newest");
	ok(seek(stream, FROM_TIME, 0, NULL, &sequence) && sequence == 1, "1970");
	ok(seek(stream, FROM_TIME, start, NULL, &sequence) && sequence == 1, "before the first");
	ok(seek(stream, FROM_TIME, clock_now() + 60000, NULL, &sequence) && sequence == 6,
	    "in a minute");
	ok(seek(stream, FROM_POSITION, 0, "0:3", &sequence) && sequence == 3, "at a position");
	ok(seek(stream, FROM_POSITION, 0, "0:3+", &sequence) && sequence == 4, "behind it");
	ok(seek(stream, FROM_POSITION, 0, "0:6", &sequence) && sequence == 6, "at the tip");
	ok(seek(stream, FROM_POSITION, 0, "0:0", &sequence) && sequence == 1,
	    "before the first there is none");
	ok(seek(stream, FROM_POSITION, 0, "0:0+", &sequence) && sequence == 1,
	    "behind that is the first");
	ok(!seek(stream, FROM_POSITION, 0, "0:7", &sequence) && failure.kind == FAILURE_PERMANENT,
	    "past the tip");
	ok(!seek(stream, FROM_POSITION, 0, "0:6+", &sequence), "behind what is not there");
	ok(!seek(stream, FROM_POSITION, 0, "0:18446744073709551617", &sequence),
	    "a number of 65 bits");
	ok(!seek(stream, FROM_POSITION, 0, "0:3.1", &sequence), "inside an aggregate");
	stream_close(stream);
}

static void
test_shards(void)
{
	/* Their MD5s as fractions of 2^128: 0.981, 0.416, 0.854. */
	static const char *const keys[] = {"BTC/USD", "ETH/USD", "DOGE/USD", "\\u0042TC\\/USD"};
	static const char *const shards[] = {"3", "1", "3", "3"};
	struct stream_settings settings = {.shards = 4};
	struct stream *stream;
	const char *const *names;
	struct shard_state state;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		use_name(i == 0 ? "a" : i == 1 ? "b" : i == 2 ? "c" : "d");
		stream = must_open(STREAM_WRITE, &settings);
		is_number((int64_t)stream_shards(stream, &names, &failure), 4, "four shards");
		put_text(stream, "x", keys[i]);
		ok(stream_state(stream, shards[i], &state, &failure) && state.records == 1,
		    "%s is in %s", keys[i], shards[i]);
		stream_close(stream);
	}
	settings.shards = 1;
	stream = must_open(STREAM_WRITE, &settings);
	is_number(
	    (int64_t)stream_shards(stream, &names, &failure), 4, "it keeps the shards that it has");
	is_text(names[3], "3", "whose names are numbers");
	stream_close(stream);
}

static void
test_accepts(void)
{
	struct stream_settings settings = {.shards = 1};
	struct record record = {.data = {"x", 1}};
	char key[6 * 257 + 1] = "";
	struct stream *stream;

	use_name("accepts");
	stream = must_open(STREAM_WRITE, &settings);
	ok(stream->kind->accepts(stream, &record, &failure), "without a key");
	record.key = span_of("");
	ok(!stream->kind->accepts(stream, &record, &failure) && failure.kind == FAILURE_REFUSED,
	    "an empty key");
	for (int i = 0; i < 256; i++)
		strcat(key, i % 3 == 0 ? "\\u20ac" : i % 3 == 1 ? "\xE2\x82\xAC" : "\\n");
	record.key = span_of(key);
	ok(stream->kind->accepts(stream, &record, &failure),
	    "256 characters, however they are written");
	strcat(key, "x");
	record.key = span_of(key);
	ok(!stream->kind->accepts(stream, &record, &failure) && failure.kind == FAILURE_REFUSED,
	    "257");
	stream_close(stream);
}

/* Records are written and trimmed; a reader at a checkpoint gets the exact number it lost. */
static void
test_retention(void)
{
	struct stream_settings settings = {.retention = 300};
	uint64_t next = 1, seen = 1, read = 0, lost = 0;
	int64_t start = clock_steady();
	struct stream *stream;
	unsigned wrong = 0;

	use_name("retention");
	stream = must_open(STREAM_WRITE, &settings);
	while (clock_steady() - start < 4000000) {
		struct shard_state state;
		struct chunk chunk;
		uint64_t tip;

		for (int i = rand() % 3; i >= 0; i--, next++) {
			char text[30];

			sprintf(text, "%d", (int)next);
			wrong += !put_text(stream, text, NULL);
		}
		wrong += !local_tip(stream, "0", &tip, &failure) || tip != next;
		wrong += !stream_state(stream, "0", &state, &failure) || state.next != next ||
		         state.first + state.records != next;
		usleep((useconds_t)(rand() % 20000));
		if (rand() % 20 != 0)
			continue;
		wrong += !local_read(stream, "0", seen, UINT64_MAX, &chunk, &failure);
		wrong += chunk.first != seen + chunk.lost;
		lost += chunk.lost;
		read += chunk.count;
		for (size_t i = 0; i < chunk.count; i++) {
			char text[30];

			sprintf(text, "%d", (int)(chunk.first + i));
			wrong += !span_equal(chunk.records[i].data, span_of(text));
		}
		seen = chunk.first + chunk.count;
	}
	is_number(wrong, 0, "numbers continue without gaps, and what is read is what was written");
	is_number(
	    (int64_t)(read + lost), (int64_t)seen - 1, "what was read and what was lost is all");
	ok(read > 0 && next > 100, "%" PRIu64 " written, read %" PRIu64 ", lost %" PRIu64, next - 1,
	    read, lost);
	stream_close(stream);
}

static void
test_all_trimmed(void)
{
	struct stream_settings settings = {.retention = 1};
	struct stream *stream;
	struct shard_state state;
	struct chunk chunk;

	use_name("trimmed");
	for (uint64_t round = 1; round <= 5; round++) {
		stream = must_open(STREAM_WRITE, &settings);
		usleep(5000);
		ok(put_text(stream, "x", NULL), "a record that outlives all before it");
		ok(stream_state(stream, "0", &state, &failure) && state.records == 1 &&
		        state.first == round && state.next == round + 1,
		    "has the next number: %" PRIu64, round);
		ok(local_read(stream, "0", 1, UINT64_MAX, &chunk, &failure) && chunk.count == 1 &&
		        chunk.first == round && chunk.lost == round - 1,
		    "and the others are reported as lost");
		stream_close(stream);
	}
}

static void
test_gone(void)
{
	struct stream_settings settings = {.shards = 1};
	struct stream *stream, *other;
	char first[40];

	use_name("gone");
	stream = must_open(STREAM_WRITE, &settings);
	snprintf(first, sizeof first, "%s", stream_id(stream));
	ok(stream_still_there(stream, &failure), "it is there");
	ok(put_text(stream, "x", NULL), "and is written to");
	unlink(path);
	ok(!stream_still_there(stream, &failure) && failure.kind == FAILURE_PERMANENT, "deleted");
	ok(!put_text(stream, "x", NULL) && failure.kind == FAILURE_PERMANENT,
	    "nothing is put there any more");
	other = must_open(STREAM_WRITE, &settings);
	ok(!stream_still_there(stream, &failure) && failure.kind == FAILURE_PERMANENT,
	    "made again");
	ok(strcmp(first, stream_id(other)) != 0, "another identity");
	ok(put_text(other, "x", NULL), "the new one is written to");
	stream_close(stream);
	stream_close(other);
}

static void
test_wait(void)
{
	struct stream_settings settings = {.shards = 1};
	struct stream *writer, *reader;
	int64_t start;
	int ends[2];

	use_name("wait");
	writer = must_open(STREAM_WRITE, &settings);
	reader = must_open(STREAM_READ, &settings);
	ok(stream_wait(reader, -1, 5000, &failure), "the first only begins to watch");
	start = clock_steady();
	ok(stream_wait(reader, -1, 50, &failure), "nothing comes");
	ok(clock_steady() - start >= 40000, "which takes as long as was asked");
	put_text(writer, "x", NULL);
	start = clock_steady();
	ok(stream_wait(reader, -1, 900, &failure), "what was put is noticed");
	ok(clock_steady() - start < 500000, "at once");
	if (pipe(ends) < 0)
		abort();
	close(ends[0]);
	start = clock_steady();
	ok(!stream_wait(reader, ends[1], 900, &failure) && failure.kind == FAILURE_READER_GONE,
	    "so is an output that nobody reads");
	ok(clock_steady() - start < 500000, "at once as well");
	close(ends[1]);
	stream_close(writer);
	stream_close(reader);
}

int
main(void)
{
	char command[100];

	srand(1);
	if (mkdtemp(directory) == NULL)
		return 2;
	test_missing();
	test_records();
	test_ranges();
	test_seek();
	test_shards();
	test_accepts();
	test_retention();
	test_all_trimmed();
	test_gone();
	test_wait();
	snprintf(command, sizeof command, "rm -r %s", directory);
	ok(system(command) == 0, "removed");
	return done();
}
