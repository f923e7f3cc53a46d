/* real: exact for numbers of up to 15 digits, which is fast; by strtod for all others. */
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "text/real.h"

/* A double holds whole numbers of DIGITS digits and these powers of ten exactly. */
enum { DIGITS = 15, POWERS = 22 };

static const double powers[POWERS + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
    1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static double
read_long(struct span text)
{
	char plain[128], *copy = NULL;
	double value;

	if (text.length < sizeof plain) {
		memcpy(plain, text.start, text.length);
		plain[text.length] = '\0';
		return strtod(plain, NULL);
	}
	copy = memory_copy(text.start, text.length);
	value = strtod(copy, NULL);
	free(copy);
	return value;
}

double
real_read(struct span text)
{
	const char *at = text.start, *end = at + text.length;
	bool negative = at < end && *at == '-', fraction = false;
	int64_t whole = 0;
	int digits = 0, places = 0;

	for (at += negative; at < end; at++) {
		if (*at == '.' && !fraction) {
			fraction = true;
			continue;
		}
		if (*at < '0' || *at > '9' || digits == DIGITS)
			return read_long(text);
		whole = whole * 10 + (*at - '0');
		digits += whole > 0;
		places += fraction;
	}
	if (places > POWERS)
		return read_long(text);
	return (negative ? -(double)whole : (double)whole) / powers[places];
}
