/* cursor: sort keys as words. */
#include "serve/cursor.h"
#include "tap.h"

static struct pool pool;

static void
comes_back(const char *key, const char *plain)
{
	const char *cursor = cursor_make(span_of(key), 0xABCDEF, &pool);
	struct buffer sort;

	buffer_init(&sort, 1024);
	ok(strpbrk(cursor, "+/&? %") == NULL, "%s: %s needs no escapes in a URL", key, cursor);
	if (ok(cursor_read(cursor, 0xABCDEF, &sort), "it is read")) {
		is_span(buffer_span(&sort), span_of(key), "it is the same");
		is_text(cursor_plain(buffer_span(&sort), &pool), plain, "and as a query takes it");
	}
	buffer_free(&sort);
}

static void
is_none(const char *text)
{
	struct buffer sort;

	buffer_init(&sort, 1024);
	ok(!cursor_read(text, 0, &sort), "\"%s\" is refused", text);
	buffer_free(&sort);
}

int
main(void)
{
	comes_back("\"2025-01-01T00:00:00Z\"", "2025-01-01T00:00:00Z");
	comes_back("1.50", "1.50");
	comes_back("\"\\u00fc\\\"\"", "\xC3\xBC\"");
	comes_back("\"\xF0\x9F\x98\x80~~?>?>\"", "\xF0\x9F\x98\x80~~?>?>");
	is_none("");
	is_none("00000000");
	is_none("00000001MQ=="); /* of another query */
	is_none("0000000MQ==");
	is_none("00000000!");
	is_none("00000000e30="); /* {} */
	is_none("00000000W10="); /* [] */
	is_none("00000000dHJ1ZQ=="); /* true */
	is_none("00000000bnVsbA=="); /* null */
	is_none("00000000IDE="); /* a blank before 1 */
	is_none("00000000MSA="); /* and after it */
	is_none("00000000Ing"); /* "x without its end */
	is_none("00000000Ij4+PiI="); /* not the alphabet for URLs */
	ok(cursor_query((const char *[]){"a", NULL, "b"}, 3) !=
	        cursor_query((const char *[]){"a", "b", NULL}, 3),
	    "the order of texts counts");
	ok(cursor_query((const char *[]){"a", NULL}, 2) !=
	        cursor_query((const char *[]){"a", ""}, 2),
	    "nothing is not an empty text");
	pool_free(&pool);
	return done();
}
