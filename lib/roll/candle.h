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
	struct decimal volume;
};

struct candles {
	struct candle last; /* of the last record */
	struct candle before; /* the same candle before that record */
	struct candle closed; /* by the last record; count 0: it closed none */
	bool given; /* the last one was given before it was closed */
};

/*
 * The volume of the record's candle with that of the record, which is newer than the last one, or
 * replaces it. False: it would have more than 30 digits.
 */
bool candles_volume(const struct candles *candles, int64_t interval, int64_t time, bool replaces,
    struct decimal *volume);
/* Adds a record that is newer than the last one. volume: of the candle with it. */
void candles_add(struct candles *candles, int64_t interval, int64_t time, decimal_whole value,
    struct decimal volume);
/* Adds a record that replaces the last one. */
void candles_replace(struct candles *candles, decimal_whole value, struct decimal volume);
/* Is the record of an interval that was given already? */
bool candles_is_late(const struct candles *candles, int64_t interval, int64_t time);

#endif
