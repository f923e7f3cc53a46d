/* measure: reads the key, the time and the values of a record, whose other members are only
 * checked. */
#ifndef RECORD_MEASURE_H
#define RECORD_MEASURE_H

#include "base/failure.h"
#include "system/lines.h"
#include "text/decimal.h"
#include "text/json.h"

enum {
	MEASURE_KEY = 2048, /* bytes of a key at most */
	MEASURE_REAL = 64 /* bytes of a number that is read as a double */
};

/* False in all of them, with FAILURE_REFUSED: the record is invalid. */

/* Is the line whole, and not too long? */
bool measure_check(const struct line *line, size_t max_line, struct failure *failure);
/* Finds members: of the count wanted ones the first needed must occur once, the others not at all. */
bool measure_find(struct span line, struct json_wanted *wanted, size_t count, size_t needed,
    struct failure *failure);
/*
 * The key is its JSON text, so that "1" and 1 are two; equal strings have equal text. It is
 * borrowed from the line or, if it has escapes, from unescaped, a buffer for 4 KiB.
 */
bool measure_key(const struct json_wanted *wanted, struct buffer *unescaped, struct span *key,
    struct failure *failure);
bool measure_number(
    const struct json_wanted *wanted, struct decimal *value, struct failure *failure);
/* As a double, of a magnitude up to 1E300. */
bool measure_real(const struct json_wanted *wanted, double *value, struct failure *failure);
/* In ms since 1970. */
bool measure_time(const struct json_wanted *wanted, int64_t *time, struct failure *failure);

#endif
