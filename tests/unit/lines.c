/* lines: the same lines for any pieces of input; every kind of end is distinguished. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include "system/lines.h"
#include "tap.h"

enum { MAX_LINE = 1000, WINDOW = 64 * 1024, NOW = 0, NOBODY = -1 };

/* Lines from the read end of a pipe. */
struct source {
	struct lines *lines;
	int in;
	int out;
};

static void
source_open(
    struct source *source, size_t max_line, size_t window, const volatile sig_atomic_t *stop)
{
	int ends[2];

	if (pipe(ends) < 0)
		abort();
	source->in = ends[0];
	source->out = ends[1];
	source->lines = lines_open(source->in, max_line, window, stop);
}

static void
source_end(struct source *source)
{
	close(source->out);
	source->out = -1;
}

static void
source_close(struct source *source)
{
	lines_close(source->lines);
	close(source->in);
	if (source->out >= 0)
		close(source->out);
}

static void
give(struct source *source, const char *bytes, size_t length)
{
	if (write(source->out, bytes, length) != (ssize_t)length)
		abort();
}

static void
give_text(struct source *source, const char *text)
{
	give(source, text, strlen(text));
}

static enum lines_status
wait_now(struct source *source)
{
	struct failure failure;

	return lines_wait(source->lines, NOBODY, NOW, &failure);
}

static void
is_line(struct source *source, const char *text, uint64_t number, enum line_state state)
{
	struct line line;

	if (!ok(lines_next(source->lines, &line), "line %" PRIu64, number))
		return;
	is_span(line.text, span_of(text), "  its text");
	is_number((int64_t)line.number, (int64_t)number, "  its number");
	is_number((int64_t)line.bytes, (int64_t)strlen(text), "  its length");
	is_number(line.state, state, "  its state");
}

static void
test_lines(void)
{
	struct source source;
	struct line line;

	source_open(&source, MAX_LINE, WINDOW, NULL);
	ok(!lines_next(source.lines, &line), "no line before the first wait");
	give_text(&source, "one\n\n three \r\n\tfour");
	is_number(wait_now(&source), LINES_READY, "something has arrived");
	ok(lines_pending(source.lines) == 19, "that much of it");
	is_line(&source, "one", 1, LINE_WHOLE);
	is_line(&source, "", 2, LINE_WHOLE);
	is_line(&source, " three \r", 3, LINE_WHOLE);
	ok(!lines_next(source.lines, &line), "the fourth has not ended yet");
	is_number(wait_now(&source), LINES_READY, "nothing more has come");
	ok(!lines_next(source.lines, &line), "so there is no line");
	give_text(&source, "teen\n\"five\"");
	is_number(wait_now(&source), LINES_READY, "now it has");
	is_line(&source, "\tfourteen", 4, LINE_WHOLE);
	ok(!lines_next(source.lines, &line), "the fifth may continue");
	source_end(&source);
	is_number(wait_now(&source), LINES_READY, "the input ends");
	is_line(&source, "\"five\"", 5, LINE_WHOLE);
	ok(!lines_next(source.lines, &line), "no line behind the last");
	is_number(wait_now(&source), LINES_END, "the end");
	is_number(wait_now(&source), LINES_END, "and again");
	source_close(&source);
}

static void
test_nul(void)
{
	struct source source;
	struct line line;

	source_open(&source, MAX_LINE, WINDOW, NULL);
	give(&source, "a\0b\n\0\n", 6);
	wait_now(&source);
	lines_next(source.lines, &line);
	is_span(line.text, (struct span){"a\0b", 3}, "a NUL is a byte like others");
	lines_next(source.lines, &line);
	is_span(line.text, (struct span){"\0", 1}, "also by itself");
	give(&source, "\0{}", 3);
	source_end(&source);
	wait_now(&source);
	lines_next(source.lines, &line);
	is_number(line.state, LINE_CUT, "and no white space");
	source_close(&source);
}

/* What the input may end with: a whole value that cannot continue, or something cut off. */
static void
test_last(void)
{
	static const char *const whole[] = {
	    "{}", "{\"a\":1}", "[1,2]", "\"text\"", " \t{\"a\":1} \r"};
	static const char *const cut[] = {"1", "12.5", "true", "null", "{\"a\":1", "[1,", "\"tex",
	    "text", " ", "\r", "{\"a\":1}}", "{a}", "{\"a\":\"\xFF\"}"};

	for (size_t i = 0; i < sizeof whole / sizeof *whole + sizeof cut / sizeof *cut; i++) {
		bool is_cut = i >= sizeof whole / sizeof *whole;
		const char *text = is_cut ? cut[i - sizeof whole / sizeof *whole] : whole[i];
		struct source source;

		source_open(&source, MAX_LINE, WINDOW, NULL);
		give_text(&source, "first\n");
		give_text(&source, text);
		source_end(&source);
		wait_now(&source);
		is_line(&source, "first", 1, LINE_WHOLE);
		is_line(&source, text, 2, is_cut ? LINE_CUT : LINE_WHOLE);
		is_number(wait_now(&source), LINES_END, "  and the end");
		source_close(&source);
	}
}

