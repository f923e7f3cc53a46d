/* roll_record: finds the key, the time and the value of a record. */
#ifndef FXROLL_ROLL_RECORD_H
#define FXROLL_ROLL_RECORD_H

#include "record/measure.h"
#include "roll/roll.h"

enum {
	ROLL_RECORD_KEY,
	ROLL_RECORD_VALUE,
	ROLL_RECORD_TIME,
	ROLL_RECORD_OWN /* the first of the members that a record must not have already */
};

struct roll_record_reader {
	struct json_wanted wanted[ROLL_RECORD_OWN + STATISTIC_MOST];
	size_t count;
	struct buffer key; /* of a record whose key has escapes */
};

void roll_record_init(struct roll_record_reader *reader, const char *key, const char *value,
    const char *time, const struct statistics *statistics);
void roll_record_free(struct roll_record_reader *reader);
/* False: it is refused. The key is borrowed from the line or the reader. */
bool roll_record_read(struct roll_record_reader *reader, struct span line, struct roll_input *input,
    struct failure *failure);

#endif
