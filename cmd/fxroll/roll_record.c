/* roll_record: reads the members that fxroll works with; all others are only checked. */
#include "fxroll/roll_record.h"

void
roll_record_init(struct roll_record_reader *reader, const char *key, const char *value,
    const char *time, const struct statistics *statistics)
{
	*reader = (struct roll_record_reader){.count = ROLL_RECORD_OWN + statistics->count};
	reader->wanted[ROLL_RECORD_KEY].name = span_of(key);
	reader->wanted[ROLL_RECORD_VALUE].name = span_of(value);
	reader->wanted[ROLL_RECORD_TIME].name = span_of(time);
	for (size_t i = 0; i < statistics->count; i++)
		reader->wanted[ROLL_RECORD_OWN + i].name = span_of(statistics->items[i].name);
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

	return measure_find(line, wanted, reader->count, ROLL_RECORD_OWN, failure) &&
	       measure_key(&wanted[ROLL_RECORD_KEY], &reader->key, &input->key, failure) &&
	       measure_number(&wanted[ROLL_RECORD_VALUE], &input->value, failure) &&
	       measure_time(&wanted[ROLL_RECORD_TIME], &input->time, failure);
}
