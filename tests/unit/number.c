/* number: reading, DynamoDB's limits, order, keys, and what is written back. */
#include "text/number.h"
#include "tap.h"

/* 38 digits, and 37 zeros. */
#define DIGITS38 "12345678901234567890123456789012345678"
#define ZEROS37 "0000000000000000000000000000000000000"

/* What is read, and how it is written back. */
static const char *const read[][2] = {
    {"0", "0"},
    {"-0", "0"},
    {"+0.000e5", "0"},
    {"0e99999999999999999999999999", "0"},
    {"1", "1"},
    {"+1", "1"},
    {"-1", "-1"},
    {"007", "7"},
    {".5", "0.5"},
    {"5.", "5"},
    {"-.5e1", "-5"},
    {"30.40", "30.4"},
    {"45000.50000000", "45000.5"},
    {"45000", "45000"},
    {"0.00001234", "0.00001234"},
    {"1.5e3", "1500"},
    {"1.5E+3", "1500"},
    {"1500e-3", "1.5"},
    {"123e-5", "0.00123"},
    {"1e20", "100000000000000000000"},
    {"1e21", "1e21"},
    {"1e-21", "0.000000000000000000001"},
    {"1e-22", "1e-22"},
    {"-12e-30", "-1.2e-29"},
    {DIGITS38, DIGITS38},
    {"-" DIGITS38 "00000000000000000000", "-" DIGITS38 "00000000000000000000"},
    {"-0.00000000000000000000" DIGITS38, "-0.00000000000000000000" DIGITS38},
    {"0.000" DIGITS38 "000", "0.000" DIGITS38},
    {"1" ZEROS37 "." ZEROS37 "0", "1e37"},
    {"1e125", "1e125"},
    {"9.9999999999999999999999999999999999999E+125", "9.9999999999999999999999999999999999999e125"},
    {"1e-130", "1e-130"},
    {"-9.9999999999999999999999999999999999999E-130",
        "-9.9999999999999999999999999999999999999e-130"},
    {"0.1e126", "1e125"},
    {"1" ZEROS37 ZEROS37 "e-74", "1"},
    {"0.0" ZEROS37 ZEROS37 "1e76", "1"},
    {"1000000e-000000000000000000000000000000000000006", "1"},
};

static const char *const refused[][2] = {
    {"", "not a number"},
    {"-", "not a number"},
    {".", "not a number"},
    {"+.", "not a number"},
    {"e5", "not a number"},
    {"1e", "not a number"},
    {"1e+", "not a number"},
    {"1e5.5", "not a number"},
    {"1.2.3", "not a number"},
    {"--1", "not a number"},
    {"1 ", "not a number"},
    {" 1", "not a number"},
    {"0x10", "not a number"},
    {"1,5", "not a number"},
    {"NaN", "not a number"},
    {"Infinity", "not a number"},
    {"1_000", "not a number"},
    {DIGITS38 "9", "more than 38 significant digits"},
    {"1" ZEROS37 "1", "more than 38 significant digits"},
    {"0." DIGITS38 "01e999", "more than 38 significant digits"},
    {"1e126", "magnitude above 9.99E+125"},
    {"-1e126", "magnitude above 9.99E+125"},
    {"10e125", "magnitude above 9.99E+125"},
    {"1e999999999999999999999999999999", "magnitude above 9.99E+125"},
    {"9e-131", "magnitude below 1E-130"},
    {"-0.1e-130", "magnitude below 1E-130"},
    {"1e-999999999999999999999999999999", "magnitude below 1E-130"},
};

static int
direction(int order)
{
	return (order > 0) - (order < 0);
}

/* How memcmp orders the keys, when neither is longer than the other. */
static int
compare_keys(const struct number *a, const struct number *b)
{
	unsigned char one[NUMBER_KEY_BYTES], other[NUMBER_KEY_BYTES];
	size_t length = number_key(a, one), second = number_key(b, other);

	if (length > NUMBER_KEY_BYTES || second > NUMBER_KEY_BYTES)
		return 99;
	return direction(memcmp(one, other, length < second ? length : second));
}

static void
test_read(void)
{
	struct number number, again;
	char text[64];

	for (size_t i = 0; i < sizeof read / sizeof read[0]; i++) {
		is_text(number_read(span_of(read[i][0]), &number), NULL, read[i][0]);
		struct span written = {text, number_format(&number, text)};
		is_span(written, span_of(read[i][1]), "  as it is written");
		is_text(number_read(written, &again), NULL, "  which is read again");
		is_number(compare_keys(&number, &again), 0, "  as the same number");
	}
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		is_text(number_read(span_of(refused[i][0]), &number), refused[i][1], refused[i][0]);
	is_text(number_read((struct span){NULL, 0}, &number), "not a number", "nothing at all");
	is_text(number_read((struct span){"12e5", 2}, &number), NULL, "no byte behind the text");
	is_span((struct span){text, number_format(&number, text)}, span_of("12"), "is read");
}

/* Rising; those in one row are equal. */
static const char *const rising[][3] = {
    {"-9.9999999999999999999999999999999999999e125"},
    {"-1e125", "-10e124"},
    {"-100.1"},
    {"-100", "-1e2"},
    {"-99"},
    {"-1.51"},
    {"-1.5001"},
    {"-1.50001"},
    {"-1.5", "-15e-1", "-1.500"},
    {"-1.49"},
    {"-1.0001"},
    {"-1"},
    {"-0.9"},
    {"-0.1"},
    {"-1.1e-130"},
    {"-1e-130"},
    {"0", "-0", "0e100"},
    {"1e-130"},
    {"1.1e-130"},
    {"0.00999"},
    {"0.01"},
    {"0.1", "1e-1"},
    {"0.9"},
    {"1"},
    {"1.0001"},
    {"1.5", "15e-1", "1.500"},
    {"1.500000001"},
    {"1.51"},
    {"9"},
    {"10", "1e1"},
    {"10.01"},
    {"99"},
    {"100", "1e2"},
    {DIGITS38},
    {"12345678901234567890123456789012345679"},
    {"9.9999999999999999999999999999999999999e125"},
};

/* In how many ways a does not stand to those in a row as expected. */
static unsigned
misplaced(const char *text, const char *const row[3], int expected)
{
	struct number a, b;
	unsigned wrong = number_read(span_of(text), &a) != NULL;

	for (size_t i = 0; i < 3 && row[i] != NULL; i++) {
		wrong += number_read(span_of(row[i]), &b) != NULL;
		wrong += compare_keys(&a, &b) != expected;
	}
	return wrong;
}

static void
test_order(void)
{
	for (size_t i = 0; i < sizeof rising / sizeof rising[0]; i++) {
		unsigned wrong = 0;
		for (size_t j = 0; j < sizeof rising / sizeof rising[0]; j++)
			wrong += misplaced(rising[i][0], rising[j], (i > j) - (i < j));
		ok(wrong == 0, "%s among the others", rising[i][0]);
	}
}

static void
test_stored_size(void)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} sizes[] = {{"0", 1}, {"1", 2}, {"-1", 3}, {"12", 2}, {"123", 3}, {"-123", 4},
	    {"1000000", 2}, {DIGITS38, 20}, {"-" DIGITS38, 21}};
	struct number number;

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		number_read(span_of(sizes[i].text), &number);
		is_number((int64_t)number_stored_size(&number), sizes[i].bytes, sizes[i].text);
	}
}

int
main(void)
{
	test_read();
	test_order();
	test_stored_size();
	return done();
}
