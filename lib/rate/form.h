/*
 * form: the forms of records: their members in order, and what may be in them. A definition says
 * in which form its records are, and where the values of the fields are.
 */
#ifndef RATE_FORM_H
#define RATE_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

/* The fields that all forms begin with: the value, its time, and the zone of that time. */
enum { FORM_VALUE, FORM_TIME, FORM_ZONE, FORM_OTHERS, FORM_FIELDS = 12, FORM_BEFORE = 32 };

enum field_type {
	FIELD_PRICE, /* a number above 0, or any if the definition allows it */
	FIELD_OFFER, /* the same, but 0 means that there is none */
	FIELD_AMOUNT, /* a number, 0 or above */
	FIELD_VALUES, /* any number, or an object of values, each of which makes a record */
	FIELD_UNITS, /* a text, or an object of texts beside FIELD_VALUES' */
	FIELD_TIME,
	FIELD_ZONE,
	FIELD_TEXT, /* this and the following: a text that may be in a JSON string */
	FIELD_FIRST, /* the first half of the pair, the ticker, … that the record is about */
	FIELD_SECOND, /* the second half of the pair */
	FIELD_SERIES /* the name of a series; it takes the place of the subject's */
};

struct form_field {
	const char *name; /* NULL: no more fields */
	const char *shown; /* in messages: "exchange rate" */
	enum field_type type;
	/* Before its value in a record: ,"exchange_rate": */
	char before[FORM_BEFORE]; /* copied whole, which is faster, before the value is */
	unsigned char before_length;
};

struct form {
	const char *name; /* in a definition: "rate" */
	char opening[FORM_BEFORE]; /* of a record, before its subject; copied as the fields' before */
	unsigned char opening_length;
	const char *missing; /* "the exchange rate is missing" */
	bool timed; /* a record without a time is refused; else that of the fetch is taken */
	bool fine; /* its times have milliseconds, unless those are 0 */
	struct form_field fields[FORM_FIELDS];
	/* The members after the subject and before the source: indices of fields, FORM_FETCHED. */
	unsigned char order[FORM_FIELDS + 1];
	size_t count; /* of order */
};

enum { FORM_FETCHED = FORM_FIELDS }; /* in an order: "timestamp" */

/* The forms; the first is that of rates, the last has the name NULL. */
extern const struct form forms[];

/* The form of that name, or NULL. */
const struct form *form_find(const char *name);
/* The index of the field of that name; FORM_FIELDS: it has none. */
size_t form_field(const struct form *form, const char *name);

#endif