/* A line of length x and a newline, given in pieces. */
static void
give_long(struct source *source, size_t length, size_t piece, bool newline)
{
	char *bytes = malloc(piece);
	struct line early;

	memset(bytes, 'x', piece);
	for (size_t given = 0; given < length; given += piece) {
		give(source, bytes, length - given < piece ? length - given : piece);
		wait_now(source);
		if (lines_next(source->lines, &early))
			abort();
	}
	if (newline)
		give(source, "\n", 1);
	free(bytes);
}

static void
test_long_line(size_t length, size_t max_line, size_t piece, bool newline)
{
	struct source source;
	struct line line;
	size_t kept = length <= max_line ? length : length < LINES_KEPT ? length : LINES_KEPT;
	bool all = true;

	printf("# %zu bytes of at most %zu, in pieces of %zu\n", length, max_line, piece);
	source_open(&source, max_line, WINDOW, NULL);
	give_text(&source, "before\n");
	wait_now(&source);
	is_line(&source, "before", 1, LINE_WHOLE);
	ok(!lines_next(source.lines, &line), "by itself");
	give_long(&source, length, piece, newline);
	if (newline)
		give_text(&source, "after\n");
	source_end(&source);
	wait_now(&source);
	if (ok(lines_next(source.lines, &line), "the long line")) {
		is_number(line.state,
		    length > max_line ? LINE_LONG
		    : newline         ? LINE_WHOLE
		                      : LINE_CUT,
		    "  its state");
		is_number((int64_t)line.bytes, (int64_t)length, "  its length");
		is_number((int64_t)line.text.length, (int64_t)kept, "  what is kept of it");
		for (size_t i = 0; i < line.text.length; i++)
			all = all && line.text.start[i] == 'x';
		ok(all, "  which is its start");
	}
	if (newline)
		is_line(&source, "after", 3, LINE_WHOLE);
	is_number(wait_now(&source), LINES_END, "the end");
	source_close(&source);
}

static void
test_long(void)
{
	test_long_line(1000, 1000, 1000, true);
	test_long_line(1001, 1000, 1001, true);
	test_long_line(1001, 1000, 7, true);
	test_long_line(50000, 1000, 100, true);
	test_long_line(LINES_KEPT - 1, 1000, 3000, true);
	test_long_line(LINES_KEPT, 1000, 4096, true);
	test_long_line(LINES_KEPT + 1, 1000, 4096, true);
	test_long_line(3000000, 1000, 50000, true);
	test_long_line(3000000, 1000, 50000, false);
	/* Longer than the window, which is no limit of lines. */
	test_long_line(WINDOW + 1, 10 * WINDOW, 4096, true);
	test_long_line(9 * WINDOW, 10 * WINDOW, 50000, true);
	test_long_line(9 * WINDOW, 10 * WINDOW, 50000, false);
	test_long_line(10 * WINDOW, 10 * WINDOW, 50000, true);
	test_long_line(10 * WINDOW + 1, 10 * WINDOW, 50000, true);
	test_long_line(10 * WINDOW + 1, 10 * WINDOW, 50000, false);
}

/* Lines between two waits stay where they are, and are LINES_BATCH at the most. */
static void
test_batches(void)
{
	enum { COUNT = 3 * LINES_BATCH / 2 };
	struct line *kept = calloc(COUNT, sizeof *kept);
	unsigned batches = 0, wrong = 0;
	size_t in_batch = 0, all = 0;
	struct source source;
	FILE *file = tmpfile();

	if (kept == NULL || file == NULL)
		abort();
	for (unsigned i = 1; i <= COUNT; i++)
		fprintf(file, "%u\n", i);
	fflush(file);
	rewind(file);
	source = (struct source){.in = dup(fileno(file)), .out = -1};
	source.lines = lines_open(source.in, MAX_LINE, 1024 * 1024, NULL);
	while (wait_now(&source) == LINES_READY) {
		for (in_batch = 0; lines_next(source.lines, &kept[in_batch]); in_batch++)
			;
		batches++;
		wrong += in_batch > LINES_BATCH;
		for (size_t i = 0; i < in_batch; i++) {
			char text[20];

			snprintf(text, sizeof text, "%zu", ++all);
			wrong += !span_equal(kept[i].text, span_of(text)) || kept[i].number != all;
		}
	}
	is_number((int64_t)all, COUNT, "all lines");
	is_number(wrong, 0, "each as it was, when its batch was complete");
	is_number(batches, 2, "in two batches");
	source_close(&source);
	fclose(file);
	free(kept);
}

