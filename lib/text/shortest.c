/* shortest: tries 16 digits, then fewer or more. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/shortest.h"

enum { DIGITS = 16 };

static bool
reads_back(double number, int digits, char text[SHORTEST_SIZE])
{
	snprintf(text, SHORTEST_SIZE, "%.*g", digits, number);
	return strtod(text, NULL) == number;
}

size_t
shortest_format(double number, char text[SHORTEST_SIZE])
{
	char fewer[SHORTEST_SIZE];
	int exponent;

	if (number == 0) /* also -0 */
		number = 0;
	/*
	 * 17 always do. A text that is shorter than its digits has none to lose. Below a power of
	 * two doubles are closer than above it, so that 15 digits may do where 16 do not.
	 */
	if (!reads_back(number, DIGITS, text) &&
	    (fabs(frexp(number, &exponent)) != 0.5 || !reads_back(number, DIGITS - 1, text)))
		snprintf(text, SHORTEST_SIZE, "%.17g", number);
	else if (strlen(text) >= DIGITS && reads_back(number, DIGITS - 1, fewer))
		strcpy(text, fewer);
	return strlen(text);
}
