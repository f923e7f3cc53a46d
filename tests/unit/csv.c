/* csv: columns, quotes, digits. */
#include "serve/csv.h"
#include "tap.h"

static void
is(const char *columns, const char *const *items, const char *expected, const char *name)
{
	struct csv csv = {.count = 0};
	struct pool pool = {0};
	struct buffer text;
	struct pool scratch = {0};
	bool good = columns == NULL || csv_choose(&csv, columns);

	buffer_init(&text, 10000);
	for (size_t i = 0; columns == NULL && good && items[i] != NULL; i++)
		good = csv_note(&csv, span_of(items[i]), &pool);
	good = good && csv_add_header(&csv, &text);
	for (; good && *items != NULL; items++)
		good = csv_add(&csv, &text, span_of(*items), &scratch);
	ok(good, "%s", name);
	is_text(buffer_text(&text), expected, name);
	buffer_free(&text);
	pool_free(&pool);
	pool_free(&scratch);
}

#define ITEMS(...) ((const char *const[]){__VA_ARGS__, NULL})

int
main(void)
{
	struct csv csv = {.count = 0};
	struct pool pool = {0};
	struct buffer text;
	char item[16 * CSV_COLUMNS] = "{";
	char many[2 * CSV_COLUMNS + 2];

	is(NULL, ITEMS("{\"a\":1.50,\"b\":\"x\"}", "{\"b\":\"y\",\"c\":2,\"a\":1e-400}"),
	    "a,b,c\r\n1.50,x,\r\n1e-400,y,2\r\n", "the members of all items, with their digits");
	is(NULL, ITEMS("{\"a\":1}", "{\"\\u0061\":2,\"b\\n\":3}"), "a,\"b\n\"\r\n1,\r\n2,3\r\n",
	    "one column, however its name is escaped");
	is(NULL, ITEMS(NULL), "", "no items");
	is("a", ITEMS(NULL), "a\r\n", "no items, but columns");
	is(NULL,
	    ITEMS("{\"=a\":\"=1+1\",\"b\":\"@x\",\"c\":\"+x\",\"d\":\"-\\\"\",\"e\":\"\\tx\",\"f\":\"\\r\"}"),
	    "\"'=a\",b,c,d,e,f\r\n\"'=1+1\",\"'@x\",\"'+x\",\"'-\"\"\",\"'\tx\",\"'\r\"\r\n",
	    "texts that a spreadsheet would take for formulas");
	is(NULL, ITEMS("{\"a\":-1.50,\"b\":\"-0.00000000000000000001\",\"c\":\"+2\",\"d\":\"-2e3\",\"e\":\"x=1\"}"),
	    "a,b,c,d,e\r\n-1.50,-0.00000000000000000001,+2,-2e3,x=1\r\n",
	    "numbers, also those in texts, have their digits only");
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
	for (size_t i = 0; i < CSV_COLUMNS; i++)
		snprintf(item + strlen(item), 16, "%s\"%zu\":1", i > 0 ? "," : "", i);
	strcat(item, "}");
	ok(csv_note(&csv, span_of(item), &pool) && csv_note(&csv, span_of(item), &pool) &&
	        !csv_note(&csv, span_of("{\"0\":1,\"x\":1}"), &pool),
	    "one member too many");
	csv.count = 0;
	buffer_init(&text, 8);
	csv_choose(&csv, "a");
	ok(csv_add_header(&csv, &text) && !csv_add(&csv, &text, span_of("{\"a\":123456}"), &pool), "the ceiling");
	buffer_free(&text);
	pool_free(&pool);
	return done();
}
