/* item: what DynamoDB takes and what it refuses, keys, forms. */
#include <stdlib.h>
#include "table/item.h"
#include "tap.h"

static const struct table_key rates = {{"ticker", 'S'}, {"last_refreshed", 'S'}};
static const struct table_key numbers = {{"n", 'N'}, {"", '\0'}};
static const struct table_key binaries = {{"b", 'B'}, {"s", 'S'}};

static const struct {
	const struct table_key *key;
	bool typed;
	const char *text;
	const char *reason; /* NULL: it is an item */
} cases[] = {
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\"}", NULL},
    {&rates, false, " {\"last_refreshed\":\"x\" , \"ticker\":\"A\"}\r", NULL},
    {&rates, false, "{\"tick\\u0065r\":\"A\",\"last_refreshed\":\"x\"}", NULL},
    {&rates, false, "{\"ticker\":\"\\u0000\",\"last_refreshed\":\"x\"}", NULL},
    {&rates, false, "", "an empty line is not JSON, at byte 1"},
    {&rates, false, "{\"ticker\":\"A\"", "unexpected end, at byte 14"},
    {&rates, false, "{\"ticker\":1,\"a\":}", "not a value, at byte 17"},
    {&rates, false, "[]", "not a JSON object"},
    {&rates, false, "{}", "the key attribute \"ticker\" is missing"},
    {&rates, false, "{\"ticker\":\"A\"}", "the key attribute \"last_refreshed\" is missing"},
    {&rates, false, "{\"a\":{\"ticker\":\"A\",\"last_refreshed\":\"x\"}}",
        "the key attribute \"ticker\" is missing"},
    {&rates, false, "{\"ticker\":\"\",\"last_refreshed\":\"x\"}",
        "attribute \"ticker\": it is part of the key and must not be empty"},
    {&rates, false, "{\"ticker\":1,\"last_refreshed\":\"x\"}",
        "attribute \"ticker\": it is part of the key and must be a string (S)"},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":null}",
        "attribute \"last_refreshed\": it is part of the key and must be a string (S)"},
    {&rates, false, "{\"ticker\":\"A\",\"ticker\":\"B\",\"last_refreshed\":\"x\"}",
        "the name \"ticker\" occurs twice"},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":1,\"\\u0061\":1}",
        "the name \"a\" occurs twice"},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":[{},{\"b\":1,\"b\":2}]}",
        "attribute \"a[1]\": the name \"b\" occurs twice"},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":{\"b\":1},\"b\":{\"a\":1}}",
        NULL},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"\":1}", "a name is empty"},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":{\"\":1}}",
        "attribute \"a\": a name is empty"},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"\",\"a\":\"\"}",
        "attribute \"last_refreshed\": it is part of the key and must not be empty"},
    {&rates, false,
        "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":\"\",\"b\":{},\"c\":[],\"d\":null}",
        NULL},
    {&rates, false,
        "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":12345678901234567890123456789012345678}",
        NULL},
    {&rates, false,
        "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":"
        "1234567890123456789012345678901234567800}",
        NULL},
    {&rates, false,
        "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":123456789012345678901234567890123456789}",
        "attribute \"a\": more than 38 significant digits"},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":{\"b\":[1,2,1e126]}}",
        "attribute \"a.b[2]\": magnitude above 9.99E+125"},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"a\":-1e-131}",
        "attribute \"a\": magnitude below 1E-130"},
    {&numbers, false, "{\"n\":-0.50}", NULL},
    {&numbers, false, "{\"n\":\"5\"}",
        "attribute \"n\": it is part of the key and must be a number (N)"},
    {&binaries, false, "{\"b\":\"AAAA\",\"s\":\"x\"}",
        "attribute \"b\": it is part of the key and must be binary (B), which only --typed "
        "allows"},

    {&rates, true, "{\"ticker\":{\"S\":\"A\"},\"last_refreshed\":{\"S\":\"x\"}}", NULL},
    {&rates, true, "{\"ticker\":\"A\",\"last_refreshed\":{\"S\":\"x\"}}",
        "attribute \"ticker\": not a typed value: {\"S\":…}, {\"N\":\"…\"} or one of B, BOOL, "
        "NULL, M, L, SS, NS, BS"},
    {&rates, true, "{\"ticker\":{\"S\":\"A\",\"N\":\"1\"},\"last_refreshed\":{\"S\":\"x\"}}",
        "attribute \"ticker\": not a typed value: {\"S\":…}, {\"N\":\"…\"} or one of B, BOOL, "
        "NULL, M, L, SS, NS, BS"},
    {&rates, true, "{\"ticker\":{},\"last_refreshed\":{\"S\":\"x\"}}",
        "attribute \"ticker\": not a typed value: {\"S\":…}, {\"N\":\"…\"} or one of B, BOOL, "
        "NULL, M, L, SS, NS, BS"},
    {&rates, true, "{\"ticker\":{\"s\":\"A\"},\"last_refreshed\":{\"S\":\"x\"}}",
        "attribute \"ticker\": not a typed value: {\"S\":…}, {\"N\":\"…\"} or one of B, BOOL, "
        "NULL, M, L, SS, NS, BS"},
    {&rates, true, "{\"ticker\":{\"N\":\"1\"},\"last_refreshed\":{\"S\":\"x\"}}",
        "attribute \"ticker\": it is part of the key and must be a string (S)"},
    {&numbers, true, "{\"n\":{\"N\":1}}", "attribute \"n\": S, N and B require a string"},
    {&numbers, true, "{\"n\":{\"N\":\"one\"}}", "attribute \"n\": not a number"},
    {&numbers, true, "{\"n\":{\"N\":\"\"}}", "attribute \"n\": not a number"},
    {&numbers, true, "{\"n\":{\"N\":\"\\u0031\"}}", NULL},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"BOOL\":\"true\"}}",
        "attribute \"a\": BOOL requires true or false"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"NULL\":false}}",
        "attribute \"a\": NULL requires true"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"M\":[]}}",
        "attribute \"a\": M requires an object"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"L\":{}}}",
        "attribute \"a\": L requires an array"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"L\":[1]}}",
        "attribute \"a[0]\": not a typed value: {\"S\":…}, {\"N\":\"…\"} or one of B, BOOL, NULL, "
        "M, L, SS, NS, BS"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"B\":\"AAA\"}}",
        "attribute \"a\": binary that is not base64"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"B\":\"AAA\\u003d\"}}", NULL},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"SS\":[]}}", "attribute \"a\": an empty set"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"SS\":\"x\"}}",
        "attribute \"a\": a set must be an array"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"SS\":[\"x\",\"\\u0078\"]}}",
        "attribute \"a\": an element of the set occurs twice"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"NS\":[\"1\",\"2\",\"1.0\"]}}",
        "attribute \"a\": an element of the set occurs twice"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"NS\":[1]}}",
        "attribute \"a[0]\": the elements of a set must be strings"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"NS\":[\"1\",\"x\"]}}",
        "attribute \"a[1]\": not a number"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"BS\":[\"AA==\",\"AA==\"]}}",
        "attribute \"a\": an element of the set occurs twice"},
    {&numbers, true, "{\"n\":{\"N\":\"1\"},\"a\":{\"SS\":[\"\",\"x\"]}}", NULL},
    {&binaries, true, "{\"b\":{\"B\":\"AAAA\"},\"s\":{\"S\":\"x\"}}", NULL},
    {&binaries, true, "{\"b\":{\"B\":\"\"},\"s\":{\"S\":\"x\"}}",
        "attribute \"b\": it is part of the key and must not be empty"},
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct item_reader *reader = item_reader_open(cases[i].key);
		struct failure failure = {.kind = FAILURE_NONE};
		struct item item;
		bool read =
		    item_read(reader, span_of(cases[i].text), cases[i].typed, &item, &failure);

		is_text(read ? NULL : failure.text, cases[i].reason, cases[i].text);
		if (!read)
			ok(failure.kind == FAILURE_REFUSED, "and only that line is refused");
		item_reader_close(reader);
	}
}

