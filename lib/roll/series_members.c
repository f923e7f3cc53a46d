/* series_members: computes the statistics of a key's last record, and writes them. */
#include <math.h>

#include "roll/series.h"
#include "text/shortest.h"

static bool
is_full(const struct series *series, const struct statistic *statistic)
{
	uint64_t extent = (uint64_t)statistic->extent + (statistic->kind == STATISTIC_RETURN);

	if (!statistic->by_time)
		return series->end >= extent;
	return series_at(series, series->end - 1)->time - series->first_time >= statistic->extent;
}

/*
 * The standard deviation of a sample, in units of the values. Deviations from the mean's whole part
 * are exact, so that their squares lose nothing that matters.
 */
static double
deviation(const struct series *series, const struct window *window)
{
	double count = (double)(series->end - window->begin), sum = 0, squares = 0;
	decimal_whole middle = window->sum / (decimal_whole)(series->end - window->begin);

	for (uint64_t i = window->begin; i < series->end; i++) {
		decimal_whole exact = series_at(series, i)->value - middle;
		double difference =
		    exact == (int64_t)exact ? (double)(int64_t)exact : (double)exact;

		sum += difference;
		squares += difference * difference;
	}
	squares -= sum * sum / count;
	return squares > 0 ? sqrt(squares / (count - 1)) : 0;
}

/* The statistics that are doubles. False: the last record has none. */
static bool
compute(const struct series *series, const struct statistic *statistic, const struct window *window,
    double *result)
{
	decimal_whole last = series_at(series, series->end - 1)->value, against;
	uint64_t count = series->end - window->begin;

	switch (statistic->kind) {
	case STATISTIC_EMA:
		*result = window->average;
		return true;
	case STATISTIC_RETURN:
		against = series_at(series, window->begin)->value;
		*result = against != 0 ? (double)(last - against) / (double)against : 0;
		return against != 0;
	case STATISTIC_STDDEV:
		if (count < 2)
			return false;
		*result = deviation(series, window) / (double)decimal_power(series->places);
		return true;
	case STATISTIC_ZSCORE:
		*result = count < 2 ? 0 : deviation(series, window);
		if (*result == 0)
			return false;
		*result =
		    (double)(last * (decimal_whole)count - window->sum) / (double)count / *result;
		return true;
	default:
		return false;
	}
}

static bool
is_given(const struct series *series, const struct statistic *statistic, bool partial)
{
	return is_full(series, statistic) || (partial && statistic->kind != STATISTIC_RETURN);
}

/* Writes the statistic. Returns the length; 0: the last record has none. */
static size_t
write_value(const struct series *series, const struct statistic *statistic,
    const struct window *window, char text[DECIMAL_SIZE])
{
	uint64_t count = series->end - window->begin;
	const struct extremes *extremes;
	decimal_whole value;
	double result;

	switch (statistic->kind) {
	case STATISTIC_SMA:
		return decimal_format_mean(window->sum, series->places, count, text);
	case STATISTIC_COUNT:
		return decimal_format((decimal_whole)count, 0, text);
	case STATISTIC_SUM:
		return decimal_format(window->sum, series->places, text);
	case STATISTIC_MIN:
	case STATISTIC_MAX:
		extremes = statistic->kind == STATISTIC_MIN ? series->minima : series->maxima;
		value =
		    series_at(series, extremes_record(extremes, series, window->extreme))->value;
		return decimal_format(value, series->places, text);
	default:
		if (!compute(series, statistic, window, &result))
			return 0;
		return shortest_format(result, text);
	}
}

void
series_members(const struct series *series, const struct statistics *statistics, bool partial,
    struct buffer *members)
{
	char text[DECIMAL_SIZE];

	for (size_t i = 0; i < statistics->count; i++) {
		const struct statistic *statistic = &statistics->items[i];
		size_t length;

		if (!is_given(series, statistic, partial))
			continue;
		length = write_value(series, statistic, &series->windows[i], text);
		if (length == 0)
			continue;
		buffer_add(members, ",\"", 2);
		buffer_add_text(members, statistic->name);
		buffer_add(members, "\":", 2);
		buffer_add(members, text, length);
	}
	if (series->forecast != NULL)
		forecast_members(series, &statistics->forecast, partial, members);
}
