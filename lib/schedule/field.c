/* field: reads a field of a schedule, and writes it for cron and for systemd. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "schedule/field.h"

enum { DIGITS_MOST = 4, NAME_LENGTH = 3 };

struct field {
	enum field_kind kind;
	enum field_dialect dialect;
	const char *noun;
	unsigned low, high; /* as written */
	const char *names; /* of the values from low on, three letters and a blank each */
	const char *schedule;
	const char *text;
	struct failure *failure;
};

static const struct field kinds[] = {
    {.noun = "a minute", .low = 0, .high = 59, .names = ""},
    {.noun = "an hour", .low = 0, .high = 23, .names = ""},
    {.noun = "a day of month", .low = 1, .high = 31, .names = ""},
    {.noun = "a month",
        .low = 1,
        .high = 12,
        .names = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC"},
    {.noun = "a day of week", .low = 0, .high = 7, .names = "SUN MON TUE WED THU FRI SAT"},
};

static bool
refuse(const struct field *field)
{
	struct shown whole, part;
	bool named = field->names[0] != '\0';

	return fail(field->failure, FAILURE_PERMANENT, "%s: '%s' is not %s (%u to %u%s%s)",
	    show(&whole, field->schedule, strlen(field->schedule)),
	    show(&part, field->text, strlen(field->text)), field->noun, field->low, field->high,
	    named ? ", or " : "", field->names);
}

/* Up to four digits. */
static bool
read_number(struct span text, unsigned *number)
{
	*number = 0;
	if (text.length == 0 || text.length > DIGITS_MOST)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.start[i] < '0' || text.start[i] > '9')
			return false;
		*number = *number * 10 + (unsigned)(text.start[i] - '0');
	}
	return true;
}

/* A number or a name. */
static bool
read_value(const struct field *field, struct span text, unsigned *value)
{
	const char *name = field->names;

	*value = field->low;
	for (; text.length == NAME_LENGTH && *name != '\0'; (*value)++) {
		if (strncasecmp(name, text.start, NAME_LENGTH) == 0)
			return true;
		name += NAME_LENGTH;
		name += *name == ' ';
	}
	return read_number(text, value) && *value >= field->low && *value <= field->high;
}

static unsigned
bit_of(const struct field *field, unsigned value)
{
	if (field->kind != FIELD_WEEKDAY)
		return value;
	return field->dialect == FIELD_EVENTBRIDGE ? value - 1 : value % 7;
}

/* Reads a range; last is less than first if it wraps around. */
static bool
read_range(
    const struct field *field, struct span range, bool stepped, unsigned *first, unsigned *last)
{
	const char *dash = memchr(range.start, '-', range.length);

	*first = field->low;
	*last = field->high;
	if (span_is(range, "*"))
		return true;
	if (dash != NULL) {
		size_t before = (size_t)(dash - range.start);

		return read_value(field, (struct span){range.start, before}, first) &&
		       read_value(
		           field, (struct span){dash + 1, range.length - before - 1}, last) &&
		       (*last >= *first || field->dialect == FIELD_EVENTBRIDGE);
	}
	if (!read_value(field, range, first))
		return false;
	if (!stepped)
		*last = *first;
	return !stepped || field->dialect == FIELD_EVENTBRIDGE;
}

/* Reads one part of a list: *, 5, 5-10, with a step or without. */
static bool
read_part(const struct field *field, struct span part, uint64_t *values)
{
	const char *slash = memchr(part.start, '/', part.length);
	struct span range = part;
	unsigned step = 1, first, last, count = field->high - field->low + 1;

	if (slash != NULL) {
		range.length = (size_t)(slash - part.start);
		if (!read_number((struct span){slash + 1, part.length - range.length - 1}, &step) ||
		    step == 0)
			return false;
	}
	if (!read_range(field, range, slash != NULL, &first, &last))
		return false;
	if (last < first)
		last += count;
	for (unsigned at = first; at <= last; at += step)
		*values |= UINT64_C(1) << bit_of(field, field->low + (at - field->low) % count);
	return true;
}

bool
field_read(enum field_kind kind, enum field_dialect dialect, const char *text, const char *schedule,
    uint64_t *values, struct failure *failure)
{
	struct field field = kinds[kind];
	const char *at = text;

	field.kind = kind;
	field.dialect = dialect;
	field.schedule = schedule;
	field.text = text;
	field.failure = failure;
	if (kind == FIELD_WEEKDAY && dialect == FIELD_EVENTBRIDGE)
		field.low = 1;
	*values = 0;
	for (;;) {
		size_t length = strcspn(at, ",");

		if (length == 0 || !read_part(&field, (struct span){at, length}, values))
			return refuse(&field);
		if (at[length] == '\0')
			return true;
		at += length + 1;
	}
}

unsigned
field_count(uint64_t values)
{
	unsigned count = 0;

	for (; values != 0; values &= values - 1)
		count++;
	return count;
}

static bool
has(uint64_t values, unsigned value)
{
	return value < 64 && (values >> value & 1) != 0;
}

static unsigned
highest(enum field_kind kind)
{
	return kind == FIELD_WEEKDAY ? 6 : kinds[kind].high;
}

/* The step from the lowest value on that gives all the values, three or more; 0: there is none. */
static unsigned
find_step(enum field_kind kind, uint64_t values)
{
	unsigned low = kinds[kind].low, high = highest(kind), step = 2;
	uint64_t stepped = 0;

	if (!has(values, low) || field_count(values) < 3 || has(values, low + 1))
		return 0;
	while (!has(values, low + step))
		step++;
	for (unsigned value = low; value <= high; value += step)
		stepped |= UINT64_C(1) << value;
	return stepped == values ? step : 0;
}

/* Three values in a row are a range. */
static void
add_list(struct buffer *to, uint64_t values, const char *dash)
{
	const char *comma = "";

	for (unsigned value = 0; value < 64; value++) {
		if (!has(values, value))
			continue;
		buffer_add_format(to, "%s%u", comma, value);
		comma = ",";
		if (!has(values, value + 1) || !has(values, value + 2))
			continue;
		while (has(values, value + 1))
			value++;
		buffer_add_format(to, "%s%u", dash, value);
	}
}

static void
add_values(
    struct buffer *to, enum field_kind kind, uint64_t values, const char *stepped, const char *dash)
{
	unsigned step = find_step(kind, values);

	if (field_count(values) == highest(kind) - kinds[kind].low + 1)
		buffer_add_text(to, "*");
	else if (step > 0)
		buffer_add_format(to, "%s/%u", stepped, step);
	else
		add_list(to, values, dash);
}

void
field_add_cron(struct buffer *to, enum field_kind kind, uint64_t values)
{
	add_values(to, kind, values, "*", "-");
}

void
field_add_event(struct buffer *to, enum field_kind kind, uint64_t values)
{
	add_values(to, kind, values, kinds[kind].low == 0 ? "0" : "1", "..");
}

void
field_add_weekdays(struct buffer *to, uint64_t values)
{
	static const char *const names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	const char *comma = "";

	if (field_count(values) == 7)
		return;
	for (unsigned day = 0; day < 7; day++) {
		if (has(values, day)) {
			buffer_add_format(to, "%s%s", comma, names[day]);
			comma = ",";
		}
	}
	buffer_add_text(to, " ");
}
