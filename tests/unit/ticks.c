/* ticks: for many ranges, ticks are inside, ascending, distinct, and their labels are exact. */
#include <math.h>
#include <stdlib.h>
#include "plot/ticks.h"
#include "text/timestamp.h"
#include "tap.h"

enum { RANGES = 50000 };

static double
random_part(void)
{
	return rand() / (RAND_MAX + 1.0);
}

static bool
numbers_are_good(const struct ticks *ticks, double low, double high, size_t most)
{
	double room = (high - low) * 1e-6;

	if (ticks->count > 2 * most + 2 || (ticks->count < 2 && most > 2))
		return false;
	for (size_t i = 0; i < ticks->count; i++) {
		const struct tick *tick = &ticks->ticks[i];
		char *end;
		double read = strtod(tick->label, &end);

		if (tick->at < low - room || tick->at > high + room || *end != '\0' ||
		    strlen(tick->label) > 24 || fabs(read - tick->at) > fabs(tick->at) * 1e-15 ||
		    (i > 0 && tick->at <= tick[-1].at) ||
		    (i > 0 && strcmp(tick->label, tick[-1].label) == 0))
			return false;
	}
	return true;
}

static void
test_numbers(void)
{
	struct ticks ticks;
	unsigned wrong = 0;

	for (int i = 0; i < RANGES; i++) {
		double size = pow(10, random_part() * 40 - 20);
		double low = (random_part() - 0.5) * size;
		double high = low + size * pow(10, -random_part() * 9);
		size_t most = 1 + (size_t)rand() % 20;

		ticks_numbers(&ticks, low, high, most, false);
		if (!numbers_are_good(&ticks, low, high, most) && wrong++ < 5)
			printf("# %.17g to %.17g, %zu: %zu ticks, %s\n", low, high, most,
			    ticks.count, ticks.count > 0 ? ticks.ticks[0].label : "");
	}
	ok(wrong == 0, "%d ranges of numbers", RANGES);
}

static void
test_whole(void)
{
	struct ticks ticks;
	unsigned wrong = 0;

	for (int i = 0; i < RANGES; i++) {
		double low = floor(random_part() * 1e6), high = low + 1 + floor(random_part() * 30);

		ticks_numbers(&ticks, low, high, 1 + (size_t)rand() % 20, true);
		for (size_t at = 0; at < ticks.count; at++)
			wrong += ticks.ticks[at].at != floor(ticks.ticks[at].at) ||
			         strchr(ticks.ticks[at].label, '.') != NULL;
	}
	ok(wrong == 0, "%d ranges of whole numbers", RANGES);
}

static void
test_times(void)
{
	struct ticks ticks;
	unsigned wrong = 0;

	for (int i = 0; i < RANGES; i++) {
		int64_t low = (int64_t)(random_part() * 2e12);
		int64_t high = low + (int64_t)pow(10, random_part() * 13);
		size_t most = 1 + (size_t)rand() % 20;
		bool good;

		ticks_times(&ticks, low, high, most);
		good = ticks.count <= 2 * most + 2 && (ticks.count >= 2 || most <= 2);
		for (size_t at = 0; at < ticks.count && good; at++) {
			const struct tick *tick = &ticks.ticks[at];

			good = tick->at >= (double)low && tick->at <= (double)high &&
			       strlen(tick->label) <= 12 && tick->label[0] != '\0' &&
			       (at == 0 || (tick->at > tick[-1].at &&
			                       (strcmp(tick->label, tick[-1].label) != 0 ||
			                           tick->above[0] != '\0')));
		}
		if (!good && wrong++ < 5)
			printf("# %lld to %lld, %zu: %zu ticks, %s\n", (long long)low,
			    (long long)high, most, ticks.count,
			    ticks.count > 0 ? ticks.ticks[0].label : "");
	}
	ok(wrong == 0, "%d ranges of times", RANGES);
}

static void
test_labels(void)
{
	struct ticks ticks;
	int64_t low, high;

	timestamp_parse(span_of("2025-12-31T22:00:00Z"), &low);
	timestamp_parse(span_of("2026-01-01T02:00:00Z"), &high);
	ticks_times(&ticks, low, high, 4);
	ok(ticks.count == 5, "an hour apart");
	ok(strcmp(ticks.ticks[0].label, "22:00") == 0, "22:00");
	ok(strcmp(ticks.ticks[0].above, "31 Dec 2025") == 0, "the first has the day");
	ok(ticks.ticks[1].above[0] == '\0', "the next has none");
	ok(strcmp(ticks.ticks[2].above, "1 Jan 2026") == 0, "the new day is named");
	ticks_times(&ticks, low, low, 4);
	ok(ticks.count == 1 && strcmp(ticks.ticks[0].label, "22:00:00") == 0, "a single time");
}

int
main(void)
{
	srand(1);
	test_numbers();
	test_whole();
	test_times();
	test_labels();
	return done();
}
