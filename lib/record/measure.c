/* measure: reads a record, and says what is wrong with it. */
#include "record/measure.h"
#include "text/real.h"
#include "text/timestamp.h"

bool
measure_check(const struct line *line, size_t max_line, struct failure *failure)
{
	const char *format = lines_known_format(line);

	if (line->state == LINE_LONG)
		return fail(failure, FAILURE_REFUSED, "%llu bytes long, and --max-line is %zu",
		    (unsigned long long)line->bytes, max_line);
	if (line->state == LINE_CUT)
		return fail(failure, FAILURE_REFUSED,
		    "the input ends inside it: no newline, and not a complete object");
	return format == NULL || fail(failure, FAILURE_REFUSED, "%s", format);
}

bool
measure_find(struct span line, struct json_wanted *wanted, size_t count, size_t needed,
    struct failure *failure)
{
	struct json_error error;
	struct shown shown;

	if (!json_find(line, JSON_DEPTH, wanted, count, NULL, &error))
		return fail(
		    failure, FAILURE_REFUSED, "%s, at byte %zu", error.reason, error.offset + 1);
	for (size_t i = 0; i < count; i++) {
		if (wanted[i].times == (i < needed))
			continue;
		show(&shown, wanted[i].name.start, wanted[i].name.length);
		if (i >= needed)
			return fail(
			    failure, FAILURE_REFUSED, "it has a member \"%s\" already", shown.text);
		if (wanted[i].times == 0)
			return fail(failure, FAILURE_REFUSED, "no member \"%s\"", shown.text);
		return fail(failure, FAILURE_REFUSED, "member \"%s\" occurs twice", shown.text);
	}
	return true;
}

static bool
refuse_key(const struct json_wanted *wanted, const char *reason, struct failure *failure)
{
	struct span name = wanted->name;
	struct shown shown;

	return fail(failure, FAILURE_REFUSED, "member \"%s\" cannot be the key: %s",
	    show(&shown, name.start, name.length), reason);
}

bool
measure_key(const struct json_wanted *wanted, struct buffer *unescaped, struct span *key,
    struct failure *failure)
{
	static const char too_long[] = "it has more than 2048 bytes, its quotes included";
	struct span value = wanted->value;
	enum json_kind kind = json_kind(value);
	char plain[MEASURE_KEY];

	if (kind == JSON_OBJECT || kind == JSON_ARRAY || kind == JSON_NULL)
		return refuse_key(wanted, "it is null, an object or an array", failure);
	if (value.length > MEASURE_KEY)
		return refuse_key(wanted, too_long, failure);
	*key = value;
	if (kind != JSON_STRING || memchr(value.start, '\\', value.length) == NULL)
		return true;
	buffer_clear(unescaped);
	if (!json_add_string(unescaped, plain, json_unescape(json_inside(value), plain)) ||
	    unescaped->length > MEASURE_KEY)
		return refuse_key(wanted, too_long, failure);
	*key = buffer_span(unescaped);
	return true;
}

static bool
refuse_value(const struct json_wanted *wanted, const char *reason, struct failure *failure)
{
	struct shown name, value;

	show(&name, wanted->name.start, wanted->name.length);
	show(&value, wanted->value.start, wanted->value.length < 60 ? wanted->value.length : 60);
	return fail(
	    failure, FAILURE_REFUSED, "member \"%s\": %s %s", name.text, value.text, reason);
}

bool
measure_number(const struct json_wanted *wanted, struct decimal *value, struct failure *failure)
{
	const char *reason;

	if (json_kind(wanted->value) != JSON_NUMBER)
		return refuse_value(wanted, "is not a number", failure);
	reason = decimal_read(wanted->value, value);
	return reason == NULL || refuse_value(wanted, reason, failure);
}

bool
measure_real(const struct json_wanted *wanted, double *value, struct failure *failure)
{
	if (json_kind(wanted->value) != JSON_NUMBER)
		return refuse_value(wanted, "is not a number", failure);
	if (wanted->value.length > MEASURE_REAL)
		return refuse_value(wanted, "has more than 64 characters", failure);
	*value = real_read(wanted->value);
	return (*value <= 1e300 && *value >= -1e300) ||
	       refuse_value(wanted, "has a magnitude above 1E300", failure);
}

bool
measure_time(const struct json_wanted *wanted, int64_t *time, struct failure *failure)
{
	struct span text = wanted->value;
	enum json_kind kind = json_kind(text);
	struct timestamp stamp;

	if (kind == JSON_STRING) {
		text = json_inside(text);
		if (timestamp_parse(text, time))
			return true;
	}
	if ((kind != JSON_STRING && kind != JSON_NUMBER) || !timestamp_read(text, &stamp) ||
	    (!stamp.known && stamp.zone.start != NULL) ||
	    !timestamp_settle(&stamp, stamp.known ? stamp.offset : 0, time))
		return refuse_value(
		    wanted, "is not a time such as \"2025-10-21T14:30:00Z\"", failure);
	return true;
}
