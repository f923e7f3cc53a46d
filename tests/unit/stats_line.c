/* stats_line: lines of statistics that tools wrote, and lines that others wrote. */
#include "record/stats_line.h"
#include "tap.h"

static void
is_invalid(const char *text)
{
	struct stats_line line;

	ok(!stats_line_read(span_of(text), &line), "invalid: %s", text);
}

static void
is_read(const char *text, int64_t ended, int exit, int signal)
{
	struct stats_line line;
	bool read = stats_line_read(span_of(text), &line);

	ok(read && strcmp(line.tool, "kput") == 0 && line.started == 1000 && line.ended == ended &&
	        line.exit == exit && line.signal == signal,
	    "read: %s", text);
}

#define BEGIN "{\"tool\":\"kput\",\"started\":\"1970-01-01T00:00:01Z\""

int
main(void)
{
	is_read(BEGIN "}", 1000, STATS_LINE_ABSENT, STATS_LINE_ABSENT);
	is_read(BEGIN ",\"seconds\":1.5,\"exit\":0}", 2500, 0, STATS_LINE_ABSENT);
	is_read(
	    BEGIN ",\"seconds\":null,\"exit\":75,\"signal\":null}", 1000, 75, STATS_LINE_ABSENT);
	is_read(BEGIN ",\"seconds\":1e1,\"signal\":9}", 11000, STATS_LINE_ABSENT, 9);
	is_read(BEGIN ",\"exit\":\"0\"}", 1000, STATS_LINE_INVALID, STATS_LINE_ABSENT);
	is_read(BEGIN ",\"exit\":1.0}", 1000, STATS_LINE_INVALID, STATS_LINE_ABSENT);
	is_read(BEGIN ",\"exit\":-1}", 1000, STATS_LINE_INVALID, STATS_LINE_ABSENT);
	is_read(BEGIN ",\"exit\":1000}", 1000, STATS_LINE_INVALID, STATS_LINE_ABSENT);
	is_invalid("");
	is_invalid("7");
	is_invalid("{}");
	is_invalid("{\"tool\":\"kput\"}");
	is_invalid("{\"tool\":7,\"started\":\"1970-01-01T00:00:01Z\"}");
	is_invalid("{\"tool\":\"\",\"started\":\"1970-01-01T00:00:01Z\"}");
	is_invalid("{\"tool\":\"a b\",\"started\":\"1970-01-01T00:00:01Z\"}");
	is_invalid("{\"tool\":\"kput\\n\",\"started\":\"1970-01-01T00:00:01Z\"}");
	is_invalid("{\"tool\":\"kput\",\"started\":\"1970-01-01T00:00:01Z\\n\"}");
	is_invalid("{\"tool\":\"kput\",\"started\":\"yesterday\"}");
	is_invalid(BEGIN ",\"seconds\":\"1\"}");
	is_invalid(BEGIN ",\"seconds\":-1}");
	is_invalid(BEGIN ",\"seconds\":1e300}");
	is_invalid(BEGIN ",\"tool\":\"kput\"}");
	is_invalid(BEGIN ",\"exit\":0");
	return done();
}
