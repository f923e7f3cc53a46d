/* saved: writes and reads the state and its inputs. */
#include <math.h>

#include "base/bytes.h"
#include "roll/internal.h"

static const char magic[] = "fxroll 1\n";

enum {
	MAGIC = sizeof magic - 1,
	RECORD = 24, /* bytes of a saved record */
	CANDLE = 80
};

/* Times are within these: 0001-01-01 and the end of 9999. */
static const int64_t earliest = INT64_C(-62135596800000), latest = INT64_C(253402300799999);

static bool
is_time(int64_t time)
{
	return time >= earliest && time <= latest;
}

size_t
roll_write_input(const struct roll_input *input, unsigned char bytes[ROLL_INPUT])
{
	bytes_put(bytes, (uint64_t)input->time, 8);
	decimal_put(bytes + 8, input->value.whole);
	bytes[24] = (unsigned char)input->value.places;
	memcpy(bytes + 25, input->key.start, input->key.length);
	return 25 + input->key.length;
}

bool
roll_read_input(struct span bytes, struct roll_input *input)
{
	const unsigned char *start = bytes_take(&bytes, 25);

	if (start == NULL || bytes.length > ROLL_KEY)
		return false;
	*input = (struct roll_input){.key = bytes,
	    .time = (int64_t)bytes_get(start, 8),
	    .value = {decimal_get(start + 8), start[24]}};
	return is_time(input->time) && decimal_fits(input->value);
}

static bool
save_numbers(struct buffer *saved, uint64_t number, size_t length)
{
	unsigned char bytes[8];

	bytes_put(bytes, number, length);
	return buffer_add(saved, bytes, length);
}

static bool
save_records(const struct series *series, struct buffer *saved)
{
	size_t count = (size_t)(series->end - series->begin);
	unsigned char *bytes;

	if (!save_numbers(saved, count, 8) || !buffer_reserve(saved, count * RECORD))
		return false;
	bytes = (unsigned char *)saved->data + saved->length;
	for (uint64_t i = series->begin; i < series->end; i++, bytes += RECORD) {
		bytes_put(bytes, (uint64_t)series_at(series, i)->time, 8);
		decimal_put(bytes + 8, series_at(series, i)->value);
	}
	saved->length += count * RECORD;
	return true;
}

static bool
save_average(double average, struct buffer *saved)
{
	uint64_t bits;

	memcpy(&bits, &average, sizeof bits);
	return save_numbers(saved, bits, 8);
}

static bool
save_candle(const struct candle *candle, struct buffer *saved)
{
	unsigned char bytes[CANDLE];

	bytes_put(bytes, (uint64_t)candle->start, 8);
	bytes_put(bytes + 8, candle->count, 8);
	decimal_put(bytes + 16, candle->open);
	decimal_put(bytes + 32, candle->high);
	decimal_put(bytes + 48, candle->low);
	decimal_put(bytes + 64, candle->close);
	return buffer_add(saved, bytes, sizeof bytes);
}

static bool
save_series(const struct roll *roll, const struct series *series, struct buffer *saved)
{
	if (!save_numbers(saved, series->key.length, 4) ||
	    !buffer_add(saved, series->key.start, series->key.length) ||
	    !save_numbers(saved, (uint64_t)series->first_time, 8) ||
	    !save_numbers(saved, series->end, 8) ||
	    !save_numbers(saved, (uint64_t)series->places, 1) || !save_records(series, saved))
		return false;
	for (size_t i = 0; i < roll->statistics->count; i++) {
		if (roll->statistics->items[i].kind == STATISTIC_EMA &&
		    (!save_average(series->windows[i].before, saved) ||
		        !save_average(series->windows[i].average, saved)))
			return false;
	}
	return series->candles == NULL || (save_candle(&series->candles->before, saved) &&
	                                      save_candle(&series->candles->last, saved));
}