/* {"ticker":"A","last_refreshed":"x"HEAD…body, count times…TAIL} is an item, or not. */
static void
check_repeated(const char *head, const char *body, size_t count, const char *tail, bool typed,
    const char *reason, const char *name)
{
	struct item_reader *reader = item_reader_open(&rates);
	struct failure failure = {.kind = FAILURE_NONE};
	struct item item;
	struct buffer text;
	bool read;

	buffer_init(&text, 1 << 24);
	buffer_add_text(&text, typed ? "{\"ticker\":{\"S\":\"A\"},\"last_refreshed\":{\"S\":\"x\"}"
	                             : "{\"ticker\":\"A\",\"last_refreshed\":\"x\"");
	buffer_add_text(&text, head);
	for (size_t i = 0; i < count; i++)
		buffer_add_text(&text, body);
	buffer_add_text(&text, tail);
	read = item_read(reader, buffer_span(&text), typed, &item, &failure);
	is_text(read ? NULL : failure.text, reason, name);
	buffer_free(&text);
	item_reader_close(reader);
}

static const char *const too_large =
    "larger than 400 KB (409600 bytes of names and values), the maximum of an item";

/* The key above counts 6 + 1 + 14 + 1 = 22 bytes. */
static void
test_sizes(void)
{
	const size_t room = 409600 - 22 - 1;

	check_repeated(",\"a\":\"", "x", room, "\"}", false, NULL, "a string that just fits");
	check_repeated(",\"a\":\"", "x", room + 1, "\"}", false, too_large, "a byte too many");
	check_repeated(
	    ",\"a\":\"", "\\u0041", room, "\"}", false, NULL, "escapes count as what they say");
	check_repeated(
	    ",\"a\":\"", "\\u0041", room + 1, "\"}", false, too_large, "and one byte more");
	check_repeated(",\"a\":\"", "\\u00e9", room / 2, "\"}", false, NULL, "in UTF-8");
	check_repeated(
	    ",\"a\":\"", "\\u00e9", room / 2 + 1, "\"}", false, too_large, "and one byte more");
	/* An array: 3, each number in it 1 + 2. */
	check_repeated(
	    ",\"a\":[", "7,", (room - 3) / 3 - 1, "7]}", false, NULL, "an array that just fits");
	check_repeated(
	    ",\"a\":[", "7,", (room - 3) / 3, "7]}", false, too_large, "a number too many");
	check_repeated(",\"a\":[", "null,", (room - 3) / 2 - 1, "null]}", false, NULL, "nulls");
	check_repeated(
	    ",\"a\":[", "null,", (room - 3) / 2, "null]}", false, too_large, "a null too many");
	/* Three bytes of binary for four digits. */
	check_repeated(
	    ",\"a\":{\"B\":\"", "AAAA", room / 3, "\"}}", true, NULL, "binary that just fits");
	check_repeated(",\"a\":{\"B\":\"", "AAAA", room / 3 + 1, "\"}}", true, too_large,
	    "three bytes too many");
	check_repeated(" ", " ", 500000, "}", false, NULL, "white space does not count");
	check_repeated(",\"", "n", 65535, "\":1}", false, NULL, "a name that just fits");
	check_repeated(",\"", "n", 65536, "\":1}", false,
	    "attribute "
	    "\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
	    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn"
	    "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn…\": its name is longer than 65535 bytes",
	    "a name too long");
}

