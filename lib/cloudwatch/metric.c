/* metric: reads a line with one value of a metric. */
#include <string.h>

#include "text/json.h"
#include "cloudwatch/metric.h"
#include "text/timestamp.h"

enum { DEPTH = 3, OLDEST = 14 * 24 * 3600 * 1000, NEWEST = 2 * 3600 * 1000 /* ms */ };

enum { NAMESPACE, METRIC, VALUE, UNIT, TIMESTAMP, DIMENSIONS, RESOLUTION, ALL };

static const char *const names[ALL] = {
    "namespace", "metric", "value", "unit", "timestamp", "dimensions", "resolution"};

static const char *const units[] = {"Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes",
    "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits",
    "Percent", "Count", "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second",
    "Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second",
    "Terabits/Second", "Count/Second", "None"};

/* 2^360, the largest magnitude that CloudWatch takes. */
static const char largest[] =
    "2348542582773833227889480596789337027375682548908319870707290971532209"
    "025114608443463698998384768703031934976";

/* Why text is not a valid name of up to most bytes; NULL: it is. */
static const char *
fault_of(struct span text, size_t most)
{
	bool blank = true;

	if (text.length == 0)
		return "is empty";
	if (text.length > most)
		return most == METRIC_NAME ? "is longer than 255 characters"
		                           : "is longer than 1024 characters";
	for (size_t i = 0; i < text.length; i++) {
		if (text.start[i] < ' ' || text.start[i] > '~')
			return "holds other characters than printable ASCII";
		blank = blank && text.start[i] == ' ';
	}
	return blank ? "is blank" : NULL;
}

const char *
metric_namespace_fault(struct span name)
{
	const char *fault = fault_of(name, METRIC_NAME);

	if (fault != NULL)
		return fault;
	if (name.start[0] == ':')
		return "begins with a colon";
	if (span_begins(name, "AWS/"))
		return "begins with AWS/, which is reserved for AWS";
	return NULL;
}

const char *
metric_dimension_fault(struct span name)
{
	const char *fault = fault_of(name, METRIC_NAME);

	return fault != NULL || name.start[0] != ':' ? fault : "begins with a colon";
}

const char *
metric_dimension_value_fault(struct span value)
{
	return fault_of(value, METRIC_DIMENSION_VALUE);
}

/* Copies the unescaped text of a string to to. A longer text than most has length most + 1. */
static bool
text_of(struct span value, size_t most, char *to, struct span *text)
{
	struct span inside;

	if (json_kind(value) != JSON_STRING)
		return false;
	inside = json_inside(value);
	*text = (struct span){to, most + 1};
	if (inside.length <= 6 * most)
		text->length = json_unescape(inside, to);
	return true;
}

static bool
refuse(struct failure *failure, const char *name, const char *fault)
{
	return fail(failure, FAILURE_REFUSED, "\"%s\" %s", name, fault);
}

/* A member whose value is a name. */
static bool
check_name(const char *member, struct span value, size_t most, struct failure *failure)
{
	char room[6 * METRIC_DIMENSION_VALUE];
	struct span text;
	const char *fault;

	if (!text_of(value, most, room, &text))
		return refuse(failure, member, "is not a string");
	fault = fault_of(text, most);
	return fault == NULL || refuse(failure, member, fault);
}

/* Reads an exponent as JSON writes it; stops far beyond all that is allowed. */
static long
exponent_of(struct span text)
{
	bool negative = text.length > 0 && text.start[0] == '-';
	long exponent = 0;

	for (size_t i = 0; i < text.length; i++) {
		if (text.start[i] >= '0' && text.start[i] <= '9' && exponent < 1000000000)
			exponent = 10 * exponent + (text.start[i] - '0');
	}
	return negative ? -exponent : exponent;
}

