/* plot_record: reads the members that are drawn; all others are only checked. */
#include "fxplot/plot_record.h"

/* Where the tools' records have their time. */
static const char *const usual[PLOT_RECORD_TIMES] = {"last_refreshed", "start", "at", "timestamp"};
static const char *const bar[CHART_BAR] = {"open", "high", "low", "close"};

static void
want(struct plot_record_reader *reader, const char *name)
{
	reader->wanted[reader->count++].name = span_of(name);
}

void
plot_record_init(
    struct plot_record_reader *reader, const struct tool *tool, const struct plot_options *options)
{
	*reader = (struct plot_record_reader){.candles = options->candles,
	    .chosen = options->time != NULL || options->numbered,
	    .timed = options->window.time > 0};
	if (options->candles) {
		for (size_t i = 0; i < CHART_BAR; i++)
			want(reader, bar[i]);
	}
	for (size_t i = 0; i < tool->operand_count; i++)
		want(reader, tool->operands[i]);
	reader->key = reader->count;
	if (options->key != NULL)
		want(reader, options->key);
	reader->times = reader->count;
	if (options->time != NULL)
		want(reader, options->time);
	for (size_t i = 0; i < PLOT_RECORD_TIMES && !reader->chosen; i++)
		want(reader, usual[i]);
	buffer_init(&reader->unescaped, 2 * MEASURE_KEY);
}

void
plot_record_free(struct plot_record_reader *reader)
{
	buffer_free(&reader->unescaped);
}

bool
plot_record_is_numbered(const struct plot_record_reader *reader)
{
	return reader->chosen && reader->count == reader->times;
}

/* The member with the time; NULL: there is none. */
static struct json_wanted *
time_of(struct plot_record_reader *reader)
{
	for (size_t i = reader->times; i < reader->count; i++) {
		if (reader->chosen || json_present(reader->wanted[i].value).start != NULL)
			return &reader->wanted[i];
	}
	return NULL;
}

/* Once, by the first record: its time is where that of all records is. */
static bool
choose_time(
    struct plot_record_reader *reader, const struct json_wanted *time, struct failure *failure)
{
	if (time == NULL && reader->timed)
		return fail(failure, FAILURE_PERMANENT,
		    "--last: the first record has no time (use -T, or a number of records)");
	if (time != NULL)
		reader->wanted[reader->times] = *time;
	reader->count = reader->times + (time != NULL);
	reader->chosen = true;
	return true;
}

static bool
refuse_member(const struct json_wanted *wanted, const char *format, struct failure *failure)
{
	struct shown shown;

	show(&shown, wanted->name.start, wanted->name.length);
	return fail(failure, FAILURE_REFUSED, format, shown.text);
}

/* Members that are absent or null have no text; a record has at least one, a candle all. */
static bool
read_values(struct plot_record_reader *reader, struct chart_record *record, struct failure *failure)
{
	size_t found = 0;

	for (size_t i = 0; i < reader->key; i++) {
		struct json_wanted *wanted = &reader->wanted[i];

		wanted->value = json_present(wanted->value);
		record->texts[i] = wanted->value;
		if (wanted->value.start == NULL) {
			if (reader->candles || reader->key == 1)
				return refuse_member(wanted, "no member \"%s\"", failure);
			continue;
		}
		if (!measure_real(wanted, &record->values[i], failure))
			return false;
		found++;
	}
	return found > 0 ||
	       fail(failure, FAILURE_REFUSED, "it has none of the members that are drawn");
}

bool
plot_record_read(struct plot_record_reader *reader, struct span line, struct chart_record *record,
    struct failure *failure)
{
	struct json_wanted *wanted = reader->wanted, *time;
	struct json_error error;

	if (!json_find(line, JSON_DEPTH, wanted, reader->count, NULL, &error))
		return fail(
		    failure, FAILURE_REFUSED, "%s, at byte %zu", error.reason, error.offset + 1);
	for (size_t i = 0; i < reader->count; i++) {
		if (wanted[i].times > 1)
			return refuse_member(&wanted[i], "member \"%s\" occurs twice", failure);
	}
	record->key = (struct span){NULL, 0};
	if (reader->key < reader->times) {
		if (wanted[reader->key].times == 0)
			return refuse_member(&wanted[reader->key], "no member \"%s\"", failure);
		if (!measure_key(&wanted[reader->key], &reader->unescaped, &record->key, failure))
			return false;
	}
	if (!read_values(reader, record, failure))
		return false;
	record->x = (int64_t)reader->number + 1;
	time = time_of(reader);
	if (time != NULL && time->times == 0)
		return refuse_member(time, "no member \"%s\"", failure);
	if (time != NULL && !measure_time(time, &record->x, failure))
		return false;
	return reader->chosen || choose_time(reader, time, failure);
}
