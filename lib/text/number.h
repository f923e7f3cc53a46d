/*
 * number: decimal numbers by DynamoDB's rules: at most 38 significant digits, magnitude 0 or
 * 1E-130 to 9.99…E+125. They stay decimal digits; nothing is converted to a double. Source:
 * DynamoDB Developer Guide, HowItWorks.NamingRulesDataTypes.
 */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/span.h"

enum { NUMBER_DIGITS = 38, NUMBER_KEY_BYTES = 24 };

/* The value is sign 0.DIGITS * 10^exponent, without leading or trailing zeros; zero: count 0. */
struct number {
	bool negative;
	int exponent;
	unsigned count;
	char digits[NUMBER_DIGITS]; /* 0 to 9, not characters */
};

/*
 * Reads a number as JSON or a DynamoDB N writes it, also +1, 007, .5 and 5. Returns NULL, or why
 * not (static text): "not a number", "more than 38 significant digits", "magnitude above
 * 9.99E+125", "magnitude below 1E-130".
 */
const char *number_read(struct span text, struct number *number);

/*
 * A key that memcmp orders as the numbers are ordered; equal numbers have equal keys, and no key
 * begins another. Returns its length, at most NUMBER_KEY_BYTES.
 */
size_t number_key(const struct number *number, unsigned char key[NUMBER_KEY_BYTES]);

/* The whole part of number * 10^places; beyond 18 digits INT64_MAX or -INT64_MAX. */
int64_t number_scaled(const struct number *number, int places);

/* The bytes that DynamoDB counts: about (digits + 1) / 2 + 1, one more if it is negative. */
size_t number_stored_size(const struct number *number);

/*
 * Writes a valid JSON number, without a NUL; with an exponent if it would take more than 20 zeros
 * without. Returns the length.
 */
size_t number_format(const struct number *number, char text[64]);

#endif
