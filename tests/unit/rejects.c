/* rejects: one line of JSON per refused line, whole or not at all. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text/base64.h"
#include "text/json.h"
#include "record/rejects.h"
#include "tap.h"

static const struct caller caller; /* hears nothing, and never stops */
static char path[] = "/tmp/rejects.XXXXXX";
static char text[200000];

/* All that is in the file. */
static struct span
contents(void)
{
	int fd = open(path, O_RDONLY);
	ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof text);

	close(fd);
	return (struct span){text, got < 0 ? 0 : (size_t)got};
}

static struct line
line_of(const char *bytes, size_t length, enum line_state state)
{
	return (struct line){.text = {bytes, length}, .number = 7, .bytes = length, .state = state};
}

static const struct {
	const char *line;
	const char *as; /* the member in the object */
} lines[] = {
    {"{\"a\":1}", "\"record\":{\"a\":1}"},
    {" \t{ \"a\" : 1.50 , \"a\":2 }\r", "\"record\":{ \"a\" : 1.50 , \"a\":2 }"},
    {"1.500", "\"record\":1.500"},
    {"null", "\"record\":null"},
    {"\"\xE2\x82\xAC\\u0000\"", "\"record\":\"\xE2\x82\xAC\\u0000\""},
    {"", "\"base64\":\"\""},
    {" ", "\"base64\":\"IA==\""},
    {"{\"a\":1", "\"base64\":\"eyJhIjox\""},
    {"\xFF", "\"base64\":\"/w==\""},
    {"\"\xFF\"", "\"base64\":\"Iv8i\""},
    {"{}{}", "\"base64\":\"e317fQ==\""},
};

static void
test_lines(void)
{
	struct failure failure;
	struct json_error error;
	char expected[300];

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct line line = line_of(lines[i].line, strlen(lines[i].line), LINE_WHOLE);
		struct rejects *rejects;
		struct span got;

		unlink(path);
		rejects = rejects_open(path, "tool", &caller, &failure);
		ok(rejects_add(rejects, &line, "a \"reason\" \xFF\n", &failure), "set aside");
		got = contents();
		snprintf(expected, sizeof expected,
		    "{\"error\":\"a \\\"reason\\\" "
		    "\xEF\xBF\xBD\\n\",\"tool\":\"tool\",\"line\":7,%s}\n",
		    lines[i].as);
		is_span(got, span_of(expected), "  as it should, before it is flushed");
		ok(json_check(got, JSON_DEPTH, &error), "  which is JSON");
		ok(rejects_close(rejects, &failure), "  and safe");
	}
}

static void
test_nul(void)
{
	struct failure failure;
	struct rejects *rejects;
	struct line line = line_of("\"a\0b\"", 5, LINE_WHOLE);

	unlink(path);
	rejects = rejects_open(path, "tool", &caller, &failure);
	rejects_add(rejects, &line, "no", &failure);
	is_span(contents(),
	    span_of("{\"error\":\"no\",\"tool\":\"tool\",\"line\":7,\"base64\":\"ImEAYiI=\"}\n"),
	    "a NUL is no JSON, and is kept");
	rejects_close(rejects, &failure);
}

/* Of an over-long or cut-off line nothing is taken for JSON, though it may look like it. */
static void
test_states(void)
{
	struct failure failure;
	struct rejects *rejects;
	struct line line = line_of("[1]", 3, LINE_LONG);

	unlink(path);
	rejects = rejects_open(path, "tool", &caller, &failure);
	line.bytes = 12345678901;
	rejects_add(rejects, &line, "long", &failure);
	line = line_of("[1]", 3, LINE_CUT);
	rejects_add(rejects, &line, "cut", &failure);
	is_span(contents(),
	    span_of("{\"error\":\"long\",\"tool\":\"tool\",\"line\":7,\"base64\":\"WzFd\","
	            "\"bytes\":12345678901}\n"
	            "{\"error\":\"cut\",\"tool\":\"tool\",\"line\":7,\"base64\":\"WzFd\"}\n"),
	    "the start of a long line and its length; a line that was cut off");
	rejects_close(rejects, &failure);
}

