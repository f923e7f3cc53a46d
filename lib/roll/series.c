/* series: adds records to the windows of a key, and takes those off that have left. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "roll/series.h"

enum { LEAST = 4 /* records of a ring */ };

void
series_init(struct series *series, const struct statistics *statistics)
{
	series->windows = memory_new(statistics->count + 1, sizeof *series->windows);
	for (size_t i = 0; i < statistics->count; i++) {
		if (statistics->items[i].kind == STATISTIC_MIN && series->minima == NULL)
			series->minima = memory_new(1, sizeof *series->minima);
		if (statistics->items[i].kind == STATISTIC_MAX && series->maxima == NULL) {
			series->maxima = memory_new(1, sizeof *series->maxima);
			series->maxima->maxima = true;
		}
	}
	if (statistics->interval > 0)
		series->candles = memory_new(1, sizeof *series->candles);
	if (statistics->forecast.horizon > 0)
		series->forecast = memory_new(1, sizeof *series->forecast);
}

static void
free_extremes(struct extremes *extremes)
{
	if (extremes != NULL)
		free(extremes->records);
	free(extremes);
}

void
series_free(struct series *series)
{
	free(series->records);
	free(series->windows);
	free_extremes(series->minima);
	free_extremes(series->maxima);
	free(series->candles);
	if (series->forecast != NULL)
		free(series->forecast->made);
	free(series->forecast);
}

size_t
series_size_of_record(const struct series *series)
{
	size_t rings = (series->forecast != NULL) + (series->minima != NULL) +
	               (series->maxima != NULL); /* of 8 bytes each */

	return sizeof *series->records + rings * 8;
}

size_t
series_size(const struct series *series, const struct statistics *statistics)
{
	return sizeof *series + series->key.length +
	       series->capacity * series_size_of_record(series) +
	       statistics->count * sizeof *series->windows +
	       (series->candles != NULL ? sizeof *series->candles : 0) +
	       (series->forecast != NULL ? sizeof *series->forecast : 0);
}

void
series_reserve(struct series *series, size_t count)
{
	size_t before = series->capacity;

	series->capacity = LEAST;
	while (series->capacity < count)
		series->capacity *= 2;
	series->records = memory_new(series->capacity, sizeof *series->records);
	if (series->forecast != NULL)
		series->forecast->made =
		    memory_new(series->capacity, sizeof *series->forecast->made);
	if (series->minima != NULL)
		extremes_grow(series->minima, series, before);
	if (series->maxima != NULL)
		extremes_grow(series->maxima, series, before);
}

static void
grow(struct series *series)
{
	struct series old = *series;
	double *made = series->forecast != NULL ? series->forecast->made : NULL;

	series_reserve(series, old.capacity + 1);
	for (uint64_t i = old.begin; i < old.end; i++) {
		*series_at(series, i) = *series_at(&old, i);
		if (made != NULL)
			*series_forecast(series, i) = made[i & (old.capacity - 1)];
	}
	free(old.records);
	free(made);
}

static bool
has_sum(const struct statistic *statistic)
{
	return statistic->kind == STATISTIC_SMA || statistic->kind == STATISTIC_SUM ||
	       statistic->kind == STATISTIC_STDDEV || statistic->kind == STATISTIC_ZSCORE;
}

/* NULL: the statistic is neither a minimum nor a maximum. */
static struct extremes *
find_extremes(const struct series *series, const struct statistic *statistic)
{
	if (statistic->kind == STATISTIC_MIN)
		return series->minima;
	return statistic->kind == STATISTIC_MAX ? series->maxima : NULL;
}

static void
find_extreme(const struct series *series, const struct statistic *statistic, struct window *window)
{
	const struct extremes *extremes = find_extremes(series, statistic);

	if (extremes != NULL)
		window->extreme = extremes_find(extremes, series, window->begin, window->extreme);
}

/* Multiplies the values of a candle. False: too many digits. */
static bool
rescale_candle(struct candle *candle, int from, int to)
{
	decimal_whole *values[] = {&candle->open, &candle->high, &candle->low, &candle->close};
	struct candle old = *candle;

	for (size_t i = 0; i < 4; i++) {
		if (!decimal_scale((struct decimal){*values[i], from}, to, values[i])) {
			*candle = old;
			return false;
		}
	}
	return true;
}

/* If it fails, both are as they were: the highest and lowest values are in the last one. */
static bool
rescale_candles(struct series *series, int places)
{
	struct candles *candles = series->candles;

	return candles == NULL || (rescale_candle(&candles->last, series->places, places) &&
	                              rescale_candle(&candles->before, series->places, places));
}

/* Brings the scale of all values to that many places. False: too many digits. */
static bool
rescale(struct series *series, const struct statistics *statistics, int places)
{
	decimal_whole factor = decimal_power(places - series->places), whole;

	for (uint64_t i = series->begin; i < series->end; i++) {
		struct decimal value = {series_at(series, i)->value, series->places};

		if (!decimal_scale(value, places, &whole))
			return false;
	}
	if (!rescale_candles(series, places))
		return false;
	for (uint64_t i = series->begin; i < series->end; i++)
		series_at(series, i)->value *= factor;
	for (size_t i = 0; i < statistics->count; i++)
		series->windows[i].sum *= factor;
	series->places = places;
	return true;
}