static void
test_depth(void)
{
	struct buffer tail;

	/* The item is the first level, "a" the second. */
	buffer_init(&tail, 1000);
	buffer_add_text(&tail, "1");
	for (int i = 0; i < 31; i++)
		buffer_add_text(&tail, "]");
	buffer_add_text(&tail, "}");
	check_repeated(",\"a\":", "[", 31, buffer_text(&tail), false, NULL, "32 levels");
	buffer_clear(&tail);
	buffer_add_text(&tail, "1");
	for (int i = 0; i < 32; i++)
		buffer_add_text(&tail, "]");
	buffer_add_text(&tail, "}");
	check_repeated(",\"a\":", "[", 32, buffer_text(&tail), false, "nested too deep, at byte 71",
	    "33 levels");

	buffer_clear(&tail);
	buffer_add_text(&tail, "{\"N\":\"1\"}");
	for (int i = 0; i < 31; i++)
		buffer_add_text(&tail, "]}");
	buffer_add_text(&tail, "}");
	check_repeated(
	    ",\"a\":", "{\"L\":[", 31, buffer_text(&tail), true, NULL, "32 levels, typed");
	buffer_clear(&tail);
	for (int i = 0; i < 32; i++)
		buffer_add_text(&tail, "]}");
	buffer_add_text(&tail, "}");
	check_repeated(",\"a\":", "{\"L\":[", 32, buffer_text(&tail), true,
	    "nested too deep, at byte 243", "33 levels, typed");
	buffer_free(&tail);
}

