/* partition: the directory of a line, for each kind of value and time. */
#include "archive/partition.h"
#include "tap.h"

static void
finds(const char *list, const char *line, const char *expected)
{
	struct failure failure = {.kind = FAILURE_NONE};
	struct partition_plan *plan = partition_plan_open(list, "at", &failure);
	struct buffer directory;
	bool found;

	buffer_init(&directory, 4096);
	found = plan != NULL && partition_find(plan, span_of(line), false, &directory, &failure);
	is_text(found ? buffer_text(&directory) : NULL, expected, line);
	ok(found || failure.kind == (plan == NULL ? FAILURE_PERMANENT : FAILURE_REFUSED),
	    "  and the failure is of the right kind");
	buffer_free(&directory);
	partition_plan_close(plan);
}

int
main(void)
{
	const char *date = "d=%Y-%m-%d.%j", *clock = "t=%H-%M-%S";

	finds("", "{}", "");
	finds("a", "{\"a\":\"x/y\"}", "a=x%2Fy/");
	finds("b,a", "{\"a\":1e5,\"b\":false}", "b=false/a=1e5/");
	finds("a", "{\"a\":{\"b\":1}}", "a=%7B%22b%22%3A1%7D/");
	finds("a", "[]", NULL);
	finds("a", "{\"a\":1", NULL);
	/* The same days as GNU date has. */
	finds(date, "{\"at\":0}", "d=1970-01-01.001/");
	finds(date, "{\"at\":951782400}", "d=2000-02-29.060/");
	finds(date, "{\"at\":951868800}", "d=2000-03-01.061/");
	finds(date, "{\"at\":978220800}", "d=2000-12-31.366/");
	finds(date, "{\"at\":4107542400}", "d=2100-03-01.060/");
	finds(date, "{\"at\":4107456000}", "d=2100-02-28.059/");
	finds(date, "{\"at\":\"2025-01-01T00:30:00+01:00\"}", "d=2024-12-31.366/");
	finds(date, "{\"at\":\"2025-12-31\"}", "d=2025-12-31.365/");
	finds(clock, "{\"at\":\"2025-01-01T23:59:58.9Z\"}", "t=23-59-58/");
	finds(clock, "{\"at\":1736946001.5}", "t=13-00-01/");
	finds(clock, "{\"at\":\"2025-01-01 01:02:03\"}", "t=01-02-03/");
	finds(clock, "{\"at\":\"2025-01-01 01:02:03 Europe/Berlin\"}", NULL);
	finds(clock, "{\"at\":\"\"}", NULL);
	finds(clock, "{\"at\":[1]}", NULL);
	finds(clock, "{}", "t=__none__/");
	finds("p=%%,c=x", "{}", "p=__none__/c=x/");
	finds("p=%%,c=x", "{\"at\":1}", "p=%25/c=x/");
	finds("p=%E", "{}", NULL);
	finds("a,b,a", "{}", NULL);
	finds("a,", "{}", "a=__none__/");
	finds("a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", "{}", NULL);
	return done();
}
