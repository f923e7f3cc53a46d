/* accept: lists of codings and media types. */
#include "tap.h"
#include "web/accept.h"

int
main(void)
{
	const char *json = "application/json";

	ok(accept_has("gzip", "gzip") && accept_has("deflate, GZIP;q=0.5, br", "gzip"), "gzip");
	ok(!accept_has("gzip;q=0", "gzip") && !accept_has("x-gzip, gzipped", "gzip"), "not gzip");
	ok(!accept_has("", "gzip") && !accept_has(", ,", "gzip"), "nothing");
	ok(!accept_has("gzip; q=0.0", "gzip") && accept_has("gzip; level=9; q=1", "gzip"),
	    "the weight among parameters");
	ok(accept_takes("*/*", json) && accept_takes("text/html, application/*;q=0.1", json),
	    "ranges");
	ok(accept_takes("", json), "an empty header takes anything");
	ok(accept_takes("Application/JSON;charset=utf-8", "application/json; charset=utf-8"),
	    "case and parameters do not count");
	ok(!accept_takes("text/html", json) && !accept_takes("application/jso", json), "others");
	ok(!accept_takes("*/*, application/json;q=0", json), "the most specific one counts");
	ok(accept_takes("application/json;q=0.1, application/*;q=0", json), "in any order");
	ok(!accept_takes("*/*;q=nan", json) && !accept_takes("*/*;q=", json), "an invalid weight");
	return done();
}