static void
test_many_names(void)
{
	for (int twice = 0; twice <= 1; twice++) {
		struct item_reader *reader = item_reader_open(&numbers);
		struct failure failure = {.kind = FAILURE_NONE};
		struct item item;
		struct buffer text;
		bool read;

		buffer_init(&text, 1 << 20);
		buffer_add_text(&text, "{\"n\":1");
		for (int i = 0; i < 10000; i++)
			buffer_add_format(&text, ",\"name%d\":%d", i, i);
		buffer_add_text(&text, twice ? ",\"name5000\":1}" : "}");
		read = item_read(reader, buffer_span(&text), false, &item, &failure);
		is_text(read ? NULL : failure.text,
		    twice ? "the name \"name5000\" occurs twice" : NULL, "10,000 names");
		buffer_free(&text);
		item_reader_close(reader);
	}
}

static void
test_keys(void)
{
	static const char *const sorted[] = {"-9.9e125", "-10", "-9.5", "-9", "-1e-130", "0",
	    "1e-130", "0.5", "9", "10", "10.01", "1e2", "101",
	    "12345678901234567890123456789012345678", "9.9e125"};
	struct item_reader *reader = item_reader_open(&numbers);
	struct failure failure;
	struct span last = {"", 0}, key;
	struct item item;
	bool rising = true;

	for (size_t i = 0; i < sizeof sorted / sizeof *sorted; i++) {
		if (!item_key_value(reader, false, span_of(sorted[i]), &key, &failure)) {
			rising = false;
			break;
		}
		size_t common = key.length < last.length ? key.length : last.length;
		int order = memcmp(last.start, key.start, common);

		rising = rising && (order < 0 || (order == 0 && last.length < key.length));
		last = key;
	}
	ok(rising, "keys that are numbers sort as numbers");
	item_key_value(reader, false, span_of("1.50"), &key, &failure);
	item_read(reader, span_of("{\"n\":150e-2}"), false, &item, &failure);
	is_span(item.partition, key, "equal numbers are the same key");
	is_span(item.text, span_of("{\"n\":150e-2}"), "plain text is kept as it is");
	ok(item.sort.start == NULL, "no sort key");
	ok(!item_key_value(reader, false, span_of("x"), &key, &failure), "a key that is no number");
	is_text(failure.text, "n: not a number", "and why");
	item_reader_close(reader);

	reader = item_reader_open(&rates);
	item_read(reader, span_of("{\"ticker\":\"a\\u0000\\u00e9\",\"last_refreshed\":\"x\"}"),
	    false, &item, &failure);
	is_span(item.partition, (struct span){"a\0\xC3\xA9", 4}, "a string's escapes are undone");
	ok(!item_key_value(reader, true, span_of(""), &key, &failure), "an empty key");
	ok(!item_key_value(reader, true, span_of("\xFF"), &key, &failure),
	    "a key that is not UTF-8");
	item_reader_close(reader);

	reader = item_reader_open(&binaries);
	item_read(
	    reader, span_of("{\"b\":{\"B\":\"AAEC\"},\"s\":{\"S\":\"x\"}}"), true, &item, &failure);
	is_span(item.partition, (struct span){"\0\1\2", 3}, "binary is decoded");
	ok(item.typed, "and the item stays typed");
	ok(item_key_value(reader, false, span_of("AAEC"), &key, &failure),
	    "a binary key in base64");
	is_span(key, item.partition, "is the same");
	ok(!item_key_value(reader, false, span_of("AAE"), &key, &failure),
	    "a key that is not base64");
	item_reader_close(reader);
}

static void
check_key_length(bool sort, size_t length, bool fits)
{
	struct item_reader *reader = item_reader_open(&rates);
	struct failure failure;
	struct item item;
	struct buffer text;

	buffer_init(&text, 10000);
	buffer_add_format(&text, "{\"%s\":\"A\",\"%s\":\"", sort ? "ticker" : "last_refreshed",
	    sort ? "last_refreshed" : "ticker");
	for (size_t i = 0; i < length; i += 2)
		buffer_add_text(&text, i + 1 < length ? "\xC3\xA9" : "x");
	buffer_add_text(&text, "\"}");
	ok(item_read(reader, buffer_span(&text), false, &item, &failure) == fits,
	    "a %s key of %zu bytes", sort ? "sort" : "partition", length);
	buffer_free(&text);
	item_reader_close(reader);
}

