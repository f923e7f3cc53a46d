/* timestamp_read: reads a time in the forms that people and services write. */
#include <strings.h>

#include "text/number.h"
#include "text/timestamp_internal.h"
#include "text/zone.h"

/* A Unix time of at least MILLIS_DIGITS digits before the point is in milliseconds (from 1973 on). */
enum { MILLIS_DIGITS = 12 };

/* What follows a clock: nothing, or a zone, which may have a blank before it. */
static bool
read_zone(struct span text, struct timestamp *stamp)
{
	if (text.length == 0)
		return true;
	timestamp_take_one(&text, " ");
	stamp->known = zone_offset(text, &stamp->offset);
	if (!stamp->known)
		stamp->zone = text;
	return stamp->known || zone_is_name(text);
}

static bool
is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool
read_calendar(struct span text, struct timestamp *stamp)
{
	int64_t clock;

	if (!timestamp_take_date(&text, &stamp->clock))
		return false;
	stamp->date = text.length == 0;
	if (stamp->date)
		return true;
	if (!timestamp_take_one(&text, "Tt ") || !timestamp_take_clock(&text, &clock, &stamp->leap))
		return false;
	stamp->clock += clock;
	return read_zone(text, stamp);
}

/* As JSON writes a number, also with an exponent: its digits count, not how they are written. */
static bool
read_unix(struct span text, struct timestamp *stamp)
{
	struct number number;

	if (text.length == 0 || !is_digit(text.start[0]) ||
	    !is_digit(text.start[text.length - 1]) || number_read(text, &number) != NULL)
		return false;
	stamp->clock = number_scaled(&number, number.exponent < MILLIS_DIGITS ? 3 : 0);
	stamp->number = true;
	stamp->known = true;
	stamp->offset = 0;
	return true;
}

/* Takes one of count names of three letters, whatever follows it; its number, or -1. */
static int
take_name(struct span *text, const char *const *names, int count)
{
	for (int i = 0; i < count; i++) {
		if (text->length < 3 || strncasecmp(text->start, names[i], 3) != 0)
			continue;
		*text = (struct span){text->start + 3, text->length - 3};
		return i;
	}
	return -1;
}

/* "Tue, 21 Jan 2025 " */
static bool
take_long_date(struct span *text, int64_t *milliseconds)
{
	/* 1970-01-01 was a Thursday. */
	static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const months[] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int weekday = take_name(text, days, 7), year, month, day;

	if (weekday >= 0 && (!timestamp_take_one(text, ",") || !timestamp_take_one(text, " ")))
		return false;
	if (!timestamp_take_digits(text, 2, &day) && !timestamp_take_digits(text, 1, &day))
		return false;
	if (!timestamp_take_one(text, " "))
		return false;
	month = take_name(text, months, 12);
	if (month < 0 || !timestamp_take_one(text, " ") || !timestamp_take_digits(text, 4, &year) ||
	    !timestamp_take_one(text, " "))
		return false;
	return timestamp_day(year, month + 1, day, milliseconds) &&
	       (weekday < 0 || *milliseconds < 0 || *milliseconds / DAY % 7 == weekday);
}

static bool
read_long(struct span text, struct timestamp *stamp)
{
	int64_t clock;

	if (!take_long_date(&text, &stamp->clock) ||
	    !timestamp_take_clock(&text, &clock, &stamp->leap))
		return false;
	stamp->clock += clock;
	return read_zone(text, stamp);
}

bool
timestamp_read(struct span text, struct timestamp *stamp)
{
	static bool (*const forms[])(struct span text, struct timestamp * stamp) = {
	    read_calendar, read_unix, read_long};

	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		*stamp = (struct timestamp){.known = false};
		if (forms[i](text, stamp))
			return true;
	}
	return false;
}
