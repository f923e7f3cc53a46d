/* roll_record: reads the members that fxroll works with; all others are only checked. */
#include "fxroll/roll_record.h"
#include "text/timestamp.h"

static void
want(struct roll_record_reader *reader, const char *name)
{
	reader->wanted[reader->count++].name = span_of(name);
}

void
roll_record_init(struct roll_record_reader *reader, const struct roll_options *options)
{
	const struct statistics *statistics = &options->statistics;

	*reader = (struct roll_record_reader){.count = 0};
	want(reader, options->key);
	want(reader, options->value);
	want(reader, options->time);
	if (statistics->volume)
		want(reader, options->volume);
	reader->own = reader->count;
	for (size_t i = 0; i < statistics->count; i++)
		want(reader, statistics->items[i].name);
	for (size_t i = 0; i < FORECAST_MEMBERS && statistics->forecast.horizon > 0; i++)
		want(reader, statistics->forecast.names[i]);
	buffer_init(&reader->key, 2 * ROLL_KEY);
}

void
roll_record_free(struct roll_record_reader *reader)
{
	buffer_free(&reader->key);
}

bool
roll_record_check(const struct line *line, size_t max_line, struct failure *failure)
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

static bool
find_members(struct roll_record_reader *reader, struct span line, struct failure *failure)
{
	struct json_wanted *wanted = reader->wanted;
	struct json_error error;
	struct shown shown;

	if (!json_find(line, JSON_DEPTH, wanted, reader->count, NULL, &error))
		return fail(
		    failure, FAILURE_REFUSED, "%s, at byte %zu", error.reason, error.offset + 1);
	for (size_t i = 0; i < reader->count; i++) {
		if (wanted[i].times == (i < reader->own))
			continue;
		show(&shown, wanted[i].name.start, wanted[i].name.length);
		if (i >= reader->own)
			return fail(
			    failure, FAILURE_REFUSED, "it has a member \"%s\" already", shown.text);
		if (wanted[i].times == 0)
			return fail(failure, FAILURE_REFUSED, "no member \"%s\"", shown.text);
		return fail(failure, FAILURE_REFUSED, "member \"%s\" occurs twice", shown.text);
	}
	return true;
}

static bool
refuse_key(const struct roll_record_reader *reader, const char *reason, struct failure *failure)
{
	struct span name = reader->wanted[ROLL_RECORD_KEY].name;
	struct shown shown;

	return fail(failure, FAILURE_REFUSED, "member \"%s\" cannot be the key: %s",
	    show(&shown, name.start, name.length), reason);
}

/* The key is its JSON text, so that "1" and 1 are two; equal strings have equal text. */
static bool
read_key(
    struct roll_record_reader *reader, struct span value, struct span *key, struct failure *failure)
{
	static const char too_long[] = "it has more than 2048 bytes";
	enum json_kind kind = json_kind(value);
	char plain[ROLL_KEY];

	if (kind == JSON_OBJECT || kind == JSON_ARRAY || kind == JSON_NULL)
		return refuse_key(reader, "it is null, an object or an array", failure);
	if (value.length > ROLL_KEY)
		return refuse_key(reader, too_long, failure);
	*key = value;
	if (kind != JSON_STRING || memchr(value.start, '\\', value.length) == NULL)
		return true;
	buffer_clear(&reader->key);
	if (!json_add_string(&reader->key, plain, json_unescape(json_inside(value), plain)) ||
	    reader->key.length > ROLL_KEY)
		return refuse_key(reader, too_long, failure);
	*key = buffer_span(&reader->key);
	return true;
}

static bool
refuse_value(const struct json_wanted *wanted, const char *reason, struct failure *failure)
{
	struct shown name, value;

	show(&name, wanted->name.start, wanted->name.length);
	show(&value, wanted->value.start, wanted->value.length < 60 ? wanted->value.length : 60);
	return fail(
	    failure, FAILURE_REFUSED, "member \"%s\": %s is %s", name.text, value.text, reason);
}

static bool
read_number(const struct json_wanted *wanted, struct decimal *value, struct failure *failure)
{
	const char *reason;

	if (json_kind(wanted->value) != JSON_NUMBER)
		return refuse_value(wanted, "not a number", failure);
	reason = decimal_read(wanted->value, value);
	return reason == NULL || refuse_value(wanted, reason, failure);
}

static bool
read_time(const struct json_wanted *wanted, int64_t *time, struct failure *failure)
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
		return refuse_value(wanted, "not a time such as \"2025-10-21T14:30:00Z\"", failure);
	return true;
}

bool
roll_record_read(struct roll_record_reader *reader, struct span line, struct roll_input *input,
    struct failure *failure)
{
	struct json_wanted *wanted = reader->wanted;

	input->volume = (struct decimal){0, 0};
	return find_members(reader, line, failure) &&
	       read_key(reader, wanted[ROLL_RECORD_KEY].value, &input->key, failure) &&
	       read_number(&wanted[ROLL_RECORD_VALUE], &input->value, failure) &&
	       read_time(&wanted[ROLL_RECORD_TIME], &input->time, failure) &&
	       (reader->own == ROLL_RECORD_VOLUME ||
	           read_number(&wanted[ROLL_RECORD_VOLUME], &input->volume, failure));
}
