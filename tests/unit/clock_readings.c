/* clock_readings: how far clocks are trusted that are right, wrong, set, or of another boot. */
#include <string.h>

#include "stream/local/clock_readings.h"
#include "tap.h"

static const int64_t second = 1000, hour = 3600000, day = 24 * 3600000,
                     year = 365 * INT64_C(86400000);
static const int64_t start = INT64_C(1795900000000); /* the right clock when the machine started */
static struct clock_readings readings;

/* A reading, with boot milliseconds since the machine was started, and a clock that is off by
 * error. */
static int64_t
reading_of(const char *boot_name, int64_t boot, int64_t error)
{
	struct clock_reading now = {.wall = start + boot + error, .boot = boot};
	int64_t before = readings.last.boot;
	bool changed;
	int64_t sure = clock_readings_take(&readings, &now, boot_name, day, &changed);
	char text[CLOCK_READINGS_TEXT];
	struct clock_readings again;

	if (!changed && readings.last.boot != before)
		return -1;
	if (!clock_readings_parse(&again, text, clock_readings_format(&readings, text)) ||
	    again.count != readings.count || strcmp(again.boot, readings.boot) != 0 ||
	    again.lowest != readings.lowest)
		return -2;
	return sure;
}

static int64_t
reading(int64_t boot, int64_t error)
{
	return reading_of("here", boot, error);
}

static void
begin(int64_t boot, int64_t error)
{
	readings = (struct clock_readings){.count = 0};
	reading(boot, error);
}

static void
test_right(void)
{
	readings = (struct clock_readings){.count = 0};
	is_number(reading(hour, 0), 0, "the first reading is not trusted");
	is_number(reading(hour + 24 * second, 0), 0, "nor is one 24 seconds later");
	is_number(
	    reading(hour + 25 * second, 0), start + hour + 25 * second, "after 25 seconds it is");
	is_number(
	    reading(hour + 26 * second, 0), start + hour + 26 * second, "and each one after that");
	is_number(reading(9 * day, 0), start + 9 * day, "so it is after days at rest");
	is_number(reading(9 * day + 1, 500), start + 9 * day + 1, "half a second is no step");
}

static void
test_ahead(void)
{
	begin(day, 0);
	is_number(reading(day + hour, 25 * hour) <= start + day + hour, true,
	    "25 hours ahead: no more is trusted than the right time");
	is_number(reading(day + hour + second, 70 * year) <= start + day + hour + second, true,
	    "nor 70 years ahead");
	is_number(reading(day + hour + 60 * second, 70 * year) <= start + day + hour + 60 * second,
	    true, "nor a minute later");
	is_number(reading(day + 20 * hour, 70 * year) <= start + day + 20 * hour, true,
	    "nor hours later");
	is_number(reading(day + 21 * hour, 0), start + day + 21 * hour,
	    "the right clock is trusted again");
}

static void
test_behind(void)
{
	begin(day, -30 * hour);
	reading(day + hour, -30 * hour);
	is_number(reading(day + 2 * hour, 0) <= start + day + 2 * hour - 30 * hour, true,
	    "30 hours behind, then right: records from before seem 30 hours older than they are");
	is_number(reading(day + 3 * hour, 0), start + day + 3 * hour - 30 * hour,
	    "so it is an hour later");
	is_number(
	    reading(day + 24 * hour, 0), start + day + 24 * hour - 30 * hour, "and 23 hours later");
	is_number(reading(day + 25 * hour + second, 0), start + day + 25 * hour + second,
	    "after the retention it makes no difference");
}

static void
test_boot(void)
{
	begin(day, 0);
	is_number(reading_of("next", 10 * second, 5 * day), start + day + 10 * second,
	    "after a boot no more time is trusted than the machine has been up");
	is_number(reading_of("next", 40 * second, 5 * day), start + 40 * second + 5 * day,
	    "with the second reading all of it is trusted");
	begin(day, 0);
	is_number(reading_of("next", 10 * second, -start) <= start, true, "a boot at 1970");
	is_number(reading_of("next", 40 * second, -start) <= start, true, "and its second reading");
	is_number(reading_of("next", 80 * second, 0) <= start, true,
	    "then the right time: records of 1970 are not old");
}

/* As of a program that another library has given a clock of its own. */
static void
test_wrong_boot_clock(void)
{
	begin(hour, 0);
	is_number(reading(70 * year, 0), 0, "a boot clock of 70 years is not trusted");
	is_number(reading(140 * year, 0), 0, "nor is another");
	is_number(reading(2 * hour, 0), 0, "nor is the first reading after it");
	is_number(
	    reading(2 * hour + 25 * second, 0), start + 2 * hour + 25 * second, "the second is");
}

static void
test_text(void)
{
	static const char *const wrong[] = {"", "fxpipe-clock 1 here",
	    "fxpipe-clock 2 here 1 1 1 1 1 1 1.\n", "fxpipe-clock 1 here 3 1 1 1 1 1 1.\n",
	    "fxpipe-clock 1 here 1 1 1 1 1 1", "fxpipe-clock 1 here 0 1 1 1 1 1 1.\n"};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ok(!clock_readings_parse(&readings, wrong[i], strlen(wrong[i])) &&
		        readings.count == 0,
		    "invalid text %zu counts as none", i);
}

int
main(void)
{
	test_right();
	test_ahead();
	test_behind();
	test_boot();
	test_wrong_boot_clock();
	test_text();
	return done();
}
