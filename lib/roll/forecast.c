/* forecast: moves the trend of a series with each record, and compares forecasts that are due. */
#include <math.h>
#include <stdio.h>

#include "roll/series.h"
#include "text/shortest.h"

void
forecast_set(struct forecast_settings *settings, const char *text, int64_t horizon,
    int64_t level_time, int64_t trend_time)
{
	static const char *const endings[FORECAST_MEMBERS] = {
	    "", "_low", "_high", "_error", "_naive_error", "_compared"};

	settings->horizon = horizon;
	settings->level_time = level_time > 0 ? level_time : (horizon + 1) / 2;
	settings->trend_time = trend_time > 0 ? trend_time : horizon * 4;
	for (size_t i = 0; i < FORECAST_MEMBERS; i++)
		snprintf(settings->names[i], FORECAST_NAME, "forecast_%.*s%s", FORECAST_TEXT, text,
		    endings[i]);
}

static double
value_of(const struct series *series, decimal_whole value)
{
	return (double)value / (double)decimal_power(series->places);
}

static void
compare(struct series *series, int64_t horizon)
{
	struct forecast *forecast = series->forecast;
	uint64_t last = series->end - 1;

	for (; forecast->due < last; forecast->due++) {
		const struct series_record *made = series_at(series, forecast->due),
		                           *now = series_at(series, last);
		int64_t late = now->time - made->time - horizon;
		double error;

		if (late < 0)
			return;
		if (late > horizon)
			continue;
		error = value_of(series, now->value) - *series_forecast(series, forecast->due);
		forecast->now.errors += fabs(error);
		forecast->now.squares += error * error;
		forecast->now.naive_errors += fabs(value_of(series, now->value - made->value));
		forecast->now.compared++;
	}
}

/* Takes the last record into the state as it was before it. */
static void
step(struct series *series, const struct forecast_settings *settings)
{
	struct forecast_state *now = &series->forecast->now;
	const struct series_record *last = series_at(series, series->end - 1);
	double value = value_of(series, last->value);

	compare(series, settings->horizon);
	if (series->end == 1) {
		now->level = value;
	} else {
		int64_t passed = last->time - series_at(series, series->end - 2)->time;
		double seconds = (double)passed / 1000, level = now->level;
		double expected = level + now->trend * seconds;

		now->level = expected + -expm1(-(double)passed / (double)settings->level_time) *
		                            (value - expected);
		now->trend += -expm1(-(double)passed / (double)settings->trend_time) *
		              ((now->level - level) / seconds - now->trend);
	}
	*series_forecast(series, series->end - 1) =
	    now->level + now->trend * ((double)settings->horizon / 1000);
}

void
forecast_add(struct series *series, const struct forecast_settings *settings)
{
	struct forecast *forecast = series->forecast;

	forecast->before = forecast->now;
	forecast->begin = forecast->due;
	step(series, settings);
}

void
forecast_replace(struct series *series, const struct forecast_settings *settings)
{
	struct forecast *forecast = series->forecast;

	forecast->now = forecast->before;
	forecast->due = forecast->begin;
	step(series, settings);
}

/* The first record whose forecast is not due when the one with that number has come. */
static uint64_t
find_open(const struct series *series, uint64_t last, int64_t horizon)
{
	uint64_t open = series->begin;

	while (
	    open < last && series_at(series, last)->time - series_at(series, open)->time >= horizon)
		open++;
	return open;
}

void
forecast_restore(struct series *series, const struct forecast_settings *settings)
{
	uint64_t last = series->end - 1;

	series->forecast->due = find_open(series, last, settings->horizon);
	series->forecast->begin =
	    last > series->begin ? find_open(series, last - 1, settings->horizon) : last;
}

static void
add_member(const char *name, double value, struct buffer *members)
{
	char text[SHORTEST_SIZE];

	buffer_add(members, ",\"", 2);
	buffer_add_text(members, name);
	buffer_add(members, "\":", 2);
	buffer_add(members, text, shortest_format(value, text));
}

void
forecast_members(const struct series *series, const struct forecast_settings *settings,
    bool partial, struct buffer *members)
{
	const struct forecast_state *now = &series->forecast->now;
	double made = *series_forecast(series, series->end - 1), count = (double)now->compared;
	double band;

	if (!partial &&
	    series_at(series, series->end - 1)->time - series->first_time < settings->horizon)
		return;
	add_member(settings->names[FORECAST_VALUE], made, members);
	if (now->compared == 0)
		return;
	band = 2 * sqrt(now->squares / count);
	add_member(settings->names[FORECAST_LOW], made - band, members);
	add_member(settings->names[FORECAST_HIGH], made + band, members);
	add_member(settings->names[FORECAST_ERROR], now->errors / count, members);
	add_member(settings->names[FORECAST_NAIVE_ERROR], now->naive_errors / count, members);
	buffer_add_format(members, ",\"%s\":%llu", settings->names[FORECAST_COMPARED],
	    (unsigned long long)now->compared);
}
