/* cursor: sort keys as words. */
#include "serve/cursor.h"
#include "tap.h"

static struct pool pool;

static void
comes_back(const char *key, struct span plain)
{
	struct buffer last, sort;
	const char *cursor;

	buffer_init(&last, CURSOR_KEY_MAX);
	buffer_init(&sort, CURSOR_KEY_MAX);
	if (ok(cursor_add_key(&last, span_of(key)), "%.40s", key))
		is_span(buffer_span(&last), plain, "as a query takes it");
	cursor = cursor_make(plain, 0xABCDEF, &pool);
	ok(strpbrk(cursor, "+/&? %") == NULL, "%.40s needs no escapes in a URL", cursor);
	ok(strlen(cursor) <= 8 + 4 * (plain.length + 2) / 3, "it is short");
	if (ok(cursor_read(cursor, 0xABCDEF, &sort), "it is read"))
		is_span(buffer_span(&sort), plain, "it is the same");
	buffer_free(&last);
	buffer_free(&sort);
}

/* The greatest keys with the longest texts. */
static void
long_ones_come_back(void)
{
	char key[6 * 1024 + 3] = "\"", plain[1024];

	for (size_t i = 0; i < 1024; i++)
		memcpy(key + 1 + 6 * i, "\\u0001", 6);
	memcpy(key + sizeof key - 2, "\"", 2);
	memset(plain, 1, sizeof plain);
	comes_back(key, (struct span){plain, sizeof plain});
	memset(key, '0', sizeof key);
	memcpy(key, "1.5", 3);
	key[sizeof key - 1] = '\0';
	comes_back(key, span_of("1.5"));
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
	const struct span a = span_of("a"), b = span_of("b"), none = {NULL, 0};

	comes_back("\"2025-01-01T00:00:00Z\"", span_of("2025-01-01T00:00:00Z"));
	comes_back("1.50", span_of("1.5"));
	comes_back("\"\\u00fc\\\"\"", span_of("\xC3\xBC\""));
	comes_back("\"a\\u0000b\\u0000\"", (struct span){"a\0b", 4});
	comes_back("\"\xF0\x9F\x98\x80~~?>?>\"", span_of("\xF0\x9F\x98\x80~~?>?>"));
	long_ones_come_back();
	is_none("");
	is_none("00000000");
	is_none("00000001MQ=="); /* of another query */
	is_none("0000000MQ==");
	is_none("00000000!");
	is_none("00000000"); /* no key */
	is_none("00000000Ij4+PiI="); /* not the alphabet for URLs */
	ok(cursor_query((struct span[]){a, none, b}, 3) !=
	        cursor_query((struct span[]){a, b, none}, 3),
	    "the order of texts counts");
	ok(cursor_query((struct span[]){a, none}, 2) !=
	        cursor_query((struct span[]){a, span_of("")}, 2),
	    "nothing is not an empty text");
	ok(cursor_query((struct span[]){{"a", 2}}, 1) != cursor_query((struct span[]){a}, 1),
	    "a NUL counts");
	pool_free(&pool);
	return done();
}