/* Where the window begins now, with a last record. */
static uint64_t
find_begin(const struct series *series, const struct statistic *statistic, uint64_t begin)
{
	bool against = statistic->kind == STATISTIC_RETURN;
	uint64_t extent = (uint64_t)statistic->extent + against;
	int64_t limit;

	if (statistic->kind == STATISTIC_EMA)
		extent = 2; /* the last may still be replaced */
	if (statistic->kind == STATISTIC_EMA || !statistic->by_time)
		return series->end - begin > extent ? series->end - extent : begin;
	/* Times up to the limit are out; a return is computed against the last of them. */
	limit = series_at(series, series->end - 1)->time - statistic->extent;
	while (
	    begin + against < series->end - 1 && series_at(series, begin + against)->time <= limit)
		begin++;
	return begin;
}

static double
step_average(const struct series *series, const struct statistic *statistic, double before)
{
	const struct series_record *last = series_at(series, series->end - 1);
	double value = (double)last->value / (double)decimal_power(series->places), weight;

	if (series->end == 1)
		return value;
	if (statistic->by_time)
		weight = -expm1(-(double)(last->time - series_at(series, series->end - 2)->time) /
		                (double)statistic->extent);
	else
		weight = 2 / ((double)statistic->extent + 1);
	return before + weight * (value - before);
}

/* Brings a window up to date after a record was added. */
static void
move_window(const struct series *series, const struct statistic *statistic, struct window *window)
{
	uint64_t last = series->end - 1, begin = find_begin(series, statistic, window->begin);

	if (has_sum(statistic)) {
		window->sum += series_at(series, last)->value;
		for (uint64_t i = window->begin; i < begin; i++)
			window->sum -= series_at(series, i)->value;
	}
	window->begin = begin;
	if (statistic->kind == STATISTIC_EMA) {
		window->before = window->average;
		window->average = step_average(series, statistic, window->before);
	}
	find_extreme(series, statistic, window);
}

/* Brings a window up to date after the last record was given another value. */
static void
correct_window(const struct series *series, const struct statistic *statistic,
    struct window *window, decimal_whole difference)
{
	window->sum += difference;
	if (statistic->kind == STATISTIC_EMA)
		window->average = step_average(series, statistic, window->before);
	find_extreme(series, statistic, window);
}

static void
add_extremes(struct series *series, uint64_t record)
{
	if (series->minima != NULL)
		extremes_add(series->minima, series, record);
	if (series->maxima != NULL)
		extremes_add(series->maxima, series, record);
}

static void
append(struct series *series, const struct statistics *statistics, struct series_record record,
    const struct decimal *volume)
{
	uint64_t begin = series->end;

	if (series->end - series->begin == series->capacity)
		grow(series);
	if (series->end == 0)
		series->first_time = record.time;
	*series_at(series, series->end++) = record;
	add_extremes(series, series->end - 1);
	for (size_t i = 0; i < statistics->count; i++) {
		move_window(series, &statistics->items[i], &series->windows[i]);
		if (series->windows[i].begin < begin)
			begin = series->windows[i].begin;
	}
	if (series->forecast != NULL) {
		forecast_add(series, &statistics->forecast);
		if (series->forecast->begin < begin)
			begin = series->forecast->begin;
	}
	series->begin = begin;
	if (series->candles != NULL)
		candles_add(
		    series->candles, statistics->interval, record.time, record.value, *volume);
}

/* Adds a record that replaces the last one. */
static void
replace(struct series *series, const struct statistics *statistics, decimal_whole value,
    const struct decimal *volume)
{
	struct series_record *last = series_at(series, series->end - 1);
	decimal_whole difference = value - last->value;

	last->value = value;
	if (series->minima != NULL)
		extremes_remove(series->minima, series);
	if (series->maxima != NULL)
		extremes_remove(series->maxima, series);
	add_extremes(series, series->end - 1);
	for (size_t i = 0; i < statistics->count && difference != 0; i++)
		correct_window(series, &statistics->items[i], &series->windows[i], difference);
	if (series->forecast != NULL)
		forecast_replace(series, &statistics->forecast);
	if (series->candles != NULL)
		candles_replace(series->candles, value, *volume);
}

enum series_added
series_add(struct series *series, const struct statistics *statistics, int64_t time,
    struct decimal value, const struct decimal *volume)
{
	const struct series_record *last =
	    series->end > 0 ? series_at(series, series->end - 1) : NULL;
	struct series_record record = {.time = time};
	bool replaces = last != NULL && time == last->time;
	struct decimal total;

	if (last != NULL &&
	    (time < last->time || (series->candles != NULL && candles_is_late(series->candles,
	                                                          statistics->interval, time))))
		return SERIES_LATE;
	if (series->candles != NULL) {
		total = *volume;
		volume = &total;
		if (!candles_volume(series->candles, statistics->interval, time, replaces, &total))
			return SERIES_LARGE;
	}
	if ((value.places > series->places && !rescale(series, statistics, value.places)) ||
	    !decimal_scale(value, series->places, &record.value))
		return SERIES_LARGE;
	if (replaces) {
		replace(series, statistics, record.value, volume);
		return SERIES_REPLACED;
	}
	append(series, statistics, record, volume);
	return SERIES_ADDED;
}

void
series_restore(struct series *series, const struct statistics *statistics)
{
	for (uint64_t i = series->begin; i < series->end; i++)
		add_extremes(series, i);
	for (size_t i = 0; i < statistics->count && series->end > series->begin; i++) {
		const struct statistic *statistic = &statistics->items[i];
		struct window *window = &series->windows[i];

		window->begin = find_begin(series, statistic, series->begin);
		window->sum = 0;
		for (uint64_t r = window->begin; r < series->end && has_sum(statistic); r++)
			window->sum += series_at(series, r)->value;
		find_extreme(series, statistic, window);
	}
	if (series->forecast != NULL)
		forecast_restore(series, &statistics->forecast);
}
