/* stats_line: lines of this version and of older ones, and lines that are not valid. */
#include <string.h>

#include "base/buffer.h"
#include "record/stats.h"
#include "record/stats_line.h"
#include "tap.h"

#define LINE(more) "{\"tool\":\"kput\",\"started\":\"2026-01-31T12:00:00.123Z\"" more "}"

static struct stats_line line;

static bool
reads(const char *text)
{
	return stats_line_read(span_of(text), &line);
}

static bool
counts(const char *text)
{
	return reads(text) && line.counted;
}

static void
test_own(void)
{
	static struct stats stats;
	struct buffer buffer;

	stats_init(&stats, "kput");
	stats.lines = 1;
	stats.bytes = 2;
	stats.done = 3;
	stats.refused = 4;
	stats.present = 5;
	stats.lost = 6;
	stats.marks = 7;
	stats.retries = 9;
	stats.throttled = STATS_LARGEST;
	stats_commit(&stats, 1500);
	stats.lag = 61000;
	buffer_init(&buffer, 10000);
	stats_format(&stats, -1, 15, &buffer);
	ok(counts(buffer_text(&buffer)), "the line of stats_format");
	is_text(line.tool, "kput", "  its tool");
	is_number((int64_t)line.counters[STATS_LINES], 1, "  lines");
	is_number((int64_t)line.counters[STATS_BYTES], 2, "  bytes");
	is_number((int64_t)line.counters[STATS_DONE], 3, "  done");
	is_number((int64_t)line.counters[STATS_REFUSED], 4, "  refused");
	is_number((int64_t)line.counters[STATS_PRESENT], 5, "  present");
	is_number((int64_t)line.counters[STATS_LOST], 6, "  lost");
	is_number((int64_t)line.counters[STATS_MARKS], 7, "  marks");
	is_number((int64_t)line.counters[STATS_BATCHES], 1, "  batches");
	is_number((int64_t)line.counters[STATS_RETRIES], 9, "  retries");
	is_number((int64_t)line.counters[STATS_THROTTLED], (int64_t)STATS_LARGEST,
	    "  throttled, the largest number");
	is_number((int64_t)line.counters[STATS_COMMIT_US], 1500, "  microseconds of commits");
	is_number(line.lag_ms, 61000, "  lag");
	ok(line.end == STATS_SIGNALLED && line.status == 15, "  the signal");
	ok(line.p50_us >= 1500 && line.p50_us <= 1700 && line.p99_us == line.p50_us,
	    "  percentiles");
	buffer_free(&buffer);
}

static void
test_members(void)
{
	ok(counts(LINE("")), "a line without counters");
	is_text(line.started, "2026-01-31T12:00:00.123Z", "  the time as it is in the line");
	is_number(line.ended, INT64_C(1769860800123), "  and the time when it was written");
	is_number(line.lag_ms, -1, "  no lag");
	ok(line.end == STATS_RUNNING && line.counters[STATS_LINES] == 0, "  it runs, 0 lines");
	ok(counts(LINE(",\"seconds\":1.9999,\"exit\":75")), "a part of a second");
	is_number(line.ended, INT64_C(1769860802122), "  is cut to milliseconds");
	ok(line.end == STATS_EXITED && line.status == 75, "  the exit status");
	ok(counts(LINE(",\"exit\":0,\"signal\":9")) && line.end == STATS_SIGNALLED,
	    "a signal counts before an exit status");
	ok(counts(LINE(",\"lines\":1e3,\"done\":20.0,\"lag_ms\":null,\"commit_ms\":null")),
	    "other forms of whole numbers, and null");
	is_number((int64_t)line.counters[STATS_LINES], 1000, "  1e3");
	is_number((int64_t)line.counters[STATS_DONE], 20, "  20.0");
	ok(counts(LINE(",\"commit_ms\":{\"p50\":0.0014999,\"p99\":0.0015,\"sum\":2.9}")),
	    "milliseconds");
	ok(line.p50_us == 1 && line.p99_us == 2 && line.counters[STATS_COMMIT_US] == 2900,
	    "  are rounded to microseconds");
}

static void
test_invalid(void)
{
	static const char *const none[] = {"", "null", "[]", "{}", "not JSON",
	    "{\"tool\":\"kput\"}", "{\"started\":\"2026-01-31T12:00:00Z\"}",
	    "{\"tool\":\"\",\"started\":\"2026-01-31T12:00:00Z\"}",
	    "{\"tool\":\"a b\",\"started\":\"2026-01-31T12:00:00Z\"}",
	    "{\"tool\":\"kput\\n\",\"started\":\"2026-01-31T12:00:00Z\"}",
	    "{\"tool\":\"kput\",\"started\":\"2026-01-31T12:00:00Z\\n\"}",
	    "{\"tool\":\"kput\",\"started\":\"2026-01-31 12:00:00Z\"}",
	    "{\"tool\":\"kput\",\"started\":\"yesterday\"}", "{\"tool\":\"kput\",\"started\":7}",
	    LINE(",\"seconds\":\"x\""), LINE(",\"seconds\":-1"), LINE(",\"tool\":\"kread\""),
	    LINE(",\"seconds\":1e300"), LINE(",\"seconds\":3162240001"), "{\"tool\":\"kput\""};
	static const char *const uncounted[] = {LINE(",\"lines\":-1"), LINE(",\"lines\":1.5"),
	    LINE(",\"lines\":9007199254740992"), LINE(",\"lines\":1e400"), LINE(",\"lines\":\"1\""),
	    LINE(",\"lines\":1,\"lines\":2"), LINE(",\"commit_ms\":5"),
	    LINE(",\"commit_ms\":{\"sum\":900000000000000}"), LINE(",\"exit\":\"0\""),
	    LINE(",\"exit\":-1"), LINE(",\"exit\":1000"), LINE(",\"signal\":1.5"),
	    LINE(",\"lag_ms\":-5")};

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		ok(!reads(none[i]), "not a line: %s", none[i]);
	for (size_t i = 0; i < sizeof uncounted / sizeof *uncounted; i++)
		ok(reads(uncounted[i]) && !line.counted, "does not count: %s", uncounted[i]);
	ok(reads(LINE(",\"exit\":\"0\"")) && line.end == STATS_END_UNKNOWN,
	    "an exit status that is not a number");
}

static void
test_numbers(void)
{
	uint64_t number;

	ok(stats_number_read(span_of("18446744073709551615"), UINT64_MAX, &number) &&
	        number == UINT64_MAX,
	    "the largest number");
	ok(!stats_number_read(span_of("18446744073709551616"), UINT64_MAX, &number), "one more");
	ok(!stats_number_read(span_of("8"), 7, &number), "more than allowed");
	ok(!stats_number_read(span_of(""), 7, &number), "no digit");
	ok(!stats_number_read(span_of("+1"), 7, &number), "a sign");
}

int
main(void)
{
	test_own();
	test_members();
	test_invalid();
	test_numbers();
	return done();
}
