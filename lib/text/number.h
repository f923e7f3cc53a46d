/*
 * number: decimal numbers as text, under DynamoDB's rules: at most 38
 * significant digits, magnitude 0 or 1E-130 to 9.99…E+125. Nothing here passes
 * through a double. Source: DynamoDB Developer Guide, HowItWorks.NamingRulesDataTypes.
 */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

enum { NUMBER_DIGITS = 38, NUMBER_KEY_BYTES = 24 };

/*
 * A number taken apart: value = sign 0.DIGITS * 10^exponent, without leading or
 * trailing zeros; count 0 is zero.
 */
struct number {
	bool negative;
	int exponent;
	unsigned count;
	char digits[NUMBER_DIGITS]; /* 0 to 9, not characters */
};

/*
 * Reads what JSON or a DynamoDB N may write: also +1, 007, .5 and 5.
 * NULL, or static text saying why not: "not a number", "more than 38
 * significant digits", "magnitude above 9.99E+125", "magnitude below 1E-130".
 */
const char *number_read(struct span text, struct number *number);

int number_compare(const struct number *a, const struct number *b);

/*
 * A key that memcmp orders as the numbers are ordered, equal numbers equal
 * bytes, none the beginning of another. Returns its length, at most
 * NUMBER_KEY_BYTES.
 */
size_t number_key(const struct number *number, unsigned char key[NUMBER_KEY_BYTES]);

/* Bytes DynamoDB counts for it: about (digits + 1) / 2 + 1, one more where negative. */
size_t number_stored_size(const struct number *number);

/*
 * As a valid JSON number, without a NUL. Plain, unless it takes more than 20
 * zeros to get there: then with an exponent. Returns the length.
 */
size_t number_format(const struct number *number, char text[64]);

#endif
