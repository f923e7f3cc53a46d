/* time_ticks: ticks of times, by the clock and the calendar in UTC. */
#include <stdio.h>
#include <string.h>

#include "plot/ticks.h"
#include "text/timestamp.h"

#define SECONDS(n) (INT64_C(1000) * (n))
#define MINUTES(n) (SECONDS(60) * (n))
#define HOURS(n) (MINUTES(60) * (n))
#define DAYS(n) (HOURS(24) * (n))

/* A step of months has no fixed length: its size is about that. */
struct step {
	int64_t size; /* ms */
	int months; /* 0: a step of size */
};

/* 1970-01-01 was a Thursday; weeks begin on Monday. */
static const int64_t week = DAYS(7), monday = DAYS(4);

static const struct step steps[] = {{1, 0}, {2, 0}, {5, 0}, {10, 0}, {20, 0}, {50, 0}, {100, 0},
    {200, 0}, {500, 0}, {SECONDS(1), 0}, {SECONDS(2), 0}, {SECONDS(5), 0}, {SECONDS(10), 0},
    {SECONDS(15), 0}, {SECONDS(30), 0}, {MINUTES(1), 0}, {MINUTES(2), 0}, {MINUTES(5), 0},
    {MINUTES(10), 0}, {MINUTES(15), 0}, {MINUTES(30), 0}, {HOURS(1), 0}, {HOURS(2), 0},
    {HOURS(3), 0}, {HOURS(6), 0}, {HOURS(12), 0}, {DAYS(1), 0}, {DAYS(2), 0}, {DAYS(7), 0},
    {DAYS(14), 0}, {DAYS(30), 1}, {DAYS(61), 2}, {DAYS(91), 3}, {DAYS(182), 6}, {DAYS(365), 12},
    {DAYS(730), 24}, {DAYS(1826), 60}, {DAYS(3652), 120}, {DAYS(7305), 240}, {DAYS(18262), 600},
    {DAYS(36524), 1200}, {DAYS(73048), 2400}, {DAYS(182621), 6000}, {DAYS(365242), 12000}};

enum { STEPS = sizeof steps / sizeof *steps };

static const char *const months[] = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* The first time of the step that is not before low. */
static int64_t
first_of(struct step step, int64_t low)
{
	struct timestamp_date date;
	int64_t offset = step.size % week == 0 ? monday : 0, at;
	int month;

	if (step.months == 0)
		return (low - offset + step.size - 1) / step.size * step.size + offset;
	date = timestamp_date(low);
	month = (date.year * 12 + date.month - 1) / step.months * step.months;
	while (!timestamp_day(month / 12, month % 12 + 1, 1, &at) || at < low)
		month += step.months;
	return at;
}

static int64_t
next_of(struct step step, int64_t at)
{
	struct timestamp_date date;
	int month;

	if (step.months == 0)
		return at + step.size;
	date = timestamp_date(at);
	month = date.year * 12 + date.month - 1 + step.months;
	if (!timestamp_day(month / 12, month % 12 + 1, 1, &at))
		return INT64_MAX;
	return at;
}

static void
label(struct tick *tick, struct step step, int64_t at)
{
	struct timestamp_date date = timestamp_date(at);
	char text[TIMESTAMP_SIZE];

	timestamp_format(at, step.size < SECONDS(1), text);
	if (step.months >= 12)
		snprintf(tick->label, sizeof tick->label, "%d", date.year);
	else if (step.months > 0)
		snprintf(tick->label, sizeof tick->label, "%s", months[date.month - 1]);
	else if (step.size >= DAYS(1))
		snprintf(
		    tick->label, sizeof tick->label, "%d %s", date.day, months[date.month - 1]);
	else /* the clock, after the date and a T */
		snprintf(tick->label, sizeof tick->label, "%.*s",
		    step.size >= MINUTES(1)   ? 5
		    : step.size >= SECONDS(1) ? 8
		                              : 12,
		    text + 11);
}

/* What the label leaves out, if it differs from that of the tick before; NULL: the first. */
static void
label_above(struct tick *tick, struct step step, int64_t at, const int64_t *earlier)
{
	struct timestamp_date date = timestamp_date(at), old = date;
	bool years = step.months > 0 || step.size >= DAYS(1);

	tick->above[0] = '\0';
	if (earlier != NULL)
		old = timestamp_date(*earlier);
	if (step.months >= 12)
		return;
	if (earlier != NULL && old.year == date.year &&
	    (years || (old.month == date.month && old.day == date.day)))
		return;
	if (years)
		snprintf(tick->above, sizeof tick->above, "%d", date.year);
	else if (earlier == NULL || old.year != date.year)
		snprintf(tick->above, sizeof tick->above, "%d %s %d", date.day,
		    months[date.month - 1], date.year);
	else
		snprintf(
		    tick->above, sizeof tick->above, "%d %s", date.day, months[date.month - 1]);
}

static void
fill(struct ticks *ticks, struct step step, int64_t low, int64_t high)
{
	int64_t earlier = 0;

	ticks->count = 0;
	for (int64_t at = first_of(step, low); at <= high && ticks->count < TICKS_MOST;
	     at = next_of(step, at)) {
		struct tick *tick = &ticks->ticks[ticks->count];

		tick->at = (double)at;
		label(tick, step, at);
		label_above(tick, step, at, ticks->count > 0 ? &earlier : NULL);
		earlier = at;
		ticks->count++;
	}
}

void
ticks_times(struct ticks *ticks, int64_t low, int64_t high, size_t most)
{
	int at = 0;

	if (low == high) {
		fill(ticks, low % SECONDS(1) == 0 ? (struct step){SECONDS(1), 0} : steps[0], low,
		    high);
		return;
	}
	while (at < STEPS - 1 && (high - low) / steps[at].size > (int64_t)most)
		at++;
	fill(ticks, steps[at], low, high);
	while (ticks->count < 2 && at > 0 && (high - low) / steps[at - 1].size <= 2 * (int64_t)most)
		fill(ticks, steps[--at], low, high);
}
