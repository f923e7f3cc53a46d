/* rate_record: private to rate: writes records in the form that a definition names. */
#ifndef RATE_RATE_RECORD_H
#define RATE_RATE_RECORD_H

#include "base/buffer.h"
#include "rate/provider.h"
#include "text/timestamp.h"

/* What all records of a response share. */
struct rate_origin {
	const struct provider *provider;
	struct span name; /* of the subject, inside of a JSON string; start NULL: not known */
	char fetched[TIMESTAMP_SIZE]; /* to the second */
	const char *instead; /* the time of records that have none */
};

/*
 * Adds a record and a newline. fields: checked by rate_fields_check; time: the provider's, if there
 * is one. FAILURE_REFUSED: there is no room.
 */
bool rate_record_add(struct buffer *text, const struct rate_origin *origin,
    const struct span fields[FORM_FIELDS], const char *time, struct failure *failure);

/*
 * rate_observations.c: adds a record for each number in the value, to *count the number of
 * them. FAILURE_REFUSED.
 */
bool rate_observations_add(struct buffer *text, const struct rate_origin *origin,
    const struct span fields[FORM_FIELDS], const char *time, size_t *count,
    struct failure *failure);

#endif
