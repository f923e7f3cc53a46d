/* saved: writes and reads the state and its inputs. */
#include <math.h>

#include "roll/internal.h"
#include "text/packed.h"

enum {
	MAGIC = 9,
	RECORD = 24, /* bytes of a saved record */
	DECIMAL = PACKED_DECIMAL,
	CANDLE = 80 /* without its volume */
};

size_t
roll_write_input(
    const struct roll *roll, const struct roll_input *input, unsigned char bytes[ROLL_INPUT])
{
	size_t length = 8 + DECIMAL;

	packed_put(bytes, (uint64_t)input->time, 8);
	packed_put_decimal(bytes + 8, input->value);
	if (roll->statistics->volume) {
		packed_put_decimal(bytes + length, input->volume);
		length += DECIMAL;
	}
	memcpy(bytes + length, input->key.start, input->key.length);
	return length + input->key.length;
}

bool
roll_read_input(const struct roll *roll, struct span bytes, struct roll_input *input)
{
	bool volume = roll->statistics->volume;
	const unsigned char *start = packed_take(&bytes, 8 + DECIMAL * (1 + volume));

	if (start == NULL || bytes.length > ROLL_KEY)
		return false;
	*input = (struct roll_input){.key = bytes,
	    .time = (int64_t)packed_get(start, 8),
	    .value = packed_get_decimal(start + 8)};
	if (volume)
		input->volume = packed_get_decimal(start + 8 + DECIMAL);
	return packed_is_time(input->time) && packed_is_value(input->value) &&
	       packed_is_value(input->volume);
}

static bool
save_records(const struct series *series, struct buffer *saved)
{
	size_t count = (size_t)(series->end - series->begin);
	unsigned char *bytes;

	if (!packed_add(saved, count, 8) || !buffer_reserve(saved, count * RECORD))
		return false;
	bytes = (unsigned char *)saved->data + saved->length;
	for (uint64_t i = series->begin; i < series->end; i++, bytes += RECORD) {
		packed_put(bytes, (uint64_t)series_at(series, i)->time, 8);
		packed_put_whole(bytes + 8, series_at(series, i)->value);
	}
	saved->length += count * RECORD;
	return true;
}

static bool
save_double(double number, struct buffer *saved)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof bits);
	return packed_add(saved, bits, 8);
}

static bool
save_forecast_state(const struct forecast_state *state, struct buffer *saved)
{
	return save_double(state->level, saved) && save_double(state->trend, saved) &&
	       save_double(state->errors, saved) && save_double(state->squares, saved) &&
	       save_double(state->naive_errors, saved) && packed_add(saved, state->compared, 8);
}

static bool
save_forecast(const struct series *series, struct buffer *saved)
{
	if (!save_forecast_state(&series->forecast->before, saved) ||
	    !save_forecast_state(&series->forecast->now, saved))
		return false;
	for (uint64_t i = series->begin; i < series->end; i++) {
		if (!save_double(*series_forecast(series, i), saved))
			return false;
	}
	return true;
}

static bool
save_candle(const struct roll *roll, const struct candle *candle, struct buffer *saved)
{
	unsigned char bytes[CANDLE + DECIMAL];

	packed_put(bytes, (uint64_t)candle->start, 8);
	packed_put(bytes + 8, candle->count, 8);
	packed_put_whole(bytes + 16, candle->open);
	packed_put_whole(bytes + 32, candle->high);
	packed_put_whole(bytes + 48, candle->low);
	packed_put_whole(bytes + 64, candle->close);
	packed_put_decimal(bytes + CANDLE, candle->volume);
	return buffer_add(saved, bytes, CANDLE + (roll->statistics->volume ? DECIMAL : 0));
}

static bool
save_series(const struct roll *roll, const struct series *series, struct buffer *saved)
{
	if (!packed_add(saved, series->key.length, 4) ||
	    !buffer_add(saved, series->key.start, series->key.length) ||
	    !packed_add(saved, (uint64_t)series->first_time, 8) ||
	    !packed_add(saved, series->end, 8) || !packed_add(saved, (uint64_t)series->places, 1) ||
	    !save_records(series, saved))
		return false;
	for (size_t i = 0; i < roll->statistics->count; i++) {
		if (roll->statistics->items[i].kind == STATISTIC_EMA &&
		    (!save_double(series->windows[i].before, saved) ||
		        !save_double(series->windows[i].average, saved)))
			return false;
	}
	if (series->forecast != NULL && !save_forecast(series, saved))
		return false;
	return series->candles == NULL || (save_candle(roll, &series->candles->before, saved) &&
	                                      save_candle(roll, &series->candles->last, saved));
}

/* The first line. Without a forecast and volumes it is what earlier versions read. */
static const char *
magic(const struct roll *roll)
{
	bool second = roll->statistics->forecast.horizon > 0 || roll->statistics->volume;

	return second ? "fxroll 2\n" : "fxroll 1\n";
}

bool
roll_save(const struct roll *roll, struct buffer *saved)
{
	if (!buffer_add_text(saved, magic(roll)))
		return false;
	for (size_t i = 0; i < roll->count; i++) {
		/* A key whose first record was refused has no records. */
		if (roll->series[i]->end > 0 && !save_series(roll, roll->series[i], saved))
			return false;
	}
	return true;
}

static bool
load_records(struct series *series, uint64_t count, struct span *saved)
{
	int64_t previous = series->first_time;

	series_reserve(series, (size_t)count);
	for (uint64_t i = series->begin; i < series->end; i++) {
		const unsigned char *bytes = packed_take(saved, RECORD);
		struct series_record record = {
		    .time = (int64_t)packed_get(bytes, 8), .value = packed_get_whole(bytes + 8)};

		if (!packed_is_time(record.time) || record.time < previous + (i > series->begin) ||
		    !packed_is_value((struct decimal){record.value, series->places}))
			return false;
		previous = record.time;
		*series_at(series, i) = record;
	}
	return true;
}

