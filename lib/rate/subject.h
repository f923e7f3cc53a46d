/*
 * subject: what a provider is asked for: a pair of currencies (BTC/USD), all pairs with a first
 * half (EUR and SUBJECT_ALL), a ticker (IBM), or a place with or without a name
 * (Berlin=52.52,13.41).
 */
#ifndef RATE_SUBJECT_H
#define RATE_SUBJECT_H

#include <stdbool.h>
#include "base/span.h"

enum subject_kind { SUBJECT_PAIR, SUBJECT_TICKER, SUBJECT_PLACE };

enum {
	SUBJECT_PART = 20,
	SUBJECT_NAME = 60,
	SUBJECT_SIZE = SUBJECT_NAME + 2 * SUBJECT_PART + 3 /* of its text */
};

#define SUBJECT_ALL "*" /* the second half of all pairs with this first half */

struct subject {
	enum subject_kind kind;
	/* The currencies, [A-Z0-9._-]{1,20}; the ticker and ""; latitude and longitude, in degrees.
	 */
	char first[SUBJECT_PART + 1];
	char second[SUBJECT_PART + 1];
	/* Of a place, "" if it has none: UTF-8 that needs no escapes in JSON, without = and /. */
	char name[SUBJECT_NAME + 1];
};

/* Parses "BTC/USD", "IBM", "52.52,13.41" or "Berlin=52.52,13.41". */
bool subject_parse(enum subject_kind kind, struct span text, struct subject *subject);
/* A pair, from its two halves; not all pairs. */
bool subject_make_pair(struct span from, struct span to, struct subject *pair);

bool subject_is_all(const struct subject *subject);

/* Writes what subject_parse reads. Returns text. */
const char *subject_text(const struct subject *subject, char text[SUBJECT_SIZE]);
/* Writes what records call it: of a place its name, else its coordinates. Returns text. */
const char *subject_name(const struct subject *subject, char text[SUBJECT_SIZE]);

/* "pair", "ticker" or "place". */
const char *subject_noun(enum subject_kind kind);
/* For messages: "a pair such as BTC/USD, each half 1 to 20 of A-Z 0-9 . _ -". */
const char *subject_form(enum subject_kind kind);

#endif