bool
roll_save(const struct roll *roll, struct buffer *saved)
{
	if (!buffer_add(saved, magic, MAGIC))
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
		const unsigned char *bytes = bytes_take(saved, RECORD);
		struct series_record record = {
		    .time = (int64_t)bytes_get(bytes, 8), .value = decimal_get(bytes + 8)};

		if (!is_time(record.time) || record.time < previous + (i > series->begin) ||
		    !decimal_fits((struct decimal){record.value, series->places}))
			return false;
		previous = record.time;
		*series_at(series, i) = record;
	}
	return true;
}

static bool
load_average(struct span *saved, double *average)
{
	const double most = (double)decimal_power(DECIMAL_DIGITS);
	uint64_t bits;

	if (!bytes_take_number(saved, 8, &bits))
		return false;
	memcpy(average, &bits, sizeof bits);
	return fabs(*average) <= most; /* false for NaN, too */
}

static bool
load_averages(const struct roll *roll, struct series *series, struct span *saved)
{
	for (size_t i = 0; i < roll->statistics->count; i++) {
		if (roll->statistics->items[i].kind == STATISTIC_EMA &&
		    (!load_average(saved, &series->windows[i].before) ||
		        !load_average(saved, &series->windows[i].average)))
			return false;
	}
	return true;
}

static bool
load_candle(
    const struct roll *roll, const struct series *series, struct span *saved, struct candle *candle)
{
	const unsigned char *bytes = bytes_take(saved, CANDLE);

	if (bytes == NULL)
		return false;
	*candle = (struct candle){.start = (int64_t)bytes_get(bytes, 8),
	    .count = bytes_get(bytes + 8, 8),
	    .open = decimal_get(bytes + 16),
	    .high = decimal_get(bytes + 32),
	    .low = decimal_get(bytes + 48),
	    .close = decimal_get(bytes + 64)};
	return is_time(candle->start) && candle->start % roll->statistics->interval == 0 &&
	       candle->count <= series->end && candle->low <= candle->open &&
	       candle->low <= candle->close && candle->open <= candle->high &&
	       candle->close <= candle->high &&
	       decimal_fits((struct decimal){candle->low, series->places}) &&
	       decimal_fits((struct decimal){candle->high, series->places});
}

/* The numbers before the records. False: one of them is missing or impossible. */
static bool
load_head(struct series *series, struct span *saved, uint64_t *count)
{
	uint64_t first_time, places;

	if (!bytes_take_number(saved, 8, &first_time) ||
	    !bytes_take_number(saved, 8, &series->end) || !bytes_take_number(saved, 1, &places) ||
	    !bytes_take_number(saved, 8, count) || *count == 0 || *count > saved->length / RECORD ||
	    *count > series->end || series->end > UINT64_MAX / 4 || places > DECIMAL_DIGITS)
		return false;
	series->begin = series->end - *count;
	series->first_time = (int64_t)first_time;
	series->places = (int)places;
	return is_time(series->first_time);
}

static bool
load_series(struct roll *roll, struct span *saved)
{
	uint64_t length, count;
	const unsigned char *key;
	struct series *series;

	if (!bytes_take_number(saved, 4, &length) || length > ROLL_KEY ||
	    (key = bytes_take(saved, (size_t)length)) == NULL)
		return false;
	series = roll_find(roll, (struct span){(const char *)key, (size_t)length});
	if (series->end > 0 || !load_head(series, saved, &count))
		return false;
	if (!load_records(series, count, saved) || !load_averages(roll, series, saved))
		return false;
	if (series->candles != NULL &&
	    (!load_candle(roll, series, saved, &series->candles->before) ||
	        !load_candle(roll, series, saved, &series->candles->last)))
		return false;
	roll->size += series->capacity * sizeof *series->records;
	for (size_t i = 0; i < roll->statistics->count; i++)
		series->windows[i].begin = series->begin;
	series_restore(series, roll->statistics);
	return true;
}

bool
roll_load(struct roll *roll, struct span saved, struct failure *failure)
{
	const unsigned char *first = bytes_take(&saved, MAGIC);

	roll_clear(roll);
	if (first == NULL || memcmp(first, magic, MAGIC) != 0)
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