/* However the input is cut into pieces, the lines are the same. */
static void
test_pieces(void)
{
	enum { LENGTH = 20000, LIMIT = 60 };
	char *text = malloc(LENGTH);
	unsigned wrong = 0, lines = 0;

	for (unsigned i = 0; i < LENGTH; i++)
		text[i] = rand() % 30 == 0 ? '\n' : (char)('a' + rand() % 26);
	text[LENGTH - 1] = '\n';
	for (unsigned round = 0; round < 20; round++) {
		const char *at = text;
		struct source source;
		struct line line;

		source_open(&source, LIMIT, 100, NULL);
		for (size_t given = 0, piece; given < LENGTH; given += piece) {
			piece = 1 + (size_t)rand() % (1 + 50 * round);
			if (piece > LENGTH - given)
				piece = LENGTH - given;
			give(&source, text + given, piece);
			for (bool more = true; more;) {
				more = false;
				wait_now(&source);
				while (lines_next(source.lines, &line)) {
					const char *end = memchr(at, '\n', LENGTH);

					wrong +=
					    line.bytes != (size_t)(end - at) ||
					    line.state !=
					        (line.bytes > LIMIT ? LINE_LONG : LINE_WHOLE) ||
					    memcmp(line.text.start, at, line.text.length) != 0 ||
					    line.text.length != line.bytes;
					at = end + 1;
					lines++;
					more = true;
				}
			}
		}
		wrong += at != text + LENGTH;
		source_close(&source);
	}
	ok(lines > 10000, "%u lines", lines);
	is_number(wrong, 0, "each is what it should be");
	free(text);
}

static void
test_stop(void)
{
	volatile sig_atomic_t stop = 0;
	struct failure failure;
	struct source source;
	struct line line;

	source_open(&source, MAX_LINE, WINDOW, &stop);
	give_text(&source, "one\n");
	stop = SIGTERM;
	is_number(lines_wait(source.lines, NOBODY, -1, &failure), LINES_FAILED,
	    "stopped: no more is read");
	is_number(failure.kind, FAILURE_STOPPED, "and reported");
	ok(!lines_next(source.lines, &line), "no line");
	stop = 0;
	is_number(lines_wait(source.lines, NOBODY, -1, &failure), LINES_READY, "what had arrived");
	is_line(&source, "one", 1, LINE_WHOLE);
	source_close(&source);
}

static volatile sig_atomic_t alarmed;

static void
on_alarm(int number)
{
	alarmed = number;
}

static void
test_stop_waiting(void)
{
	struct sigaction action = {.sa_handler = on_alarm};
	struct failure failure;
	struct source source;

	sigaction(SIGALRM, &action, NULL);
	source_open(&source, MAX_LINE, WINDOW, &alarmed);
	alarm(1);
	is_number(
	    lines_wait(source.lines, NOBODY, -1, &failure), LINES_FAILED, "a signal ends the wait");
	is_number(failure.kind, FAILURE_STOPPED, "and is reported");
	source_close(&source);
}

static void
test_reader_gone(void)
{
	struct failure failure;
	struct source source;
	struct line line;
	int watched[2];

	if (pipe(watched) < 0)
		abort();
	source_open(&source, MAX_LINE, WINDOW, NULL);
	close(watched[0]);
	is_number(lines_wait(source.lines, watched[1], -1, &failure), LINES_FAILED,
	    "the reader of the output has gone: nothing to wait for");
	is_number(failure.kind, FAILURE_READER_GONE, "and reported");
	give_text(&source, "one\n");
	is_number(lines_wait(source.lines, watched[1], -1, &failure), LINES_READY,
	    "a line that is there comes first");
	ok(lines_next(source.lines, &line), "it is handed out");
	is_number(lines_wait(source.lines, watched[1], -1, &failure), LINES_FAILED,
	    "then it is reported again");
	is_number(failure.kind, FAILURE_READER_GONE, "as what it is");
	source_close(&source);
	close(watched[1]);
}

static void
test_errors(void)
{
	struct lines *lines = lines_open(open(".", O_RDONLY), MAX_LINE, WINDOW, NULL);
	struct failure failure;

	is_number(
	    lines_wait(lines, NOBODY, -1, &failure), LINES_FAILED, "a directory cannot be read");
	is_number(failure.kind, FAILURE_PERMANENT, "which needs attention");
	is_number(lines_wait(lines, NOBODY, -1, &failure), LINES_FAILED, "it stays so");
	lines_close(lines);
	lines = lines_open(open("/dev/null", O_WRONLY), MAX_LINE, WINDOW, NULL);
	is_number(
	    lines_wait(lines, NOBODY, -1, &failure), LINES_FAILED, "nor what is open for writing");
	lines_close(lines);
	lines = lines_open(open("/dev/null", O_RDONLY), MAX_LINE, WINDOW, NULL);
	is_number(lines_wait(lines, NOBODY, -1, &failure), LINES_END, "an empty input has no line");
	lines_close(lines);
	lines_close(NULL);
}

int
main(void)
{
	srand(1);
	test_lines();
	test_nul();
	test_last();
	test_long();
	test_batches();
	test_pieces();
	test_stop();
	test_stop_waiting();
	test_reader_gone();
	test_errors();
	return done();
}