/* Its size must be from 0 to most. */
static bool
load_double(struct span *saved, double most, double *number)
{
	uint64_t bits;

	if (!packed_take_number(saved, 8, &bits))
		return false;
	memcpy(number, &bits, sizeof bits);
	return fabs(*number) <= most; /* false for NaN, too */
}

static bool
load_averages(const struct roll *roll, struct series *series, struct span *saved)
{
	const double most = (double)decimal_power(DECIMAL_DIGITS);

	for (size_t i = 0; i < roll->statistics->count; i++) {
		if (roll->statistics->items[i].kind == STATISTIC_EMA &&
		    (!load_double(saved, most, &series->windows[i].before) ||
		        !load_double(saved, most, &series->windows[i].average)))
			return false;
	}
	return true;
}

static bool
load_forecast_state(const struct series *series, struct span *saved, struct forecast_state *state)
{
	/* Far more than values of 30 digits can give; the members are finite. */
	const double most = 1e80, squares = 1e160;

	return load_double(saved, most, &state->level) && load_double(saved, most, &state->trend) &&
	       load_double(saved, most, &state->errors) && state->errors >= 0 &&
	       load_double(saved, squares, &state->squares) && state->squares >= 0 &&
	       load_double(saved, most, &state->naive_errors) && state->naive_errors >= 0 &&
	       packed_take_number(saved, 8, &state->compared) && state->compared < series->end;
}

static bool
load_forecast(struct series *series, struct span *saved)
{
	const double most = 1e80;

	if ((series->end > 1 && series->end - series->begin < 2) ||
	    !load_forecast_state(series, saved, &series->forecast->before) ||
	    !load_forecast_state(series, saved, &series->forecast->now))
		return false;
	for (uint64_t i = series->begin; i < series->end; i++) {
		if (!load_double(saved, most, series_forecast(series, i)))
			return false;
	}
	return true;
}

static bool
load_candle(
    const struct roll *roll, const struct series *series, struct span *saved, struct candle *candle)
{
	bool volume = roll->statistics->volume;
	const unsigned char *bytes = packed_take(saved, CANDLE + (volume ? DECIMAL : 0));

	if (bytes == NULL)
		return false;
	*candle = (struct candle){.start = (int64_t)packed_get(bytes, 8),
	    .count = packed_get(bytes + 8, 8),
	    .open = packed_get_whole(bytes + 16),
	    .high = packed_get_whole(bytes + 32),
	    .low = packed_get_whole(bytes + 48),
	    .close = packed_get_whole(bytes + 64)};
	if (volume)
		candle->volume = packed_get_decimal(bytes + CANDLE);
	return packed_is_time(candle->start) && candle->start % roll->statistics->interval == 0 &&
	       candle->count <= series->end && candle->low <= candle->open &&
	       candle->low <= candle->close && candle->open <= candle->high &&
	       candle->close <= candle->high &&
	       packed_is_value((struct decimal){candle->low, series->places}) &&
	       packed_is_value((struct decimal){candle->high, series->places}) &&
	       packed_is_value(candle->volume);
}

/* The numbers before the records. False: one of them is missing or impossible. */
static bool
load_head(struct series *series, struct span *saved, uint64_t *count)
{
	uint64_t first_time, places;

	if (!packed_take_number(saved, 8, &first_time) ||
	    !packed_take_number(saved, 8, &series->end) || !packed_take_number(saved, 1, &places) ||
	    !packed_take_number(saved, 8, count) || *count == 0 ||
	    *count > saved->length / RECORD || *count > series->end ||
	    series->end > UINT64_MAX / 4 || places > DECIMAL_DIGITS)
		return false;
	series->begin = series->end - *count;
	series->first_time = (int64_t)first_time;
	series->places = (int)places;
	return packed_is_time(series->first_time);
}

static bool
load_series(struct roll *roll, struct span *saved)
{
	uint64_t length, count;
	const unsigned char *key;
	struct series *series;

	if (!packed_take_number(saved, 4, &length) || length > ROLL_KEY ||
	    (key = packed_take(saved, (size_t)length)) == NULL)
		return false;
	series = roll_find(roll, (struct span){(const char *)key, (size_t)length});
	if (series->end > 0 || !load_head(series, saved, &count))
		return false;
	if (!load_records(series, count, saved) || !load_averages(roll, series, saved) ||
	    (series->forecast != NULL && !load_forecast(series, saved)))
		return false;
	if (series->candles != NULL &&
	    (!load_candle(roll, series, saved, &series->candles->before) ||
	        !load_candle(roll, series, saved, &series->candles->last)))
		return false;
	roll->size += series->capacity * series_size_of_record(series);
	for (size_t i = 0; i < roll->statistics->count; i++)
		series->windows[i].begin = series->begin;
	series_restore(series, roll->statistics);
	return true;
}

bool
roll_load(struct roll *roll, struct span saved, struct failure *failure)
{
	const unsigned char *first = packed_take(&saved, MAGIC);

	roll_clear(roll);
	if (first == NULL || memcmp(first, magic(roll), MAGIC) != 0)
		return fail(failure, FAILURE_PERMANENT,
		    "the saved state is not one of this version of fxroll");
	while (saved.length > 0) {
		if (load_series(roll, &saved))
			continue;
		roll_clear(roll);
		return fail(failure, FAILURE_PERMANENT, "the saved state is damaged");
	}
	return true;
}
