/* statistic: what is computed of each series, read from "sma=10,5m" and the like. */
#ifndef ROLL_STATISTIC_H
#define ROLL_STATISTIC_H

#include <stdint.h>
#include "base/failure.h"
#include "roll/forecast.h"

enum {
	STATISTIC_MOST = 64, /* in all */
	STATISTIC_RECORDS = 1000000, /* records of a window at most */
	STATISTIC_NAME = 48
};

enum statistic_kind {
	STATISTIC_SMA,
	STATISTIC_EMA,
	STATISTIC_MIN,
	STATISTIC_MAX,
	STATISTIC_SUM,
	STATISTIC_COUNT,
	STATISTIC_STDDEV,
	STATISTIC_RETURN,
	STATISTIC_ZSCORE
};

struct statistic {
	enum statistic_kind kind;
	bool by_time;
	int64_t extent; /* of the window: records, or milliseconds */
	char name[STATISTIC_NAME]; /* of the member: "sma_10" */
};

struct statistics {
	struct statistic items[STATISTIC_MOST];
	size_t count;
	int64_t interval; /* of candles, in ms; 0: there are none */
	bool volume; /* of candles: is it added up? */
	struct forecast_settings forecast;
};

/* Adds those of an argument: NAME=EXTENT[,EXTENT]..., or "return". */
bool statistics_add(struct statistics *statistics, const char *argument, struct failure *failure);

#endif
