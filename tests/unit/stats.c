/* stats: percentiles against sorted numbers, and the line of statistics. */
#include <stdlib.h>

#include "text/json.h"
#include "text/json_pointer.h"
#include "record/stats.h"
#include "tap.h"

static int
ascending(const void *a, const void *b)
{
	int64_t first = *(const int64_t *)a, second = *(const int64_t *)b;

	return (first > second) - (first < second);
}

/* The figure is at or above the true one, and above it by an eighth at the most. */
static bool
is_about(double got, int64_t microseconds)
{
	double exact = (double)microseconds / 1000;

	return got >= exact && got <= exact * 1.1251 + 0.0011;
}

static void
test_percentiles(void)
{
	enum { COUNT = 10001 };
	static int64_t times[COUNT];
	static const int64_t ranges[] = {5, 20, 1000, 100000, 10000000, INT64_C(1) << 40};
	static struct stats stats;

	for (size_t range = 0; range < sizeof ranges / sizeof *ranges; range++) {
		stats_init(&stats, "x");
		for (size_t i = 0; i < COUNT; i++) {
			times[i] = (((int64_t)rand() << 20) ^ rand()) % ranges[range];
			stats_commit(&stats, times[i]);
		}
		qsort(times, COUNT, sizeof *times, ascending);
		ok(is_about(stats_percentile(&stats, 50), times[COUNT / 2]),
		    "half of them, below %" PRId64 " us", ranges[range]);
		ok(is_about(stats_percentile(&stats, 99), times[COUNT * 99 / 100]),
		    "  and 99 of 100");
		ok(is_about(stats_percentile(&stats, 100), times[COUNT - 1]), "  and all");
		is_number((int64_t)stats.batches, COUNT, "  each counted");
	}
}

static void
test_edges(void)
{
	static struct stats stats;

	stats_init(&stats, "x");
	ok(stats_percentile(&stats, 50) >= 0 && stats_percentile(&stats, 50) <= 0,
	    "without any: 0");
	stats_commit(&stats, 0);
	ok(is_about(stats_percentile(&stats, 99), 0), "nought");
	stats_commit(&stats, -5);
	ok(is_about(stats_percentile(&stats, 99), 0), "a clock that went back counts as nought");
	stats_commit(&stats, INT64_MAX);
	ok(is_about(stats_percentile(&stats, 100), INT64_MAX), "the longest there is");
	/* Each power of two, and the numbers beside it. */
	for (unsigned bit = 0; bit < 62; bit++) {
		for (int64_t beside = -1; beside <= 1; beside++) {
			int64_t time = (INT64_C(1) << bit) + beside;

			stats_init(&stats, "x");
			stats_commit(&stats, time);
			if (!is_about(stats_percentile(&stats, 50), time))
				ok(false, "%" PRId64 ": %f", time, stats_percentile(&stats, 50));
		}
	}
	ok(true, "powers of two");
}

static struct span
figure(struct span line, const char *pointer)
{
	struct span found = {NULL, 0};
	size_t bad;
	struct json_pointers *paths = json_pointers_compile(&pointer, 1, &bad);

	if (paths != NULL)
		json_pointers_follow(paths, line, &found);
	json_pointers_free(paths);
	return found;
}

/* A figure by its name. */
static bool
is_figure(struct span line, const char *pointer, const char *expected)
{
	return is_span(figure(line, pointer),
	    expected != NULL ? span_of(expected) : (struct span){NULL, 0}, pointer);
}

static void
test_line(void)
{
	static struct stats stats;
	struct json_error error;
	struct buffer buffer;
	struct span line;

	stats_init(&stats, "kput");
	stats.lines = UINT64_MAX;
	stats.bytes = 2;
	stats.done = 3;
	stats.refused = 4;
	stats.present = 5;
	stats.lost = 6;
	stats.marks = 7;
	stats.retries = 8;
	stats.throttled = 9;
	stats_commit(&stats, 1500);
	buffer_init(&buffer, 10000);
	ok(stats_format(&stats, 75, 0, &buffer), "a line");
	line = buffer_span(&buffer);
	ok(line.start[line.length - 1] == '\n', "which ends");
	ok(json_check(line, 4, &error), "and is JSON");
	is_figure(line, "/tool", "\"kput\"");
	is_figure(line, "/lines", "18446744073709551615");
	is_figure(line, "/bytes", "2");
	is_figure(line, "/done", "3");
	is_figure(line, "/refused", "4");
	is_figure(line, "/present", "5");
	is_figure(line, "/lost", "6");
	is_figure(line, "/marks", "7");
	is_figure(line, "/batches", "1");
	is_figure(line, "/retries", "8");
	is_figure(line, "/throttled", "9");
	is_figure(line, "/lag_ms", NULL);
	is_figure(line, "/exit", "75");
	is_figure(line, "/signal", NULL);
	is_figure(line, "/commit_ms/sum", "1.500");
	ok(figure(line, "/commit_ms/p50").start != NULL, "percentiles");
	buffer_clear(&buffer);
	stats.lag = 61000;
	stats_format(&stats, 0, 15, &buffer);
	is_figure(buffer_span(&buffer), "/signal", "15");
	is_figure(buffer_span(&buffer), "/lag_ms", "61000");
	is_figure(buffer_span(&buffer), "/exit", NULL);
	buffer_clear(&buffer);
	stats_format(&stats, -1, 0, &buffer);
	is_figure(buffer_span(&buffer), "/exit", NULL);
	buffer_free(&buffer);
	buffer_init(&buffer, 10);
	ok(!stats_format(&stats, 0, 0, &buffer), "what does not fit is reported");
	buffer_free(&buffer);
}

int
main(void)
{
	srand(1);
	test_percentiles();
	test_edges();
	test_line();
	return done();
}
