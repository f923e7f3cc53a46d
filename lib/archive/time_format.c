/* time_format: the calendar, and the conversions of a format. */
#include "archive/time_format.h"

enum { DAY = 24 * 60 * 60 * 1000 };

/* A time in UTC as a calendar shows it. */
struct calendar {
	int64_t year;
	unsigned month, day, year_day, hour, minute, second;
};

/* Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days. */
static struct calendar
calendar_of(int64_t milliseconds)
{
	int64_t days = milliseconds / DAY + 719468, rest = milliseconds % DAY / 1000;
	int64_t era = days / 146097, of_era = days % 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t day = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * day + 2) / 153;
	struct calendar calendar = {.year = year + era * 400 + (month >= 10),
	    .month = (unsigned)(month < 10 ? month + 3 : month - 9),
	    .day = (unsigned)(day - (153 * month + 2) / 5 + 1),
	    .hour = (unsigned)(rest / 3600),
	    .minute = (unsigned)(rest / 60 % 60),
	    .second = (unsigned)(rest % 60)};
	bool leap =
	    calendar.year % 4 == 0 && (calendar.year % 100 != 0 || calendar.year % 400 == 0);

	/* day counts from the first of March. */
	calendar.year_day = (unsigned)(month < 10 ? day + 60 + leap : day - 305);
	return calendar;
}

static void
add_number(struct buffer *text, int64_t number, unsigned digits)
{
	char digit[20];

	for (unsigned i = digits; i-- > 0; number /= 10)
		digit[i] = (char)('0' + number % 10);
	buffer_add(text, digit, digits);
}

/* False: letter is no conversion. */
static bool
add_conversion(struct buffer *text, char letter, const struct calendar *calendar)
{
	switch (letter) {
	case 'Y':
		add_number(text, calendar->year, 4);
		return true;
	case 'm':
		add_number(text, calendar->month, 2);
		return true;
	case 'd':
		add_number(text, calendar->day, 2);
		return true;
	case 'H':
		add_number(text, calendar->hour, 2);
		return true;
	case 'M':
		add_number(text, calendar->minute, 2);
		return true;
	case 'S':
		add_number(text, calendar->second, 2);
		return true;
	case 'j':
		add_number(text, calendar->year_day, 3);
		return true;
	case '%':
		return buffer_add(text, "%", 1);
	default:
		return false;
	}
}

bool
time_format(struct buffer *text, struct span format, int64_t time)
{
	struct calendar calendar = calendar_of(time);

	for (size_t i = 0; i < format.length; i++) {
		if (format.start[i] != '%')
			buffer_add(text, &format.start[i], 1);
		else if (++i == format.length || !add_conversion(text, format.start[i], &calendar))
			return false;
	}
	return true;
}