static const struct {
	const char *typed;
	const char *stored; /* NULL: as it is, typed */
	const char *plain;
} forms[] = {
    {"{\"n\":{\"N\":\"1.50\"},\"a\":{\"S\":\"x\\u0041\"}}", "{\"n\":1.50,\"a\":\"x\\u0041\"}",
        "{\"n\":1.50,\"a\":\"x\\u0041\"}"},
    {"{\"n\":{\"N\":\"+007\"}}", "{\"n\":7}", "{\"n\":7}"},
    {"{\"n\":{\"N\":\".5\"},\"m\":{\"M\":{\"a\":{\"L\":[{\"BOOL\":true},{\"NULL\":true},{\"M\":{}},"
     "{\"L\":[]}]}}}}",
        "{\"n\":0.5,\"m\":{\"a\":[true,null,{},[]]}}",
        "{\"n\":0.5,\"m\":{\"a\":[true,null,{},[]]}}"},
    {"{\"n\":{\"N\":\"1\"},\"s\":{\"SS\":[\"b\",\"a\"]},\"t\":{\"NS\":[\"1.0\",\"007\"]},\"b\":{"
     "\"B\":\"AAEC\"},"
     "\"l\":{\"L\":[{\"BS\":[\"AA==\"]},{\"NULL\":true},{\"BOOL\":false}]}}",
        NULL,
        "{\"n\":1,\"s\":[\"b\",\"a\"],\"t\":[1.0,7],\"b\":\"AAEC\",\"l\":[[\"AA==\"],null,false]}"},
};

static void
test_forms(void)
{
	struct item_reader *reader = item_reader_open(&numbers);
	struct failure failure;
	struct item item;
	struct buffer text;

	buffer_init(&text, 10000);
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		bool stays = forms[i].stored == NULL;

		ok(item_read(reader, span_of(forms[i].typed), true, &item, &failure), "%s",
		    forms[i].typed);
		is_span(
		    item.text, span_of(stays ? forms[i].typed : forms[i].stored), "is stored so");
		ok(item.typed == stays, "%s", stays ? "typed" : "plain");
		buffer_clear(&text);
		ok(item_write(&text, item.text, item.typed, false), "is put out plain");
		is_span(buffer_span(&text), span_of(forms[i].plain), "as it should");
		buffer_clear(&text);
		ok(item_write(&text, item.text, item.typed, true), "is put out typed");
		ok(item_read(reader, buffer_span(&text), true, &item, &failure),
		    "and can be read again");
	}
	buffer_clear(&text);
	item_write(&text,
	    span_of("{\"n\":-1.50e3,\"s\":\"\\\"\",\"b\":false,\"z\":null,\"m\":{\"l\":[1,[]]}}"),
	    false, true);
	is_span(buffer_span(&text),
	    span_of("{\"n\":{\"N\":\"-1.50e3\"},\"s\":{\"S\":\"\\\"\"},\"b\":{\"BOOL\":false},"
	            "\"z\":{\"NULL\":true},"
	            "\"m\":{\"M\":{\"l\":{\"L\":[{\"N\":\"1\"},{\"L\":[]}]}}}}"),
	    "plain to typed");
	buffer_clear(&text);
	item_write(&text, span_of("{\n\"n\" : 1\n}\n"), false, false);
	is_span(
	    buffer_span(&text), span_of("{ \"n\" : 1 } "), "newlines between tokens become spaces");
	buffer_free(&text);
	buffer_init(&text, 10);
	ok(!item_write(&text, span_of("{\"n\":1,\"m\":2}"), false, true), "a ceiling is kept to");
	is_number((int64_t)text.length, 0, "and nothing is left of it");
	buffer_free(&text);
	item_reader_close(reader);
}

int
main(void)
{
	test_cases();
	test_sizes();
	test_depth();
	test_many_names();
	test_keys();
	check_key_length(false, 2048, true);
	check_key_length(false, 2049, false);
	check_key_length(true, 1024, true);
	check_key_length(true, 1025, false);
	test_forms();
	return done();
}
