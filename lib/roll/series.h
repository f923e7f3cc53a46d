/*
 * series: the records of one key, as many as the windows of its statistics hold, in the order of
 * their times. Their values are whole numbers, in units of 10^-places.
 */
#ifndef ROLL_SERIES_H
#define ROLL_SERIES_H

#include "roll/candle.h"
#include "roll/extremes.h"
#include "roll/statistic.h"
#include "text/decimal.h"

struct series_record {
	decimal_whole value;
	int64_t time;
};

/* Of each statistic. Records are counted from the key's first, 0; a window ends with the last. */
struct window {
	uint64_t begin; /* the first record in it; of a return: the one it is computed against */
	uint64_t extreme; /* the place of the minimum or maximum among those of the series */
	decimal_whole sum;
	double before, average; /* of an ema: before the last record, and with it */
};

struct series {
	struct span key; /* as in the record, the caller's */
	struct series_record *records; /* a ring: record i is at i % capacity */
	size_t capacity; /* a power of 2; 0: no record yet */
	uint64_t begin, end; /* of the records that are kept */
	int64_t first_time;
	int places;
	struct window *windows;
	struct candles *candles; /* NULL: there are none */
	struct forecast *forecast; /* NULL: there is none */
	struct extremes *minima, *maxima; /* NULL: no statistic needs them */
};

enum series_added {
	SERIES_ADDED,
	SERIES_REPLACED, /* the last record had the same time */
	SERIES_LATE, /* it is older than the last record, or its candle was given: nothing was
	                changed */
	SERIES_LARGE /* the values would need more than 30 digits: nothing was changed */
};

void series_init(struct series *series, const struct statistics *statistics);
void series_free(struct series *series);
/* volume: 0, or what is added to that of its candle. */
enum series_added series_add(struct series *series, const struct statistics *statistics,
    int64_t time, struct decimal value, const struct decimal *volume);
/*
 * Adds the members of the last record, each with a comma before it. partial: also of windows that
 * are not full. members: has room for 16 KiB.
 */
void series_members(const struct series *series, const struct statistics *statistics, bool partial,
    struct buffer *members);
/* Bytes that it takes, and those that it takes for each record that it has room for. */
size_t series_size(const struct series *series, const struct statistics *statistics);
size_t series_size_of_record(const struct series *series);

/* The record with that number, one of those that are kept. */
static inline struct series_record *
series_at(const struct series *series, uint64_t number)
{
	return &series->records[number & (series->capacity - 1)];
}

/* The forecast that was made with that record. */
static inline double *
series_forecast(const struct series *series, uint64_t number)
{
	return &series->forecast->made[number & (series->capacity - 1)];
}

/* Computes the windows again from the records; averages stay as they are. */
void series_restore(struct series *series, const struct statistics *statistics);
/* Makes room for that many records; the series has none. */
void series_reserve(struct series *series, size_t count);

#endif
