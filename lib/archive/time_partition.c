/* time_partition: reads values by their formats. */
#include <stdio.h>

#include "archive/object_name.h"
#include "archive/time_format.h"
#include "archive/time_partition.h"
#include "text/timestamp.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* The parts of a time; -1: unknown. */
struct parts {
	int year, month, day, year_day, hour, minute, second;
};

/* The part that a conversion is about, and its digits; NULL: it is no conversion. */
static int *
part_of(struct parts *parts, char letter, unsigned *digits)
{
	*digits = letter == 'Y' ? 4 : letter == 'j' ? 3 : 2;
	switch (letter) {
	case 'Y':
		return &parts->year;
	case 'm':
		return &parts->month;
	case 'd':
		return &parts->day;
	case 'j':
		return &parts->year_day;
	case 'H':
		return &parts->hour;
	case 'M':
		return &parts->minute;
	case 'S':
		return &parts->second;
	default:
		return NULL;
	}
}

static bool
check_format(struct span format)
{
	struct parts parts;
	unsigned digits;

	for (size_t i = 0; i < format.length; i++) {
		if (format.start[i] != '%')
			continue;
		if (++i == format.length ||
		    (format.start[i] != '%' && part_of(&parts, format.start[i], &digits) == NULL))
			return false;
	}
	return true;
}

bool
time_partitions_read(const char *list, struct time_partitions *partitions, struct failure *failure)
{
	struct shown shown;

	partitions->count = 0;
	for (const char *at = list; *at != '\0';) {
		size_t length = strcspn(at, ",");
		const char *equals = memchr(at, '=', length);
		size_t name = equals != NULL ? (size_t)(equals - at) : length;
		struct span format = {at + name + 1, length - name - (equals != NULL)};

		if (name == 0 || (equals != NULL && !check_format(format)))
			return fail(failure, FAILURE_PERMANENT,
			    "\"%s\" is not a partition: use MEMBER, or NAME=FORMAT with %s",
			    show(&shown, at, length < 60 ? length : 60), TIME_FORMAT_CONVERSIONS);
		if (equals != NULL && partitions->count == TIME_PARTITIONS)
			return fail(failure, FAILURE_PERMANENT,
			    "more than %d partitions are too many", TIME_PARTITIONS);
		if (equals != NULL) {
			partitions->all[partitions->count].name = (struct span){at, name};
			partitions->all[partitions->count++].format = format;
		}
		at += length + (at[length] == ',');
	}
	return true;
}

/* Reads digits off value. */
static bool
take_number(struct span *value, unsigned digits, int *number)
{
	*number = 0;
	for (unsigned i = 0; i < digits; i++) {
		if (i == value->length || value->start[i] < '0' || value->start[i] > '9')
			return false;
		*number = *number * 10 + (value->start[i] - '0');
	}
	value->start += digits;
	value->length -= digits;
	return true;
}

static bool
read_value(struct span value, struct span format, struct parts *parts)
{
	unsigned digits;

	for (size_t i = 0; i < format.length; i++) {
		int *part = NULL;

		if (format.start[i] == '%' && format.start[++i] != '%')
			part = part_of(parts, format.start[i], &digits);
		if (part != NULL && !take_number(&value, digits, part))
			return false;
		if (part != NULL)
			continue;
		if (value.length == 0 || value.start[0] != format.start[i])
			return false;
		value.start++;
		value.length--;
	}
	return value.length == 0;
}

/* The start of a day. */
static bool
find_day(int year, int month, int day, int64_t *time)
{
	char text[TIMESTAMP_SIZE + 32];

	snprintf(text, sizeof text, "%04d-%02d-%02dT00:00:00Z", year, month, day);
	return timestamp_parse(span_of(text), time);
}

/* By the largest part on, as far as they are known. */
static bool
find_range(const struct parts *parts, int64_t *begin, int64_t *end)
{
	if (parts->year < 0)
		return false;
	if (parts->month < 0 && parts->year_day < 0)
		return find_day(parts->year, 1, 1, begin) && find_day(parts->year + 1, 1, 1, end);
	if (parts->year_day >= 0) {
		if (!find_day(parts->year, 1, 1, begin))
			return false;
		*begin += (int64_t)(parts->year_day - 1) * DAY;
	} else if (parts->day < 0) {
		return find_day(parts->year, parts->month, 1, begin) &&
		       find_day(parts->year + parts->month / 12, parts->month % 12 + 1, 1, end);
	} else if (!find_day(parts->year, parts->month, parts->day, begin)) {
		return false;
	}
	*end = *begin + DAY;
	if (parts->hour < 0)
		return true;
	*begin += (int64_t)parts->hour * HOUR;
	*end = *begin + HOUR;
	if (parts->minute < 0)
		return true;
	*begin += (int64_t)parts->minute * MINUTE;
	*end = *begin + MINUTE;
	if (parts->second < 0)
		return true;
	*begin += (int64_t)parts->second * SECOND;
	*end = *begin + SECOND;
	return true;
}

bool
time_partitions_range(const struct time_partitions *partitions, struct span directory,
    int64_t *begin, int64_t *end, bool *complete)
{
	struct parts parts = {-1, -1, -1, -1, -1, -1, -1};
	struct span member, value;
	size_t count = 0;

	*complete = false;
	while (object_name_next_partition(&directory, &member, &value)) {
		for (size_t i = 0; i < partitions->count; i++) {
			char plain[OBJECT_NAME_PART];
			struct buffer text = {
			    .data = plain, .capacity = sizeof plain, .ceiling = sizeof plain};

			if (!span_equal(member, partitions->all[i].name))
				continue;
			if (!object_name_decode(&text, value) ||
			    !read_value(buffer_span(&text), partitions->all[i].format, &parts))
				return false;
			count++;
		}
	}
	*complete = count == partitions->count;
	return find_range(&parts, begin, end);
}
