/* ttl: what DynamoDB can let an item end by. */
#include "tap.h"
#include "table/ttl.h"

static const struct {
	bool typed;
	const char *text;
	const char *reason; /* part of it; NULL: good */
} cases[] = {
    {false, "{\"ends\":1893456000}", NULL},
    {false, "{\"a\":1}", NULL},
    {false, "not JSON", NULL},
    {false, "[1]", NULL},
    {false, "{\"a\":{\"ends\":1}}", NULL},
    {false, "{\"ends\":1000000000}", NULL},
    {false, "{\"ends\":99999999999}", NULL},
    {false, "{\"ends\":1.893456e9}", NULL},
    {false, "{\"ends\":1893456000.0}", NULL},
    {false, "{\"en\\u0064s\":1893456000000}", "milliseconds?"},
    {false, "{\"ends\":999999999}", "too few seconds"},
    {false, "{\"ends\":0}", "too few seconds"},
    {false, "{\"ends\":-1893456000}", "too few seconds"},
    {false, "{\"ends\":100000000000}", "too many seconds"},
    {false, "{\"ends\":1893456000.5}", "not whole seconds"},
    {false, "{\"ends\":\"2030-01-01T00:00:00Z\"}", "not a number"},
    {false, "{\"ends\":\"1893456000\"}", "not a number"},
    {false, "{\"ends\":null}", "not a number"},
    {true, "{\"ends\":{\"N\":\"1893456000\"}}", NULL},
    {true, "{\"ends\":{\"N\":\"\\u0031893456000\"}}", NULL},
    {true, "{\"ends\":{\"S\":\"1893456000\"}}", "not a number"},
    {true, "{\"ends\":{\"N\":1893456000}}", "not a number"},
    {true, "{\"ends\":1893456000}", "not a number"},
    {true, "{\"ends\":{\"N\":\"1893456000000\"}}", "milliseconds?"},
};

int
main(void)
{
	struct failure failure;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		bool good = ttl_check("ends", span_of(cases[i].text), cases[i].typed, &failure);

		ok(good == (cases[i].reason == NULL), "%s", cases[i].text);
		if (!good && cases[i].reason != NULL) {
			ok(strstr(failure.text, cases[i].reason) != NULL, "  because: %s",
			    failure.text);
			is_number(failure.kind, FAILURE_REFUSED, "  and the line is refused");
		}
	}
	return done();
}
