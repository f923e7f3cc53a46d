/* sink: embedded streams and tables as the sinks of a storing tool. */
#include <stdlib.h>
#include <unistd.h>

#include "stream/sink.h"
#include "table/sink.h"
#include "tap.h"

static struct failure failure;

static bool
take(struct sink *sink, const char *record)
{
	return sink->kind->take(sink, span_of(record), 0, &failure);
}

static bool
commit(struct sink *sink, uint64_t expected_present)
{
	uint64_t present = 99;

	return sink->kind->commit(sink, &present, &failure) && present == expected_present;
}

static struct sink *
open_stream(const char *key)
{
	struct stream_settings settings = {.want_keys = true};
	struct stream_sink_settings sink = {.key = key};
	struct stream *stream = stream_open("./s.stream", STREAM_WRITE, &settings, NULL, &failure);

	return stream != NULL ? stream_sink_open(stream, &sink) : NULL;
}

/* Are the records in the stream those of text, each followed by a blank? */
static bool
holds(const char *text)
{
	struct stream_settings settings = {.shards = 0};
	struct stream *stream = stream_open("./s.stream", STREAM_READ, &settings, NULL, &failure);
	struct stream_start start = {.from = FROM_TRIM_HORIZON};
	struct chunk chunk;
	char found[200] = "";
	bool begun = stream != NULL && stream_begin(stream, &start, &failure);

	while (begun && stream_next(stream, &chunk, &failure) == STREAM_CHUNK) {
		for (size_t i = 0; i < chunk.count; i++)
			snprintf(found + strlen(found), sizeof found - strlen(found), "%.*s ",
			    (int)chunk.records[i].data.length, chunk.records[i].data.start);
	}
	stream_close(stream);
	return strcmp(found, text) == 0;
}

static void
test_stream(void)
{
	struct sink *sink = open_stream(NULL);

	if (!ok(sink != NULL, "a stream as a sink"))
		return;
	ok(sink->kind->commit != NULL && sink->kind->poll == NULL, "it works in batches");
	ok(sink->directory != NULL, "it needs its directory and no network");
	ok(commit(sink, 0), "an empty batch");
	ok(take(sink, "a") && take(sink, "b") && commit(sink, 0), "a batch");
	ok(take(sink, "c"), "a record that is not committed");
	sink->kind->close(sink);
	ok(holds("a b "), "what was committed is in the stream, and no more");
	sink = open_stream("k");
	ok(sink != NULL && take(sink, "{\"k\":1}") && !take(sink, "{}") &&
	        failure.kind == FAILURE_REFUSED,
	    "without the key's member a record is refused");
	ok(commit(sink, 0), "the others are committed");
	sink->kind->close(sink);
	ok(holds("a b {\"k\":1} "), "and stored");
}

static void
test_table(void)
{
	struct table_key key = {{"k", 'S'}, {"", '\0'}};
	struct table_settings settings = {.key = &key};
	struct table *table = table_open("./t.table", TABLE_WRITE, &settings, &failure);
	struct sink *sink = table != NULL ? table_sink_open(table, false, true) : NULL;

	if (!ok(sink != NULL, "a table as a sink"))
		return;
	ok(sink->kind->objects && !sink->kind->whole_lines, "its records are objects");
	ok(take(sink, "{\"k\":\"a\"}") && !take(sink, "{\"j\":1}") &&
	        failure.kind == FAILURE_REFUSED,
	    "a record without the key is refused");
	ok(commit(sink, 0), "the batch has one new item");
	ok(take(sink, "{\"k\":\"a\",\"n\":2}") && take(sink, "{\"k\":\"b\"}") && commit(sink, 1),
	    "of the next batch one was present");
	sink->kind->close(sink);
}

int
main(void)
{
	char directory[] = "/tmp/sink.XXXXXX", command[100];

	if (mkdtemp(directory) == NULL || chdir(directory) != 0)
		return 1;
	test_stream();
	test_table();
	snprintf(command, sizeof command, "rm -r %s", directory);
	ok(chdir("/") == 0 && system(command) == 0, "cleared away");
	return done();
}
