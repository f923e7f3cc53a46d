/* roll_output: writes records and candles. */
#ifndef FXROLL_ROLL_OUTPUT_H
#define FXROLL_ROLL_OUTPUT_H

#include "fxroll/roll_candle.h"

struct roll_output {
	struct filtering *filtering;
	const struct roll_options *options;
	struct buffer text; /* members of a record, or a candle */
	char position[POSITION_SIZE]; /* for candles, of the last line; "": it had none */
};

/* A record, an object that has a member, with the members in text. */
bool roll_output_record(struct roll_output *to, struct span line, struct failure *failure);
bool roll_output_candle(struct roll_output *to, const struct series *series,
    const struct candle *candle, struct failure *failure);
/* The candles that are due. all: at the end of the input; those that a later run continues stay. */
bool roll_output_candles(
    struct roll_output *to, const struct roll *roll, bool all, struct failure *failure);

#endif
