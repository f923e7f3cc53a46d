/* item_key: the key of a line of which only the key matters. */
#include <string.h>
#include "table/item.h"
#include "tap.h"

static const struct table_key rates = {{"ticker", 'S'}, {"last_refreshed", 'S'}};
static const struct table_key numbers = {{"n\"", 'N'}, {"", '\0'}};
static const struct table_key binaries = {{"b", 'B'}, {"s", 'S'}};

/* Either what is left of the text, or why it is refused. */
static const struct {
	const struct table_key *key;
	bool typed;
	const char *text, *left, *reason;
} cases[] = {
    {&rates, false, "{\"x\":[[1]],\"last_refreshed\":\"x\",\"ticker\" : \"A\\u0042\"}",
        "{\"last_refreshed\":\"x\",\"ticker\":\"A\\u0042\"}", NULL},
    {&rates, false, "{\"tick\\u0065r\":\"A\",\"last_refreshed\":\"x\",\"a\":1,\"a\":1e999,\"\":2}",
        "{\"tick\\u0065r\":\"A\",\"last_refreshed\":\"x\"}", NULL},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\",\"tick\\u0065r\":\"A\"}", NULL,
        "attribute \"ticker\": it occurs twice"},
    {&rates, false, "{\"ticker\":\"A\"}", NULL, "the key attribute \"last_refreshed\" is missing"},
    {&rates, false, "{\"ticker\":\"\",\"last_refreshed\":\"x\"}", NULL,
        "attribute \"ticker\": it is part of the key and must not be empty"},
    {&rates, false, "{\"ticker\":{\"S\":\"A\"},\"last_refreshed\":\"x\"}", NULL,
        "attribute \"ticker\": it is part of the key and must be a string (S)"},
    {&rates, false, "[]", NULL, "not a JSON object"},
    {&rates, false, "{\"ticker\":\"A\",\"last_refreshed\":\"x\"", NULL,
        "unexpected end, at byte 35"},
    {&rates, true, "{\"ticker\":{\"S\":\"A\"},\"last_refreshed\":{\"S\":\"x\"},\"p\":7}",
        "{\"ticker\":{\"S\":\"A\"},\"last_refreshed\":{\"S\":\"x\"}}", NULL},
    {&rates, true, "{\"ticker\":\"A\",\"last_refreshed\":{\"S\":\"x\"}}", NULL,
        "attribute \"ticker\": not a typed value: {\"S\":…}, {\"N\":\"…\"} or one of B, BOOL, NULL, "
        "M, L, SS, NS, BS"},
    {&numbers, false, "{\"n\\\"\":1.50}", "{\"n\\\"\":1.50}", NULL},
    {&numbers, false, "{\"n\\\"\":1e200}", NULL, "attribute \"n\"\": magnitude above 9.99E+125"},
    {&numbers, true, "{\"n\\\"\":{\"N\":\"007\"}}", "{\"n\\\"\":{\"N\":\"007\"}}", NULL},
    {&binaries, true, "{\"b\":{\"B\":\"AA==\"},\"s\":{\"S\":\"x\"}}",
        "{\"b\":{\"B\":\"AA==\"},\"s\":{\"S\":\"x\"}}", NULL},
    {&binaries, false, "{\"b\":\"AA==\",\"s\":\"x\"}", NULL,
        "attribute \"b\": it is part of the key and must be binary (B), which only --typed allows"},
};

int
main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct item_reader *reader = item_reader_open(cases[i].key);
		struct failure failure = {.kind = FAILURE_NONE};
		struct item item;
		bool read = item_read_key(
		    reader, span_of(cases[i].text), cases[i].typed, &item, &failure);

		is_text(read ? NULL : failure.text, cases[i].reason, cases[i].text);
		if (read)
			ok(span_is(item.text, cases[i].left) && item.typed == cases[i].typed,
			    "only the key is left");
		else
			ok(failure.kind == FAILURE_REFUSED, "and only that line is refused");
		item_reader_close(reader);
	}
	return done();
}
