/* reply: what a provider's reply says, and where in it the rates are. */
#ifndef RATE_REPLY_H
#define RATE_REPLY_H

#include <stdbool.h>
#include <stdint.h>
#include "text/json.h"
#include "rate/provider.h"

/* A reply that travels inside a line is one level deeper there. */
enum { REPLY_DEPTH = JSON_DEPTH - 1 };

struct said {
	enum means means;
	int64_t wait; /* ms until the same may work; -1: not said */
	const char *sentence; /* about the provider ("it knows no such pair"), not its own words */
};

/* status: of HTTP; 200 where there was none. */
void reply_read(const struct provider *provider, int status, struct span body, struct said *said);

/* The records of a reply that is valid JSON: usually one, itself. */
struct reply_records {
	struct json_cursor cursor;
	struct span next; /* where the reply is one record */
	bool object;
};
struct reply_records reply_records(const struct provider *provider, struct span body);
bool reply_next(struct reply_records *records, struct span *record);

/*
 * The fields of a record as plain text: of a string what is between its quotes
 * (escapes as they are), of a number its digits. start NULL: absent, null,
 * empty, or a text that stands for nothing. Anything else is given as it is.
 */
void reply_fields(
    const struct provider *provider, struct span record, struct span fields[FIELD_COUNT]);

#endif
