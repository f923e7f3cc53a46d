/* roll_record: finds the key, the time and the value of a record. */
#ifndef FXROLL_ROLL_RECORD_H
#define FXROLL_ROLL_RECORD_H

#include "fxroll/roll_options.h"
#include "record/measure.h"
#include "roll/roll.h"

enum {
	ROLL_RECORD_KEY,
	ROLL_RECORD_VALUE,
	ROLL_RECORD_TIME,
	ROLL_RECORD_VOLUME /* or, without one, the first of those below */
};

struct roll_record_reader {
	struct json_wanted wanted[ROLL_RECORD_VOLUME + 1 + STATISTIC_MOST + FORECAST_MEMBERS];
	size_t count;
	size_t own; /* the first of the members that a record must not have already */
	struct buffer key; /* of a record whose key has escapes */
};

void roll_record_init(struct roll_record_reader *reader, const struct roll_options *options);
void roll_record_free(struct roll_record_reader *reader);
/* False: it is refused. The key is borrowed from the line or the reader. */
bool roll_record_read(struct roll_record_reader *reader, struct span line, struct roll_input *input,
    struct failure *failure);

#endif
