/* fxmetrics_state: states are read, continued and written again, and stay within their limits. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "fxmetrics/state.h"
#include "system/file.h"
#include "tap.h"

enum { MEBIBYTE = 1024 * 1024 };

static struct stats_line line;

static void
test_read(void)
{
	static const char text[] = "fxmetrics 1\n"
	                           "file\t65024:5\t991\t2567192352-258\n"
	                           "run\tkread 2026-01-31T12:00:01.456Z\t20 400 20 1795969047\n"
	                           "total\tkput\t9223372036854775807 2 3\n"
	                           "last\tkput\t1769860860 - 1.5 20.07 -\n"
	                           "status\tkput 143\t2";
	struct files files = {.count = 0};
	struct sums sums = {.tools = {.count = 0}};
	size_t number;

	ok(state_read(span_of(text), &files, &sums, &number), "a state is read");
	ok(files.count == 1 && files.files[0].offset == 991, "  how far a file was read");
	ok(sums.running.count == 1 && sums.running.entries[0].counts[STATS_BYTES] == 400 &&
	        sums.running.entries[0].seen == 1795969047,
	    "  a tool that keeps running");
	ok(sums.tools.count == 1 && sums.tools.entries[0].counts[STATS_LINES] == SUMS_LARGEST &&
	        sums.tools.entries[0].counts[STATS_COMMIT_US] == 0,
	    "  a sum, and those that an older state lacks");
	ok(sums.tools.entries[0].last.status == -1 && sums.tools.entries[0].last.p99_us == 20070 &&
	        sums.tools.entries[0].last.lag_ms == -1,
	    "  the last line of a tool");
	ok(sums.statuses.count == 1 && sums.statuses.entries[0].counts[0] == 2, "  a status");
	files_free(&files);
	sums_free(&sums);
}

static void
is_invalid(const char *more)
{
	char *text = memory_format("fxmetrics 1\n%s\n", more);
	struct files files = {.count = 0};
	struct sums sums = {.tools = {.count = 0}};
	size_t number;

	ok(!state_read(span_of(text), &files, &sums, &number) && number == 2, "invalid: %s", more);
	files_free(&files);
	sums_free(&sums);
	free(text);
}

/* The largest numbers and longest names, as many as are accepted. */
static void
test_limits(void)
{
	static struct state state;
	struct failure failure = {.kind = FAILURE_NONE};
	char path[] = "/tmp/fxmetrics_state.XXXXXX", id[FILES_ID];
	int fd = mkstemp(path);
	struct buffer text;
	size_t number;
	bool saved;

	state = (struct state){.path = path, .lock = -1};
	line = (struct stats_line){.counted = true,
	    .lag_ms = INT64_MAX,
	    .p50_us = STATS_LARGEST,
	    .p99_us = STATS_LARGEST,
	    .ended = INT64_C(253402300799999)};
	for (size_t i = 0; i < STATS_COUNTERS; i++)
		line.counters[i] = STATS_LARGEST;
	for (int i = 0; i < SUMS_TOOLS; i++) {
		snprintf(line.tool, sizeof line.tool, "%0*d", STATS_TOOL, i);
		snprintf(line.started, sizeof line.started, "%0*d", STATS_STARTED, i);
		line.end = STATS_EXITED;
		line.status = STATS_STATUS;
		if (!sums_add(&state.sums, &line, 0))
			ok(false, "tool %d", i);
		line.end = STATS_RUNNING;
		if (!sums_add(&state.sums, &line, INT64_C(253402300799)))
			ok(false, "run %d", i);
		for (size_t c = 0; c < STATS_COUNTERS; c++)
			state.sums.tools.entries[i].counts[c] = SUMS_LARGEST;
	}
	for (unsigned i = 0; i < FILES_REMEMBERED + 10; i++) {
		struct file *file;

		snprintf(id, sizeof id, "%020d:%020u", 0, i);
		file = files_note(&state.files, id);
		file->offset = INT64_MAX;
		snprintf(file->print, sizeof file->print, "4294967295-4096");
	}
	line.end = STATS_EXITED;
	snprintf(line.tool, sizeof line.tool, "another");
	ok(!sums_add(&state.sums, &line, 0), "one tool more than the limit is refused");
	saved = fd >= 0 && state_save(&state, INT64_C(253402300799), &failure);
	ok(saved, "all that is accepted is saved%s%s", saved ? "" : ": ", failure.text);
	files_free(&state.files);
	sums_free(&state.sums);
	state = (struct state){.lock = -1};
	close(fd);
	fd = open(path, O_RDONLY);
	ok(file_read_all(fd, path, MEBIBYTE, &text, &failure) && text.length > MEBIBYTE / 2,
	    "  in at most 1 MiB");
	ok(state_read(buffer_span(&text), &state.files, &state.sums, &number), "  and read again");
	ok(state.files.count == FILES_REMEMBERED && state.sums.tools.count == SUMS_TOOLS &&
	        state.sums.running.count == SUMS_TOOLS && state.sums.statuses.count == SUMS_TOOLS,
	    "  with all that it holds");
	files_free(&state.files);
	sums_free(&state.sums);
	buffer_free(&text);
	close(fd);
	unlink(path);
}

int
main(void)
{
	test_read();
	is_invalid("nothing");
	is_invalid("file\t5:x\t1\t1-1");
	is_invalid("file\t5:5\t1");
	is_invalid("total\tkput\ta[$(touch run)]");
	is_invalid("total\tkput\t9223372036854775808");
	is_invalid("run\tkput\t1");
	is_invalid("run\tkput 2026-01-31T12:00:00Z\tx");
	is_invalid("last\tkput");
	is_invalid("status\tkput 0\t-1");
	is_invalid("status\tkput 0 0\t1");
	test_limits();
	return done();
}
