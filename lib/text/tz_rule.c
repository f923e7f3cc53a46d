/* tz_rule: reads the string, and finds when clocks change in a year. */
#include "text/timestamp_internal.h"
#include "text/tz_rule.h"

enum { HOUR_SECONDS = 3600, DAY_SECONDS = 86400, HOURS_MOST = 167 };

/* A number of one to three digits. */
static bool
take_small(struct span *text, int least, int most, int *value)
{
	int digit, digits = 0;

	*value = 0;
	while (digits < 3 && timestamp_take_digits(text, 1, &digit)) {
		*value = *value * 10 + digit;
		digits++;
	}
	return digits > 0 && *value >= least && *value <= most;
}

/* "EST" or "<-03>". */
static bool
take_name(struct span *text)
{
	size_t length = 0;

	if (timestamp_take_one(text, "<")) {
		while (length < text->length && text->start[length] != '>')
			length++;
		if (length == text->length)
			return false;
		*text = (struct span){text->start + length + 1, text->length - length - 1};
		return length > 0;
	}
	while (length < text->length &&
	       ((text->start[length] >= 'A' && text->start[length] <= 'Z') ||
	           (text->start[length] >= 'a' && text->start[length] <= 'z')))
		length++;
	*text = (struct span){text->start + length, text->length - length};
	return length >= 3;
}

/* "[+-]HH[:MM[:SS]]", in seconds. */
static bool
take_time(struct span *text, int64_t *seconds)
{
	bool negative = text->length > 0 && text->start[0] == '-';
	int hours, minutes = 0, rest = 0;

	timestamp_take_one(text, "+-");
	if (!take_small(text, 0, HOURS_MOST, &hours))
		return false;
	if (timestamp_take_one(text, ":") && !take_small(text, 0, 59, &minutes))
		return false;
	if (timestamp_take_one(text, ":") && !take_small(text, 0, 59, &rest))
		return false;
	*seconds = (int64_t)hours * HOUR_SECONDS + minutes * 60 + rest;
	if (negative)
		*seconds = -*seconds;
	return true;
}

/* ",M3.5.0/2" */
static bool
take_change(struct span *text, struct tz_date *date)
{
	*date = (struct tz_date){.form = 'D', .time = 2 * HOUR_SECONDS};
	if (!timestamp_take_one(text, ","))
		return false;
	if (timestamp_take_one(text, "M")) {
		date->form = 'M';
		if (!take_small(text, 1, 12, &date->month) || !timestamp_take_one(text, ".") ||
		    !take_small(text, 1, 5, &date->week) || !timestamp_take_one(text, ".") ||
		    !take_small(text, 0, 6, &date->day))
			return false;
	} else {
		bool counted_from_one = timestamp_take_one(text, "J");

		date->form = counted_from_one ? 'J' : 'D';
		if (!take_small(text, counted_from_one, 365, &date->day))
			return false;
	}
	return !timestamp_take_one(text, "/") || take_time(text, &date->time);
}

bool
tz_rule_read(struct span text, struct tz_rule *rule)
{
	*rule = (struct tz_rule){.changes = false};
	if (!take_name(&text) || !take_time(&text, &rule->standard))
		return false;
	rule->standard = -rule->standard; /* POSIX counts to the west */
	if (text.length == 0)
		return true;
	rule->changes = true;
	rule->summer = rule->standard + HOUR_SECONDS;
	if (!take_name(&text))
		return false;
	if (text.length > 0 && text.start[0] != ',') {
		if (!take_time(&text, &rule->summer))
			return false;
		rule->summer = -rule->summer;
	}
	return take_change(&text, &rule->begins) && take_change(&text, &rule->ends) &&
	       text.length == 0;
}

/* Days from 1970-01-01 to a day of a year, which may be before it. */
static int64_t
day_of(int64_t year, int month, int day)
{
	/* The calendar repeats every 400 years, of 146097 days. */
	int64_t cycles = year >= 2000 ? (year - 2000) / 400 : (year - 2399) / 400;
	int64_t milliseconds = 0;

	timestamp_day((int)(year - cycles * 400), month, day, &milliseconds);
	return milliseconds / DAY + cycles * 146097;
}

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* The n-th weekday of a month. */
static int64_t
weekday_of(int64_t year, const struct tz_date *date)
{
	int64_t first = day_of(year, date->month, 1);
	int64_t next =
	    date->month == 12 ? day_of(year + 1, 1, 1) : day_of(year, date->month + 1, 1);
	/* 1970-01-01 was a Thursday, 4. */
	int64_t weekday = ((first + 4) % 7 + 7) % 7;
	int64_t day = first + (date->day - weekday + 7) % 7 + 7 * (date->week - 1);

	return day < next ? day : day - 7;
}

/* When the clocks change in a year, in s since 1970; offset: that of the clock until then. */
static int64_t
change_of(int64_t year, const struct tz_date *date, int64_t offset)
{
	int64_t day;

	if (date->form == 'M')
		day = weekday_of(year, date);
	else if (date->form == 'D')
		day = day_of(year, 1, 1) + date->day;
	else
		day = day_of(year, 1, 1) + date->day - 1 + (is_leap(year) && date->day > 59);
	return day * DAY_SECONDS + date->time - offset;
}

/* The year of a time; the average length of years is near enough to begin with. */
static int64_t
year_of(int64_t time)
{
	int64_t year = 1970 + time / 31556952 - 1;

	while (day_of(year + 1, 1, 1) * DAY_SECONDS <= time)
		year++;
	return year;
}

int64_t
tz_rule_offset(const struct tz_rule *rule, int64_t time)
{
	if (!rule->changes)
		return rule->standard;
	int64_t year = year_of(time + rule->standard);
	int64_t begins = change_of(year, &rule->begins, rule->standard);
	int64_t ends = change_of(year, &rule->ends, rule->summer);
	bool summer = begins < ends ? time >= begins && time < ends : time >= begins || time < ends;
	return summer ? rule->summer : rule->standard;
}
