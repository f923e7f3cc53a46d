/* real: numbers as doubles, as strtod reads them. */
#include <math.h>
#include <stdlib.h>
#include "text/real.h"
#include "tap.h"

static const char *const numbers[] = {"0", "-0", "1", "-1", "0.1", "102119", "102228.00000000",
    "0.30000000000000004", "123456789012345", "999999999999999", "9007199254740993",
    "123456789012345678901234567890", "0.000000000000000000001", "0.0000000000000000000001",
    "0.00000000000000000000001", "1e22", "1E+22", "1e-22", "1.5e300", "1e999", "-1e999", "1e-400",
    "4.9e-324", "2.2250738585072014e-308", "45000.50000000", "-0.5", "5e0",
    ("0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
     "0000000000000000000000000000000000000000000000000000000000000000000000001")};

static bool
same(const char *text)
{
	double got = real_read(span_of(text)), expected = strtod(text, NULL);

	return got == expected && signbit(got) == signbit(expected);
}

int
main(void)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		ok(same(numbers[i]), "%.60s", numbers[i]);
	srand(1);
	for (int i = 0; i < 100000; i++) {
		char text[64];

		snprintf(text, sizeof text, "%s%d.%0*d", rand() % 2 != 0 ? "-" : "",
		    rand() % 1000000, 1 + rand() % 12, rand());
		wrong += !same(text);
	}
	ok(wrong == 0, "100,000 random numbers");
	return done();
}
