/*
 * forecast: Holt's linear trend, for records at irregular times, and how right its forecasts were.
 *
 * A record of value x, d seconds after the one before, moves the level L and the trend B:
 *
 *	e  = L + B d			what was expected
 *	L' = e + (1 - exp(-d / level_time)) (x - e)
 *	B' = B + (1 - exp(-d / trend_time)) ((L' - L) / d - B)
 *
 * They begin with the first value and 0. The forecast is L + B horizon. It is compared with the
 * first record that is at least the horizon newer, unless that is more than twice the horizon newer.
 */
#ifndef ROLL_FORECAST_H
#define ROLL_FORECAST_H

#include <stdint.h>
#include "base/buffer.h"

enum {
	FORECAST_VALUE,
	FORECAST_LOW, /* two root mean square errors below it */
	FORECAST_HIGH,
	FORECAST_ERROR, /* mean absolute error of the forecasts that were compared */
	FORECAST_NAIVE_ERROR, /* of forecasting the value that there was instead */
	FORECAST_COMPARED, /* how many were */
	FORECAST_MEMBERS,
	FORECAST_TEXT = 24, /* characters of a horizon as text, at most */
	FORECAST_NAME = 64
};

struct forecast_settings {
	int64_t horizon, level_time, trend_time; /* ms; horizon 0: no forecast is made */
	char names[FORECAST_MEMBERS][FORECAST_NAME]; /* of the members: "forecast_5m" */
};

struct forecast_state {
	double level, trend; /* trend: a second */
	double errors, squares, naive_errors; /* sums */
	uint64_t compared;
};

struct forecast {
	struct forecast_state before, now; /* before the last record, and with it */
	uint64_t begin, due; /* the first record whose forecast was open: before, and now */
	double *made; /* a ring beside that of the records: the forecast of each */
};

struct series;

/* text: the horizon as the user wrote it. A time that is 0 is computed from the horizon. */
void forecast_set(struct forecast_settings *settings, const char *text, int64_t horizon,
    int64_t level_time, int64_t trend_time);
/* After a record was added to the series. */
void forecast_add(struct series *series, const struct forecast_settings *settings);
/* After the last record of the series was given another value. */
void forecast_replace(struct series *series, const struct forecast_settings *settings);
/* Computes begin and due from the times of the records. */
void forecast_restore(struct series *series, const struct forecast_settings *settings);
/* Adds the members of the last record, each with a comma before it. partial: from the first on. */
void forecast_members(const struct series *series, const struct forecast_settings *settings,
    bool partial, struct buffer *members);

#endif
