/* candle: the values of a series within one interval: first, highest, lowest and last. */
#ifndef ROLL_CANDLE_H
#define ROLL_CANDLE_H

#include <stdbool.h>
#include <stdint.h>
#include "text/decimal.h"

struct candle {
	int64_t start; /* ms since 1970, a multiple of the interval */
	uint64_t count; /* of values; 0: there is none */
	decimal_whole open, high, low, close; /* in the units of the series */
};

struct candles {
	struct candle last; /* of the last record */
	struct candle before; /* the same candle before that record */
	struct candle closed; /* by the last record; count 0: it closed none */
	bool given; /* the last one was given before it was closed */
};

/* Adds a record that is newer than the last one. */
void candles_add(struct candles *candles, int64_t interval, int64_t time, decimal_whole value);
/* Adds a record that replaces the last one. */
void candles_replace(struct candles *candles, decimal_whole value);
/* Is the record of an interval that was given already? */
bool candles_is_late(const struct candles *candles, int64_t interval, int64_t time);

#endif
