/* given: a record as a command is given it. */
#include "kbatch/payload.h"
#include "tap.h"

static void
is_given(const char *line, const char *expected)
{
	struct buffer to;

	buffer_init(&to, 10000);
	ok(given_add(&to, span_of(line), false), "given: %s", line);
	is_span(
	    to.data != NULL ? buffer_span(&to) : span_of(""), span_of(expected), "as it is to be");
	buffer_clear(&to);
	given_add(&to, span_of(line), true);
	is_span(
	    to.data != NULL ? buffer_span(&to) : span_of(""), span_of(line), "whole where wanted");
	buffer_free(&to);
}

int
main(void)
{
	struct buffer to;

	is_given("", "");
	is_given("no JSON", "no JSON");
	is_given("{\"n\":1}", "{\"n\":1}");
	is_given("{\"_pos\":\"0:1\",\"n\":1.50}", "{\"n\":1.50}");
	is_given(" { \"_pos\" : \"0:1\" , \"n\":1 } ", " { \"n\":1 } ");
	is_given("{\"n\":1,\"_pos\":\"0:1\"}", "{\"n\":1,\"_pos\":\"0:1\"}");
	is_given("{\"_pos\":\"0:3\",\"_raw\":\"WzEuNTAsMl0=\"}", "[1.50,2]");
	is_given("{\"_pos\":\"0:3\",\"_raw\":\"\"}", "");
	/* "a\nb": a newline of its own would make two lines of it. */
	is_given("{\"_pos\":\"0:3\",\"_raw\":\"YQpi\"}", "{\"_raw\":\"YQpi\"}");
	buffer_init(&to, 100);
	ok(!given_add(&to, span_of("{\"_pos\":\"0:3\",\"_raw\":\"!!!!\"}"), false), "no base64");
	ok(given_hash(span_of("a")) != given_hash(span_of("b")) &&
	        given_hash(span_of("a")) == given_hash(span_of("a")),
	    "a hash");
	buffer_free(&to);
	return done();
}
