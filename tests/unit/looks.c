/* looks: how far clocks are trusted that are right, wrong, set, or of another boot. */
#include <string.h>

#include "stream/local/looks.h"
#include "tap.h"

static const int64_t second = 1000, hour = 3600000, day = 24 * 3600000,
                     year = 365 * INT64_C(86400000);
static const int64_t start = INT64_C(1795900000000); /* the right clock when the machine started */
static struct looks looks;

/* A look, with boot milliseconds since the machine was started, and a clock that is off by error. */
static int64_t
look_of(const char *boot_name, int64_t boot, int64_t error)
{
	struct look now = {.wall = start + boot + error, .boot = boot};
	int64_t before = looks.last.boot;
	bool changed;
	int64_t sure = looks_take(&looks, &now, boot_name, day, &changed);
	char text[LOOKS_TEXT];
	struct looks again;

	if (!changed && looks.last.boot != before)
		return -1;
	if (!looks_parse(&again, text, looks_format(&looks, text)) || again.count != looks.count ||
	    strcmp(again.boot, looks.boot) != 0 || again.lowest != looks.lowest)
		return -2;
	return sure;
}

static int64_t
look(int64_t boot, int64_t error)
{
	return look_of("here", boot, error);
}

static void
begin(int64_t boot, int64_t error)
{
	looks = (struct looks){.count = 0};
	look(boot, error);
}

static void
test_right(void)
{
	looks = (struct looks){.count = 0};
	is_number(look(hour, 0), 0, "the first look is not trusted");
	is_number(look(hour + 24 * second, 0), 0, "nor is one 24 seconds later");
	is_number(
	    look(hour + 25 * second, 0), start + hour + 25 * second, "after 25 seconds it is");
	is_number(
	    look(hour + 26 * second, 0), start + hour + 26 * second, "and each one after that");
	is_number(look(9 * day, 0), start + 9 * day, "so it is after days at rest");
	is_number(look(9 * day + 1, 500), start + 9 * day + 1, "half a second is no step");
}

static void
test_ahead(void)
{
	begin(day, 0);
	is_number(look(day + hour, 25 * hour) <= start + day + hour, true,
	    "25 hours ahead: no more is trusted than the right time");
	is_number(look(day + hour + second, 70 * year) <= start + day + hour + second, true,
	    "nor 70 years ahead");
	is_number(look(day + hour + 60 * second, 70 * year) <= start + day + hour + 60 * second,
	    true, "nor a minute later");
	is_number(
	    look(day + 20 * hour, 70 * year) <= start + day + 20 * hour, true, "nor hours later");
	is_number(
	    look(day + 21 * hour, 0), start + day + 21 * hour, "the right clock is trusted again");
}

static void
test_behind(void)
{
	begin(day, -30 * hour);
	look(day + hour, -30 * hour);
	is_number(look(day + 2 * hour, 0) <= start + day + 2 * hour - 30 * hour, true,
	    "30 hours behind, then right: records from before seem 30 hours older than they are");
	is_number(
	    look(day + 3 * hour, 0), start + day + 3 * hour - 30 * hour, "so it is an hour later");
	is_number(
	    look(day + 24 * hour, 0), start + day + 24 * hour - 30 * hour, "and 23 hours later");
	is_number(look(day + 25 * hour + second, 0), start + day + 25 * hour + second,
	    "after the retention it makes no difference");
}

static void
test_boot(void)
{
	begin(day, 0);
	is_number(look_of("next", 10 * second, 5 * day), start + day + 10 * second,
	    "after a boot no more time is trusted than the machine has been up");
	is_number(look_of("next", 40 * second, 5 * day), start + 40 * second + 5 * day,
	    "with the second look it is all trusted");
	begin(day, 0);
	is_number(look_of("next", 10 * second, -start) <= start, true, "a boot at 1970");
	is_number(look_of("next", 40 * second, -start) <= start, true, "and its second look");
	is_number(look_of("next", 80 * second, 0) <= start, true,
	    "then the right time: records of 1970 are not old");
}

/* As of a program that another library has given a clock of its own. */
static void
test_wrong_boot_clock(void)
{
	begin(hour, 0);
	is_number(look(70 * year, 0), 0, "a boot clock of 70 years is not trusted");
	is_number(look(140 * year, 0), 0, "nor is another");
	is_number(look(2 * hour, 0), 0, "nor is the first look after it");
	is_number(look(2 * hour + 25 * second, 0), start + 2 * hour + 25 * second, "the second is");
}

static void
test_text(void)
{
	static const char *const wrong[] = {"", "fxpipe-clock 1 here",
	    "fxpipe-clock 2 here 1 1 1 1 1 1 1.\n", "fxpipe-clock 1 here 3 1 1 1 1 1 1.\n",
	    "fxpipe-clock 1 here 1 1 1 1 1 1", "fxpipe-clock 1 here 0 1 1 1 1 1 1.\n"};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		ok(!looks_parse(&looks, wrong[i], strlen(wrong[i])) && looks.count == 0,
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
