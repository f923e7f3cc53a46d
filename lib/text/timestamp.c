/* timestamp: the calendar by hand, as POSIX converts dates only in the local time zone. */
#include <stdio.h>
#include <string.h>
#include "text/timestamp_internal.h"

static const int64_t latest = INT64_C(253402300799999); /* the end of the year 9999 */
static const int64_t longest = INT64_C(36525) * DAY; /* 100 years */

enum { DIGITS_MAX = 15 };

struct date {
	int64_t year;
	int month, day;
};

/*
 * Days since 1970-01-01 in the Gregorian calendar, and back. Years are counted
 * from March, so that the leap day is the last; 400 years are 146097 days.
 */
static int64_t
days_of(struct date date)
{
	int64_t year = date.month > 2 ? date.year : date.year - 1;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static struct date
date_of(int64_t days)
{
	int64_t since = days + 719468;
	int64_t era = (since >= 0 ? since : since - 146096) / 146097;
	int64_t of_era = since - era * 146097;
	int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
	int64_t months = (5 * of_year + 2) / 153;
	int month = (int)(months < 10 ? months + 3 : months - 9);

	return (struct date){
	    era * 400 + years + (month <= 2), month, (int)(of_year - (153 * months + 2) / 5 + 1)};
}

struct timestamp_date
timestamp_date(int64_t milliseconds)
{
	int64_t days = milliseconds / DAY - (milliseconds % DAY < 0);
	struct date date = date_of(days);

	return (struct timestamp_date){(int)date.year, date.month, date.day};
}

const char *
timestamp_format(int64_t milliseconds, bool millis, char text[TIMESTAMP_SIZE])
{
	int64_t days = milliseconds / DAY, rest = milliseconds % DAY;
	struct date date;
	int hour, minute, second, length;

	if (rest < 0) {
		rest += DAY;
		days--;
	}
	date = date_of(days);
	hour = (int)(rest / HOUR);
	minute = (int)(rest / MINUTE % 60);
	second = (int)(rest / SECOND % 60);
	length = snprintf(text, TIMESTAMP_SIZE, "%04lld-%02d-%02dT%02d:%02d:%02d",
	    (long long)date.year, date.month, date.day, hour, minute, second);
	if (millis)
		snprintf(text + length, (size_t)(TIMESTAMP_SIZE - length), ".%03dZ",
		    (int)(rest % SECOND));
	else
		snprintf(text + length, (size_t)(TIMESTAMP_SIZE - length), "Z");
	return text;
}

bool
timestamp_day(int year, int month, int day, int64_t *milliseconds)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int length;

	if (month < 1 || month > 12)
		return false;
	length = lengths[month - 1];
	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		length = 29;
	if (day < 1 || day > length)
		return false;
	*milliseconds = days_of((struct date){year, month, day}) * DAY;
	return true;
}

bool
timestamp_take_date(struct span *text, int64_t *milliseconds)
{
	int year, month, day;

	return timestamp_take_digits(text, 4, &year) && timestamp_take_one(text, "-") &&
	       timestamp_take_digits(text, 2, &month) && timestamp_take_one(text, "-") &&
	       timestamp_take_digits(text, 2, &day) &&
	       timestamp_day(year, month, day, milliseconds);
}

/* An optional ".123456", cut to milliseconds. */
static bool
take_fraction(struct span *text, int *milliseconds)
{
	int digit, place = 100;

	*milliseconds = 0;
	if (!timestamp_take_one(text, "."))
		return true;
	if (!timestamp_take_digits(text, 1, &digit))
		return false;
	do {
		*milliseconds += digit * place;
		place /= 10;
	} while (timestamp_take_digits(text, 1, &digit));
	return true;
}

/* "HH:MM:SS" with or without a fraction. A second 60 is a leap second. */
bool
timestamp_take_clock(struct span *text, int64_t *milliseconds, bool *leap)
{
	int hour, minute, second, fraction;

	if (!timestamp_take_digits(text, 2, &hour) || !timestamp_take_one(text, ":") ||
	    !timestamp_take_digits(text, 2, &minute) || !timestamp_take_one(text, ":") ||
	    !timestamp_take_digits(text, 2, &second) || !take_fraction(text, &fraction))
		return false;
	*leap = second == 60;
	*milliseconds = (int64_t)hour * HOUR + minute * MINUTE + second * SECOND + fraction;
	return hour < 24 && minute < 60 && second <= 60;
}

/* "+HH:MM" or "-HH:MM". */
static bool
take_offset(struct span *text, int64_t *milliseconds)
{
	bool west = text->length > 0 && text->start[0] == '-';
	int hour, minute;

	if (!timestamp_take_one(text, "+-") || !timestamp_take_digits(text, 2, &hour) ||
	    !timestamp_take_one(text, ":") || !timestamp_take_digits(text, 2, &minute) ||
	    hour > 23 || minute > 59)
		return false;
	*milliseconds = (int64_t)hour * HOUR + minute * MINUTE;
	if (west)
		*milliseconds = -*milliseconds;
	return true;
}

/* Leap seconds are inserted only at midnight UTC. */
bool
timestamp_settle(const struct timestamp *stamp, int64_t offset, int64_t *milliseconds)
{
	int64_t point = stamp->clock - offset;

	*milliseconds = point;
	return point >= 0 && point <= latest && (!stamp->leap || point % DAY < SECOND);
}

bool
timestamp_parse(struct span text, int64_t *milliseconds)
{
	struct timestamp stamp = {.leap = false};
	int64_t date, clock, offset = 0;

	if (!timestamp_take_date(&text, &date) || !timestamp_take_one(&text, "Tt ") ||
	    !timestamp_take_clock(&text, &clock, &stamp.leap))
		return false;
	if (!timestamp_take_one(&text, "Zz") && !take_offset(&text, &offset))
		return false;
	stamp.clock = date + clock;
	return text.length == 0 && timestamp_settle(&stamp, offset, milliseconds);
}

/* Takes a whole number off the front; false: there is none, or it has too many digits. */
static bool
take_number(struct span *text, int64_t *number, int *digits)
{
	int digit;

	*number = 0;
	*digits = 0;
	if (text->length == 0 || text->start[0] < '0' || text->start[0] > '9')
		return false;
	while (timestamp_take_digits(text, 1, &digit)) {
		*number = *number * 10 + digit;
		if (*number > 0 && ++*digits > DIGITS_MAX)
			return false;
	}
	return true;
}

bool
duration_parse(struct span text, int64_t *milliseconds)
{
	int64_t number, unit = SECOND;
	int digits;

	if (!take_number(&text, &number, &digits))
		return false;
	if (timestamp_take_one(&text, "m"))
		unit = MINUTE;
	else if (timestamp_take_one(&text, "h"))
		unit = HOUR;
	else if (timestamp_take_one(&text, "d"))
		unit = DAY;
	else if (timestamp_take_one(&text, "w"))
		unit = 7 * DAY;
	else if (!timestamp_take_one(&text, "s"))
		return false;
	*milliseconds = number > longest / unit ? longest + 1 : number * unit;
	return text.length == 0 && *milliseconds <= longest;
}
