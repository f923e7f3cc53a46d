/* http_date: dates in each form, and what a Retry-After asks for. */
#include "net/http_date.h"
#include "tap.h"

enum { NOW = 784111777 }; /* Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110 */

static void
is(const char *text, int64_t seconds)
{
	int64_t read = -1;
	bool good = http_date_read(text, &read);

	ok(good == (seconds >= 0) && (!good || read == seconds * 1000), "%s",
	    text != NULL ? text : "no header");
}

static void
waits(const char *text, const char *date, int64_t milliseconds)
{
	int64_t wait = http_date_wait(text, date, (int64_t)NOW * 1000);

	if (!ok(wait == milliseconds, "Retry-After: %s at %s", text, date != NULL ? date : "-"))
		printf("# %" PRId64 "\n", wait);
}

int
main(void)
{
	const char *other = "Sun, 06 Nov 1994 09:00:00 GMT";

	is("Sun, 06 Nov 1994 08:49:37 GMT", NOW);
	is("Sunday, 06-Nov-94 08:49:37 GMT", NOW);
	is("Sun Nov  6 08:49:37 1994", NOW);
	is("Sun, 06 Nov 1994 08:49:37 GMT ", NOW);
	is("Sun, 06 Nov 1994 08:49:37", -1);
	is("Sun, 06 Nov 1994 08:49:37 GMT+1", -1);
	is("Sun, 06 Nov 1894 08:49:37 GMT", -1);
	is("1994-11-06T08:49:37Z", -1);
	is("", -1);
	is(NULL, -1);
	waits("120", NULL, 120000);
	waits("0", NULL, 0);
	waits("86400", NULL, 86400000);
	waits("31622401", NULL, INT64_C(31622400000));
	waits("9223372036854775808", NULL, INT64_C(31622400000));
	waits("-1", NULL, -1);
	waits("1.5", NULL, -1);
	waits("soon", NULL, -1);
	waits("", NULL, -1);
	waits("Sun, 06 Nov 1994 08:50:37 GMT", NULL, 60000);
	waits("Sun, 06 Nov 1994 08:50:37 GMT", "no date", 60000);
	waits("Sun, 06 Nov 1994 09:00:10 GMT", other, 10000);
	waits("Sun, 06 Nov 1994 08:50:37 GMT", other, 0);
	waits("Fri, 31 Dec 9999 23:59:59 GMT", other, INT64_C(31622400000));
	return done();
}