/* Is the magnitude of a JSON number at most 2^360? Compares digits. */
static bool
is_in_range(struct span number)
{
	char digits[sizeof largest] = "";
	size_t count = 0, i;
	long whole = 0; /* digits before the point, from the first that is not 0 */
	bool point = false, more = false;

	for (i = 0; i < number.length && (number.start[i] | 0x20) != 'e'; i++) {
		char byte = number.start[i];

		point = point || byte == '.';
		if (byte < '0' || byte > '9')
			continue;
		if (count > 0 || byte != '0') {
			if (count < sizeof digits - 1)
				digits[count++] = byte;
			else
				more = more || byte != '0';
			whole += !point;
		} else if (point) {
			whole--;
		}
	}
	if (count == 0)
		return true;
	if (i < number.length)
		whole += exponent_of((struct span){number.start + i + 1, number.length - i - 1});
	if (whole != (long)sizeof largest - 1)
		return whole < (long)sizeof largest - 1;
	while (count < sizeof digits - 1)
		digits[count++] = '0';
	return memcmp(digits, largest, sizeof digits - 1) < (more ? 0 : 1);
}

static bool
add_value(struct span value, struct buffer *datum, struct failure *failure)
{
	if (value.start == NULL)
		return fail(failure, FAILURE_REFUSED, "member \"value\" is missing");
	if (json_kind(value) != JSON_NUMBER)
		return refuse(failure, "value", "is not a number");
	if (!is_in_range(value))
		return refuse(failure, "value", "is larger than 2^360, the maximum of CloudWatch");
	buffer_add_text(datum, ",\"Value\":");
	return buffer_add(datum, value.start, value.length) ||
	       refuse(failure, "value", "is too long");
}

static bool
add_unit(struct span value, struct buffer *datum, struct failure *failure)
{
	if (value.start == NULL)
		return true;
	for (size_t i = 0; json_kind(value) == JSON_STRING && i < sizeof units / sizeof *units;
	     i++) {
		if (json_text_is(json_inside(value), span_of(units[i])))
			return buffer_add_format(datum, ",\"Unit\":\"%s\"", units[i]);
	}
	return refuse(failure, "unit", "is not a unit of CloudWatch (Count, Seconds, Bytes, …)");
}

static bool
add_timestamp(struct span value, int64_t now, struct buffer *datum, struct failure *failure)
{
	int64_t time;

	if (value.start == NULL)
		return true;
	if (json_kind(value) != JSON_STRING || !timestamp_parse(json_inside(value), &time))
		return refuse(failure, "timestamp", "is not a time such as 2026-01-31T12:00:00Z");
	if (time < now - OLDEST)
		return refuse(
		    failure, "timestamp", "is more than two weeks ago, the maximum of CloudWatch");
	if (time > now + NEWEST)
		return refuse(failure, "timestamp", "is more than two hours ahead");
	return buffer_add_format(
	    datum, ",\"Timestamp\":%lld.%03lld", (long long)time / 1000, (long long)time % 1000);
}

/* Has another member of the object, before at, the same name? */
static bool
is_repeated(struct span object, struct span name, const char *at)
{
	struct json_cursor cursor = json_enter(object);
	struct span other, value;
	char plain[6 * METRIC_NAME];
	struct span text = {plain, json_unescape(name, plain)};

	while (json_next_member(&cursor, &other, &value) && other.start < at) {
		if (json_text_is(other, text))
			return true;
	}
	return false;
}

static bool
add_dimension(struct span object, struct span name, struct span value, struct buffer *datum,
    struct failure *failure)
{
	/* The name has no quotes; check_name takes a string with them. */
	struct span quoted = {name.start - 1, name.length + 2};
	char plain[6 * METRIC_NAME];

	if (!check_name("dimensions", quoted, METRIC_NAME, failure) ||
	    !check_name("dimensions", value, METRIC_DIMENSION_VALUE, failure))
		return false;
	if (metric_dimension_fault((struct span){plain, json_unescape(name, plain)}) != NULL)
		return refuse(failure, "dimensions", "has a name that begins with a colon");
	if (is_repeated(object, name, name.start))
		return refuse(failure, "dimensions", "has a name twice");
	buffer_add_text(
	    datum, datum->data[datum->length - 1] == '[' ? "{\"Name\":" : ",{\"Name\":");
	buffer_add(datum, quoted.start, quoted.length);
	buffer_add_text(datum, ",\"Value\":");
	buffer_add(datum, value.start, value.length);
	return buffer_add_text(datum, "}") || refuse(failure, "dimensions", "is too long");
}

