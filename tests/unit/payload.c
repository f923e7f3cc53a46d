/* payload: a record in the form in which a command is given it. */
#include "kbatch/payload.h"
#include "tap.h"

static void
is_given(const char *line, const char *expected)
{
	struct buffer to;

	buffer_init(&to, 10000);
	ok(payload_add(&to, span_of(line), false), "given: %s", line);
	is_span(to.data != NULL ? buffer_span(&to) : span_of(""), span_of(expected), "as expected");
	buffer_clear(&to);
	payload_add(&to, span_of(line), true);
	is_span(to.data != NULL ? buffer_span(&to) : span_of(""), span_of(line),
	    "with its position if wanted");
	buffer_free(&to);
}

int
main(void)
{
	struct buffer to;

	is_given("", "");
	is_given("not JSON", "not JSON");
	is_given("{\"n\":1}", "{\"n\":1}");
	is_given("{\"_pos\":\"0:1\",\"n\":1.50}", "{\"n\":1.50}");
	is_given(" { \"_pos\" : \"0:1\" , \"n\":1 } ", " { \"n\":1 } ");
	is_given("{\"n\":1,\"_pos\":\"0:1\"}", "{\"n\":1,\"_pos\":\"0:1\"}");
	is_given("{\"_pos\":\"0:3\",\"_raw\":\"WzEuNTAsMl0=\"}", "[1.50,2]");
	is_given("{\"_pos\":\"0:3\",\"_raw\":\"\"}", "");
	/* "a\nb": its newline would make it two lines. */
	is_given("{\"_pos\":\"0:3\",\"_raw\":\"YQpi\"}", "{\"_raw\":\"YQpi\"}");
	buffer_init(&to, 100);
	ok(!payload_add(&to, span_of("{\"_pos\":\"0:3\",\"_raw\":\"!!!!\"}"), false), "not base64");
	buffer_free(&to);
	return done();
}