static void
test_file(void)
{
	struct line line = line_of("1", 1, LINE_WHOLE);
	struct failure failure;
	struct rejects *first, *second;
	struct stat file;
	char expected[] = "{\"error\":\"a\",\"tool\":\"x\",\"line\":7,\"record\":1}\n"
	                  "{\"error\":\"b\",\"tool\":\"y\",\"line\":7,\"record\":1}\n"
	                  "{\"error\":\"c\",\"tool\":\"x\",\"line\":7,\"record\":1}\n";

	unlink(path);
	umask(0);
	first = rejects_open(path, "x", &caller, &failure);
	second = rejects_open(path, "y", &caller, &failure);
	ok(stat(path, &file) == 0 && (file.st_mode & 0777) == 0600, "accessible only to the user");
	rejects_add(first, &line, "a", &failure);
	rejects_add(second, &line, "b", &failure);
	rejects_add(first, &line, "c", &failure);
	is_span(contents(), span_of(expected), "two tools append to one file");
	ok(rejects_sync(first, &failure) && rejects_sync(first, &failure), "flushed, also twice");
	ok(rejects_close(first, &failure) && rejects_close(second, &failure), "closed");
	ok(rejects_close(NULL, &failure), "none is closed as well");
	first = rejects_open("/tmp/no/such/directory", "x", &caller, &failure);
	ok(first == NULL && failure.kind == FAILURE_PERMANENT, "where there is no directory");
	first = rejects_open("/tmp", "x", &caller, &failure);
	ok(first == NULL && failure.kind == FAILURE_PERMANENT, "a directory");
}

/* A line whose end is missing, as after a power cut, spoils no other. */
static void
test_torn(void)
{
	struct line line = line_of("1", 1, LINE_WHOLE);
	struct failure failure;
	struct rejects *rejects;
	int fd = open(path, O_WRONLY | O_TRUNC);

	ok(write(fd, "{\"error\":\"to", 12) == 12, "a torn line");
	close(fd);
	rejects = rejects_open(path, "x", &caller, &failure);
	rejects_add(rejects, &line, "a", &failure);
	rejects_add(rejects, &line, "b", &failure);
	rejects_close(rejects, &failure);
	is_span(contents(),
	    span_of("{\"error\":\"to\n{\"error\":\"a\",\"tool\":\"x\",\"line\":7,\"record\":1}\n"
	            "{\"error\":\"b\",\"tool\":\"x\",\"line\":7,\"record\":1}\n"),
	    "the next begins on a line of its own");
}

static void
test_full(void)
{
	struct line line = line_of("\"0123456789\"", 12, LINE_WHOLE);
	struct rlimit before, limit;
	struct failure failure;
	struct rejects *rejects = rejects_open("/dev/full", "x", &caller, &failure);
	struct span got;
	unsigned added = 0;

	ok(!rejects_add(rejects, &line, "a", &failure), "a full disk");
	is_number(failure.kind, FAILURE_TEMPORARY, "is for later");
	rejects_close(rejects, &failure);
	unlink(path);
	rejects = rejects_open(path, "x", &caller, &failure);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	limit = before;
	limit.rlim_cur = 200;
	fflush(stdout);
	setrlimit(RLIMIT_FSIZE, &limit);
	while (added < 100 && rejects_add(rejects, &line, "a", &failure))
		added++;
	setrlimit(RLIMIT_FSIZE, &before);
	ok(added > 0 && added < 10, "room for %u lines", added);
	is_number(failure.kind, FAILURE_TEMPORARY, "then it is full");
	got = contents();
	ok(got.length > 0 && got.start[got.length - 1] == '\n', "half a line is taken back");
	is_number((int64_t)got.length % added, 0, "and what is left are those that were added");
	rejects_close(rejects, &failure);
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 2;
	close(fd);
	test_lines();
	test_nul();
	test_states();
	test_file();
	test_torn();
	test_full();
	unlink(path);
	return done();
}
