/*
 * decimal: exact arithmetic with decimal numbers, as whole numbers of up to 38 digits. A value is
 * whole / 10^places.
 */
#ifndef TEXT_DECIMAL_H
#define TEXT_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include "base/span.h"

__extension__ typedef __int128 decimal_whole;

enum {
	DECIMAL_DIGITS = 30, /* of a number that is read: 10,000,000 of them have a sum */
	DECIMAL_MEAN_DIGITS = 20, /* significant digits of a mean */
	DECIMAL_SIZE = 128 /* a number as text, NUL included */
};

struct decimal {
	decimal_whole whole;
	int places; /* 0 to DECIMAL_DIGITS */
};

/* 10 to a power from 0 to 38. */
decimal_whole decimal_power(int exponent);

/*
 * Reads a JSON number. NULL, or why not (static text, which begins with a verb): it needs more than
 * 30 digits, before and after the point together, or is not a number.
 */
const char *decimal_read(struct span text, struct decimal *decimal);
/*
 * The whole of a decimal with more places, 0 to 30. False: it would have more than 30 digits.
 */
bool decimal_scale(struct decimal decimal, int places, decimal_whole *whole);
/* Adds other to it. False: the sum needs more than 30 digits, and it is as it was. */
bool decimal_add(struct decimal *decimal, struct decimal other);
/* Writes it without an exponent and without zeros at its end; returns the length. */
size_t decimal_format(decimal_whole whole, int places, char text[DECIMAL_SIZE]);
/*
 * Writes sum / count, rounded half to even to DECIMAL_MEAN_DIGITS significant digits; returns the
 * length. count: from 1 to 10^9.
 */
size_t decimal_format_mean(decimal_whole sum, int places, size_t count, char text[DECIMAL_SIZE]);

#endif
