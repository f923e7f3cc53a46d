/* shortest: the fewest digits that read back. */
#include <math.h>
#include <stdlib.h>

#include "tap.h"
#include "text/shortest.h"

static void
becomes(double number, const char *expected)
{
	char text[SHORTEST_SIZE];
	size_t length = shortest_format(number, text);

	ok(length == strlen(text) && strcmp(text, expected) == 0, "%s, got %s", expected, text);
}

/* Of each power of two no text of fewer digits, from 15 on, reads back. */
static void
test_powers(void)
{
	char text[SHORTEST_SIZE], fewer[SHORTEST_SIZE];
	int longer = 0;

	for (int power = -1022; power < 1024; power++) {
		double number = ldexp(1, power);

		shortest_format(number, text);
		snprintf(fewer, sizeof fewer, "%.15g", number);
		longer += strtod(text, NULL) != number ||
		          (strtod(fewer, NULL) == number && strcmp(text, fewer) != 0);
	}
	ok(longer == 0, "powers of two have the fewest digits, %d have not", longer);
}

int
main(void)
{
	test_powers();
	becomes(-0.0, "0");
	becomes(0.1, "0.1");
	becomes(-45050.25, "-45050.25");
	becomes(0.123456789012345, "0.123456789012345");
	becomes(1.0 / 3, "0.3333333333333333");
	becomes(0.1 + 0.2, "0.30000000000000004");
	becomes(1e15, "1e+15");
	becomes(9007199254740993.0, "9007199254740992");
	becomes(5e-324, "4.94065645841247e-324");
	becomes(1.7976931348623157e308, "1.7976931348623157e+308");
	return done();
}
