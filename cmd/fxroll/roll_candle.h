/* roll_candle: candles as records. */
#ifndef FXROLL_ROLL_CANDLE_H
#define FXROLL_ROLL_CANDLE_H

#include "fxroll/roll_options.h"
#include "roll/roll.h"

/* Makes the record, with that position unless it is "". */
void roll_candle_format(const struct roll_options *options, const char *position,
    const struct series *series, const struct candle *candle, struct buffer *record);
/* Can the last candle of the series be given? all: now, else by --close-after. */
bool roll_candle_is_due(const struct roll_options *options, const struct series *series, bool all);

#endif
