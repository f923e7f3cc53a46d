/* roll_record: reads the members that fxroll works with; all others are only checked. */
#include "fxroll/roll_record.h"

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
	buffer_init(&reader->key, 2 * MEASURE_KEY);
}

void
roll_record_free(struct roll_record_reader *reader)
{
	buffer_free(&reader->key);
}

bool
roll_record_read(struct roll_record_reader *reader, struct span line, struct roll_input *input,
    struct failure *failure)
{
	struct json_wanted *wanted = reader->wanted;

	input->volume = (struct decimal){0, 0};
	return measure_find(line, wanted, reader->count, reader->own, failure) &&
	       measure_key(&wanted[ROLL_RECORD_KEY], &reader->key, &input->key, failure) &&
	       measure_number(&wanted[ROLL_RECORD_VALUE], &input->value, failure) &&
	       measure_time(&wanted[ROLL_RECORD_TIME], &input->time, failure) &&
	       (reader->own == ROLL_RECORD_VOLUME ||
	           measure_number(&wanted[ROLL_RECORD_VOLUME], &input->volume, failure));
}