static bool
add_dimensions(struct span object, struct buffer *datum, struct failure *failure)
{
	struct json_cursor cursor;
	struct span name, value;
	unsigned count = 0;

	if (object.start == NULL)
		return true;
	if (json_kind(object) != JSON_OBJECT)
		return refuse(failure, "dimensions", "is not an object of strings");
	buffer_add_text(datum, ",\"Dimensions\":[");
	cursor = json_enter(object);
	while (json_next_member(&cursor, &name, &value)) {
		if (++count > METRIC_DIMENSIONS)
			return refuse(failure, "dimensions", "has more than 30 members");
		if (!add_dimension(object, name, value, datum, failure))
			return false;
	}
	return buffer_add_text(datum, "]");
}

static bool
add_resolution(struct span value, struct buffer *datum, struct failure *failure)
{
	if (value.start == NULL)
		return true;
	if (!span_is(value, "1") && !span_is(value, "60"))
		return refuse(failure, "resolution", "is neither 1 nor 60");
	buffer_add_text(datum, ",\"StorageResolution\":");
	return buffer_add(datum, value.start, value.length);
}

static bool
take_namespace(struct span value, char name[METRIC_NAME + 1], struct failure *failure)
{
	char room[6 * METRIC_NAME];
	struct span text;
	const char *fault;

	if (value.start == NULL)
		return true;
	if (!text_of(value, METRIC_NAME, room, &text))
		return refuse(failure, "namespace", "is not a string");
	fault = metric_namespace_fault(text);
	if (fault != NULL)
		return refuse(failure, "namespace", fault);
	memcpy(name, text.start, text.length);
	name[text.length] = '\0';
	return true;
}

/* Refuses unknown members, which would be lost silently, and members that occur twice. */
static bool
check_members(const struct json_wanted *wanted, size_t members, struct failure *failure)
{
	size_t known = 0;

	for (size_t i = 0; i < ALL; i++) {
		if (wanted[i].times > 1)
			return refuse(failure, names[i], "occurs twice");
		known += wanted[i].times;
	}
	return known == members ||
	       fail(failure, FAILURE_REFUSED,
	           "it has a member other than namespace, metric, value, unit, timestamp, "
	           "dimensions, resolution");
}

bool
metric_read(struct span line, int64_t now, char name[METRIC_NAME + 1], struct buffer *datum,
    struct failure *failure)
{
	struct json_wanted wanted[ALL];
	struct json_error error;
	size_t members;

	for (size_t i = 0; i < ALL; i++)
		wanted[i] = (struct json_wanted){.name = span_of(names[i])};
	if (!json_find(line, DEPTH, wanted, ALL, &members, &error))
		return fail(failure, FAILURE_REFUSED, "not a JSON object: %s at byte %zu",
		    error.reason, error.offset + 1);
	if (!check_members(wanted, members, failure) ||
	    !take_namespace(wanted[NAMESPACE].value, name, failure))
		return false;
	if (wanted[METRIC].value.start == NULL)
		return fail(failure, FAILURE_REFUSED, "member \"metric\" is missing");
	if (!check_name("metric", wanted[METRIC].value, METRIC_NAME, failure))
		return false;
	buffer_add_text(datum, "{\"MetricName\":");
	buffer_add(datum, wanted[METRIC].value.start, wanted[METRIC].value.length);
	return add_dimensions(wanted[DIMENSIONS].value, datum, failure) &&
	       add_timestamp(wanted[TIMESTAMP].value, now, datum, failure) &&
	       add_value(wanted[VALUE].value, datum, failure) &&
	       add_unit(wanted[UNIT].value, datum, failure) &&
	       add_resolution(wanted[RESOLUTION].value, datum, failure) &&
	       (buffer_add_text(datum, "}") || refuse(failure, "value", "is too long"));
}
