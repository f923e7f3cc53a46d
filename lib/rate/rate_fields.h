/* rate_fields: private to rate: checks the fields of a record, and reads its time. */
#ifndef RATE_RATE_FIELDS_H
#define RATE_RATE_FIELDS_H

#include "rate/provider.h"
#include "text/timestamp.h"

enum { RATE_TEXT_MAX = 1024 }; /* bytes of a text in a record */

/*
 * Are the fields of a record valid? An offer of 0 is taken as absent, unless the definition allows
 * it. time becomes the provider's time, if there is one. Failures are FAILURE_REFUSED.
 */
bool rate_fields_check(struct moments *moments, const struct provider *provider,
    struct span fields[FORM_FIELDS], char time[TIMESTAMP_SIZE], struct failure *failure);

/* Is it a JSON number? what: "bid price". */
bool rate_fields_number(const char *what, struct span text, struct failure *failure);

/*
 * Writes a time cut to the second. milliseconds was read from text: if that is complete and utc,
 * only T and Z are inserted, which is faster.
 */
void rate_fields_time(struct span text, bool utc, int64_t milliseconds, char to[TIMESTAMP_SIZE]);

#endif
