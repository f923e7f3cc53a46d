/* failure: kinds, exit statuses, and foreign text made fit to print. */
#include <errno.h>
#include "base/failure.h"
#include "tap.h"

static void
test_fail(void)
{
	struct failure failure;
	char much[3000];

	ok(!fail(&failure, FAILURE_REFUSED, "line %d: %s", 7, "no"), "always false");
	is_number(failure.kind, FAILURE_REFUSED, "the kind");
	is_text(failure.text, "line 7: no", "the sentence");
	memset(much, 'x', sizeof much - 1);
	much[sizeof much - 1] = '\0';
	fail(&failure, FAILURE_PERMANENT, "%s", much);
	is_number((int64_t)strlen(failure.text), sizeof failure.text - 1, "a long one is cut");
	fail_errno(&failure, ENOSPC, "%s", much);
	is_number(
	    (int64_t)strlen(failure.text), sizeof failure.text - 1, "also before errno's text");
}

static void
test_errno(void)
{
	static const struct {
		int error;
		enum failure_kind kind;
	} expected[] = {{ENOSPC, FAILURE_TEMPORARY}, {EDQUOT, FAILURE_TEMPORARY},
	    {EFBIG, FAILURE_TEMPORARY}, {EIO, FAILURE_TEMPORARY}, {EAGAIN, FAILURE_TEMPORARY},
	    {EMFILE, FAILURE_TEMPORARY}, {ENFILE, FAILURE_TEMPORARY}, {ENOMEM, FAILURE_TEMPORARY},
	    {EPIPE, FAILURE_READER_GONE}, {ENOENT, FAILURE_PERMANENT}, {EACCES, FAILURE_PERMANENT},
	    {EROFS, FAILURE_PERMANENT}, {EISDIR, FAILURE_PERMANENT}, {EBADF, FAILURE_PERMANENT},
	    {ENOTDIR, FAILURE_PERMANENT}, {ELOOP, FAILURE_PERMANENT}};
	struct failure failure;

	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
		ok(!fail_errno(&failure, expected[i].error, "could not do it"), "false");
		is_number(failure.kind, expected[i].kind, strerror(expected[i].error));
	}
	fail_errno(&failure, ENOENT, "could not open %s", "it");
	is_text(failure.text, "could not open it: No such file or directory",
	    "what errno says follows");
}

static void
test_status(void)
{
	static const int order[] = {0, 1, 75, 2};

	is_number(failure_status(FAILURE_NONE), 0, "none: 0");
	is_number(failure_status(FAILURE_REFUSED), 1, "refused: 1");
	is_number(failure_status(FAILURE_PERMANENT), 2, "permanent: 2");
	is_number(failure_status(FAILURE_TEMPORARY), 75, "later: 75");
	is_number(failure_status(FAILURE_READER_GONE), 0, "the reader has gone: the tool dies of a signal");
	is_number(failure_status(FAILURE_STOPPED), 0, "stopped: the tool dies of a signal");
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < 4; j++)
			is_number(failure_worse_status(order[i], order[j]), order[i > j ? i : j],
			    "2 before 75 before 1 before 0");
	}
}

static const struct {
	const char *what;
	const char *bytes;
	const char *shown;
} texts[] = {
    {"plain text", "BTC/USD", "BTC/USD"},
    {"nothing", "", ""},
    {"control bytes", "a\x1B[31mb\r\n\t\x7F", "a\\x1b[31mb\\x0d\\x0a\\x09\\x7f"},
    {"unicode", "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\xAA\x99", "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\xAA\x99"},
    {"C1 controls",
        "\xC2\x9B"
        "31m",
        "\\xc2\\x9b31m"},
    {"broken UTF-8",
        "a\xFF\xFE"
        "b\xC3",
        "a\\xff\\xfeb\\xc3"},
    {"an overlong slash", "\xC0\xAF\xE0\x80\xAF", "\\xc0\\xaf\\xe0\\x80\\xaf"},
    {"a surrogate", "\xED\xA0\x80", "\\xed\\xa0\\x80"},
    {"past U+10FFFF", "\xF4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},
    {"text turned around",
        "a\xE2\x80\xAE"
        "b\xE2\x81\xA6",
        "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6"},
    {"a line separator", "\xE2\x80\xA8", "\\xe2\\x80\\xa8"},
    {"marks of a direction", "\xE2\x80\x8F \xD8\x9C \xE2\x80\x8E",
        "\\xe2\\x80\\x8f \\xd8\\x9c \\xe2\\x80\\x8e"},
    {"invisible characters", "\xE2\x80\x8B \xC2\xAD \xEF\xBB\xBF \xF3\xA0\x81\xBF",
        "\\xe2\\x80\\x8b \\xc2\\xad \\xef\\xbb\\xbf \\xf3\\xa0\\x81\\xbf"},
    {"their neighbours", "\xC2\xAC\xC2\xAE\xE2\x80\x90\xE2\x80\xAF\xDB\x9C",
        "\xC2\xAC\xC2\xAE\xE2\x80\x90\xE2\x80\xAF\xDB\x9C"},
};

static void
test_show(void)
{
	struct shown shown;
	char long_text[500], expected[1000] = "";

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		is_text(show(&shown, texts[i].bytes, strlen(texts[i].bytes)), texts[i].shown,
		    texts[i].what);
	is_text(show(&shown, "a\0b", 3), "a\\x00b", "a NUL");
	memset(long_text, 'x', sizeof long_text);
	is_span(span_of(show(&shown, long_text, 200)), (struct span){long_text, 200},
	    "200 bytes are whole");
	snprintf(expected, sizeof expected, "%.200s\xE2\x80\xA6", long_text);
	is_text(show(&shown, long_text, 201), expected, "201 are cut");
	memset(long_text, 1, sizeof long_text);
	show(&shown, long_text, sizeof long_text);
	is_number((int64_t)strlen(shown.text), 4 * 200 + 3, "200 escapes fit");
	/* A character that straddles the cut is left out as a whole. */
	memset(long_text, 'x', sizeof long_text);
	memcpy(long_text + 199, "\xE2\x82\xAC", 3);
	snprintf(expected, sizeof expected, "%.199s\xE2\x80\xA6", long_text);
	is_text(show(&shown, long_text, 300), expected, "no character is cut in two");
}

int
main(void)
{
	test_fail();
	test_errno();
	test_status();
	test_show();
	return done();
}
