/* time_partition: which times partitions say, and which lists are not taken. */
#include "archive/time_partition.h"
#include "tap.h"
#include "text/timestamp.h"

#define DEFAULT "ticker,dt=%Y-%m-%d,hour=%H"

static void
test_ranges(void)
{
	static const struct {
		const char *list, *directory;
		const char *begin, *end; /* NULL: not known */
		bool complete;
	} ranges[] = {
	    {DEFAULT, "ticker=BTC%2FUSD/dt=2025-10-21/hour=14/", "2025-10-21T14:00:00Z",
	        "2025-10-21T15:00:00Z", true},
	    {DEFAULT, "ticker=BTC%2FUSD/dt=2025-10-21/hour=23/", "2025-10-21T23:00:00Z",
	        "2025-10-22T00:00:00Z", true},
	    {DEFAULT, "ticker=BTC%2FUSD/dt=2025-10-21/", "2025-10-21T00:00:00Z",
	        "2025-10-22T00:00:00Z", false},
	    {DEFAULT, "ticker=BTC%2FUSD/", NULL, NULL, false},
	    {DEFAULT, "", NULL, NULL, false},
	    {DEFAULT, "ticker=x/dt=__none__/", NULL, NULL, false},
	    {DEFAULT, "ticker=x/dt=2025-10-2/", NULL, NULL, false},
	    {DEFAULT, "ticker=x/dt=2025-10-211/", NULL, NULL, false},
	    {DEFAULT, "ticker=x/dt=2025-13-21/", NULL, NULL, false},
	    {DEFAULT, "_raw=1/", NULL, NULL, false},
	    {DEFAULT, "hour=14/dt=2024-02-29/", "2024-02-29T14:00:00Z", "2024-02-29T15:00:00Z",
	        true},
	    {DEFAULT, "hour=14/", NULL, NULL, false},
	    {"year=%Y,month=%m", "year=2025/", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z",
	        false},
	    {"year=%Y,month=%m", "year=2025/month=12/", "2025-12-01T00:00:00Z",
	        "2026-01-01T00:00:00Z", true},
	    {"year=%Y,month=%m", "year=2024/month=02/", "2024-02-01T00:00:00Z",
	        "2024-03-01T00:00:00Z", true},
	    {"d=%Y.%j", "d=2024.366/", "2024-12-31T00:00:00Z", "2025-01-01T00:00:00Z", true},
	    {"t=%Y%m%dT%H:%M", "t=20251021T14%3A30/", "2025-10-21T14:30:00Z",
	        "2025-10-21T14:31:00Z", true},
	    {"t=%Y%m%dT%H%M%S", "t=20251021T143059/", "2025-10-21T14:30:59Z",
	        "2025-10-21T14:31:00Z", true},
	    {"t=100%%-%Y", "t=100%25-2025/", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", true},
	};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
		struct time_partitions partitions;
		struct failure failure;
		int64_t begin, end, expected = 0;
		bool complete, known;

		ok(time_partitions_read(ranges[i].list, &partitions, &failure), "%s",
		    ranges[i].list);
		known = time_partitions_range(
		    &partitions, span_of(ranges[i].directory), &begin, &end, &complete);
		ok(known == (ranges[i].begin != NULL), "%s", ranges[i].directory);
		ok(complete == ranges[i].complete, "whether it has all partitions");
		if (!known || ranges[i].begin == NULL)
			continue;
		timestamp_parse(span_of(ranges[i].begin), &expected);
		is_number(begin, expected, "its beginning");
		timestamp_parse(span_of(ranges[i].end), &expected);
		is_number(end, expected, "its end");
	}
}

static void
test_lists(void)
{
	static const char *const good[] = {"", "a", "a,b", "a=", "a=x,b=%%"};
	static const char *const bad[] = {",", "a,,b", "=%Y", "a=%", "a=%y", "a=%Y,b=%B"};
	struct time_partitions partitions;
	struct failure failure;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		ok(time_partitions_read(good[i], &partitions, &failure), "a list: %s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ok(!time_partitions_read(bad[i], &partitions, &failure), "not a list: %s", bad[i]);
}

int
main(void)
{
	test_ranges();
	test_lists();
	return done();
}
