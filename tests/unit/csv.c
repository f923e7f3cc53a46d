/* csv: columns, quotes, digits. */
#include "serve/csv.h"
#include "tap.h"

static void
is(const char *columns, const char *const *items, const char *expected, const char *name)
{
	struct csv csv = {.count = 0};
	struct pool pool = {0};
	struct buffer text;
	bool good = columns == NULL || csv_choose(&csv, columns);

	buffer_init(&text, 10000);
	for (; good && *items != NULL; items++)
		good = csv_add(&csv, &text, span_of(*items), &pool);
	ok(good, "%s", name);
	is_text(buffer_text(&text), expected, name);
	buffer_free(&text);
	pool_free(&pool);
}

#define ITEMS(...) ((const char *const[]){__VA_ARGS__, NULL})

int
main(void)
{
	struct csv csv = {.count = 0};
	struct pool pool = {0};
	struct buffer text;
	char many[2 * CSV_COLUMNS + 2];

	is(NULL, ITEMS("{\"a\":1.50,\"b\":\"x\"}", "{\"b\":\"y\",\"c\":2,\"a\":1e-400}"),
	    "a,b\r\n1.50,x\r\n1e-400,y\r\n", "the members of the first item, with their digits");
	is("b,a", ITEMS("{\"a\":1,\"b\":2}", "{}"), "b,a\r\n2,1\r\n,\r\n", "chosen columns");
	is(NULL, ITEMS("{\"a,\\\"b\":\"c\\r\\nd \\\"e\\\"\",\"f\":[1,2],\"g\":null,\"h\":true}"),
	    "\"a,\"\"b\",f,g,h\r\n\"c\r\nd \"\"e\"\"\",\"[1,2]\",,true\r\n", "quotes");
	ok(!csv_choose(&csv, "") && !csv_choose(&csv, "a,,b") && !csv_choose(&csv, "a,"),
	    "an empty name");
	for (size_t i = 0; i <= CSV_COLUMNS; i++)
		memcpy(many + 2 * i, "a,", 2);
	many[2 * CSV_COLUMNS + 1] = '\0';
	csv.count = 0;
	ok(!csv_choose(&csv, many), "too many names");
	many[2 * CSV_COLUMNS - 1] = '\0';
	csv.count = 0;
	ok(csv_choose(&csv, many), "just not");
	csv.count = 0;
	buffer_init(&text, 8);
	ok(!csv_add(&csv, &text, span_of("{\"a\":123456}"), &pool), "the ceiling");
	buffer_free(&text);
	pool_free(&pool);
	return done();
}
