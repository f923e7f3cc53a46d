/* reply: recognises what a provider's reply means, and finds the records in it. */
#ifndef RATE_REPLY_H
#define RATE_REPLY_H

#include <stdbool.h>
#include <stdint.h>
#include "text/json.h"
#include "rate/provider.h"

/* In a line of fxfetch a reply is one level deeper. */
enum { REPLY_DEPTH = JSON_DEPTH - 1 };

struct said {
	enum means means;
	int64_t wait; /* ms until a retry may work; -1: not known */
	const char *sentence; /* our text ("it does not know this pair"), not the provider's */
	bool missing; /* MEANS_SUBJECT: it has records, but none about the subject */
};

/*
 * What a reply says about subject. status: of HTTP; 200 if the reply is not from HTTP. delayed: it
 * has a Retry-After. problem: "its reply is not XML: …", so that body is not JSON; NULL: it may be.
 */
void reply_read(const struct provider *provider, const struct subject *subject, int status,
    bool delayed, struct span body, const char *problem, struct said *said);

/* The records of a reply that is valid JSON; often the reply itself is the only record. */
struct reply_records {
	struct json_cursor cursor;
	struct span next; /* if the reply is the only record */
	bool object;
	struct span name; /* of the record, if they are members of an object */
	struct span common[FORM_FIELDS]; /* if provider->common: fields of all records */
};
void reply_records(
    const struct provider *provider, struct span body, struct reply_records *records);
bool reply_next(struct reply_records *records, struct span *record);

/*
 * The fields of subject in the record returned last, as text: of a string the inside of its quotes,
 * still escaped; of anything else, and of FIELD_VALUES and FIELD_UNITS, its JSON text. Only
 * FORM_OTHERS and provider->field_count fields are set. start NULL: absent, null, empty, or a text
 * that the definition calls absent.
 */
void reply_fields(const struct provider *provider, const struct subject *subject,
    const struct reply_records *records, struct span record, struct span fields[FORM_FIELDS]);

/* Is a record with these fields about subject (NULL: any)? They may name another one. */
bool reply_is_about(const struct provider *provider, const struct subject *subject,
    const struct span fields[FORM_FIELDS]);

#endif
