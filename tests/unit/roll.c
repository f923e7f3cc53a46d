/*
 * roll: a state that is saved and loaded at any moment continues as one that was not; saved states
 * that are cut off or damaged are refused; decimals are read, divided and written.
 */
#include <stdlib.h>

#include "roll/roll.h"
#include "tap.h"

static const char *const decimals[][2] = {
    {"0", "0"},
    {"-0.00", "0"},
    {"0e999999999", "0"},
    {"45000.50000000", "45000.5"},
    {"-1.25E-2", "-0.0125"},
    {"1.5e3", "1500"},
    {"100", "100"},
    {"123456789012345678901234567890", "123456789012345678901234567890"},
    {"0.000000000000000000000000000001", "0.000000000000000000000000000001"},
    {"1.000000000000000000000000000000", NULL},
    {"1234567890123456789012345678901", NULL},
    {"1e30", NULL},
    {"1e-31", NULL},
    {"1e99999999999", NULL},
    {"10e-31", "0.000000000000000000000000000001"},
    {"1e29", "100000000000000000000000000000"},
};

/* SUM / COUNT, to 20 digits. */
static const struct {
	const char *sum;
	size_t count;
	const char *mean;
} means[] = {
    {"1", 3, "0.33333333333333333333"},
    {"2", 3, "0.66666666666666666667"},
    {"-2", 3, "-0.66666666666666666667"},
    {"10", 4, "2.5"},
    {"0", 7, "0"},
    {"1", 1000000, "0.000001"},
    {"0.000000000000000000000000000001", 3, "0.00000000000000000000000000000033333333333333333333"},
    {"123456789012345678901", 1, "123456789012345678900"},
    {"123456789012345678905", 1, "123456789012345678900"},
    {"123456789012345678915", 1, "123456789012345678920"},
    {"123456789012345678906", 1, "123456789012345678910"},
    {"99999999999999999999.9", 1, "100000000000000000000"},
    {"246913578024691357811", 2, "123456789012345678910"},
    {"246913578024691357809", 2, "123456789012345678900"},
};

static void
test_decimals(void)
{
	char text[DECIMAL_SIZE];
	struct decimal decimal;

	for (size_t i = 0; i < sizeof decimals / sizeof *decimals; i++) {
		const char *reason = decimal_read(span_of(decimals[i][0]), &decimal);

		if (reason == NULL)
			decimal_format(decimal.whole, decimal.places, text);
		ok(decimals[i][1] == NULL ? reason != NULL
		                          : reason == NULL && strcmp(text, decimals[i][1]) == 0,
		    "%s: %s", decimals[i][0], reason == NULL ? text : reason);
	}
	for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
		decimal_read(span_of(means[i].sum), &decimal);
		decimal_format_mean(decimal.whole, decimal.places, means[i].count, text);
		ok(strcmp(text, means[i].mean) == 0, "%s / %zu = %s", means[i].sum, means[i].count,
		    text);
	}
}

static const struct {
	const char *a, *b, *sum;
} sums[] = {
    {"0", "0", "0"},
    {"1.5", "0.25", "1.75"},
    {"0.25", "-1.5", "-1.25"},
    {"999999999999999999999999999999", "0", "999999999999999999999999999999"},
    {"999999999999999999999999999999", "1", NULL},
    {"-999999999999999999999999999999", "-1", NULL},
    {"10000000000000000000000000", "0.000001", NULL},
    {"100000000000000000000000", "0.000001", "100000000000000000000000.000001"},
};

static void
test_add(void)
{
	char text[DECIMAL_SIZE];
	struct decimal sum, other;

	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
		bool added;

		decimal_read(span_of(sums[i].a), &sum);
		decimal_read(span_of(sums[i].b), &other);
		added = decimal_add(&sum, other);
		decimal_format(sum.whole, sum.places, text);
		ok(added == (sums[i].sum != NULL) &&
		        strcmp(text, added ? sums[i].sum : sums[i].a) == 0,
		    "%s + %s = %s", sums[i].a, sums[i].b, added ? text : "too long");
	}
}

static struct statistics statistics = {.interval = 9000};

/* The statistics, and the volume of the candle. */
static void
add_members(const struct series *series, struct buffer *members)
{
	struct decimal volume = series->candles->last.volume;
	char text[DECIMAL_SIZE];

	series_members(series, &statistics, true, members);
	decimal_format(volume.whole, volume.places, text);
	buffer_add_text(members, text);
}

static void
add_random(struct roll *roll, unsigned seed, struct buffer *members)
{
	char key[8];
	struct roll_input input = {.key = {key, 2}};
	enum series_added added;
	struct series *series;
	struct failure failure;

	snprintf(key, sizeof key, "%02u", seed % 7);
	/* Of each key two records have the same time; one in eleven is early or late. */
	input.time = INT64_C(1760000000000) + seed / 14 * 4900 - seed % 11 / 10 * 2000;
	input.value = (struct decimal){(int)(seed * 2654435761U % 100000) - 50000, (int)(seed % 5)};
	if (statistics.volume)
		input.volume = (struct decimal){(int)(seed % 97), (int)(seed % 3)};
	buffer_clear(members);
	if (roll_add(roll, &input, &added, &series, &failure) && added != SERIES_LATE)
		add_members(series, members);
}

/* Adds the same records to a state that is never saved, and to one that is saved all the time. */
static void
test_saved(const char *version)
{
	struct roll one, other;
	struct buffer members, same, saved;
	struct failure failure;
	bool equal = true;

	buffer_init(&members, 64 * 1024);
	buffer_init(&same, 64 * 1024);
	buffer_init(&saved, 1024 * 1024);
	roll_init(&one, &statistics, 1024 * 1024);
	roll_init(&other, &statistics, 1024 * 1024);
	for (unsigned i = 0; i < 3000 && equal; i++) {
		add_random(&one, i, &members);
		add_random(&other, i, &same);
		equal = span_equal(buffer_span(&members), buffer_span(&same));
		buffer_clear(&saved);
		equal = equal && roll_save(&other, &saved) &&
		        roll_load(&other, buffer_span(&saved), &failure);
	}
	ok(equal, "a state that is saved and loaded after each record gives the same members");
	ok(memcmp(saved.data, version, strlen(version)) == 0, "it begins with %s", version);
	for (size_t length = 0; length < saved.length && equal; length++)
		equal = !roll_load(&other, (struct span){saved.data, length}, &failure) ||
		        other.count < one.count;
	ok(equal, "a state that is cut off is refused, or has fewer keys");
	saved.data[7] = '3';
	ok(!roll_load(&other, buffer_span(&saved), &failure), "another version: %s", failure.text);
	roll_free(&one);
	roll_free(&other);
	buffer_free(&members);
	buffer_free(&same);
	buffer_free(&saved);
}

int
main(void)
{
	static const char *const arguments[] = {"sma=3,9s", "ema=4,9s", "min=5,7s", "max=5,7s",
	    "sum=2", "count=1m", "stddev=6", "return=2,5s", "zscore=6"};
	struct failure failure;

	for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
		statistics_add(&statistics, arguments[i], &failure);
	test_decimals();
	test_saved("fxroll 1");
	statistics.volume = true;
	forecast_set(&statistics.forecast, "20s", 20000, 0, 0);
	test_saved("fxroll 2");
	test_add();
	return done();
}
