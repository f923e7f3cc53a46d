/* number: reads and writes decimal numbers digit by digit; keys that sort as they do. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "text/number.h"

/* Exponents of 0.DIGITS: 9.99E+125 is 0.999E+126, 1E-130 is 0.1E-129. */
enum { EXPONENT_MAX = 126, EXPONENT_MIN = -129 };

/* With more zeros than this, a number is written with an exponent. */
enum { ZEROS_MAX = 20 };

enum { WHOLE_DIGITS = 18 };

/* Longer than any text, so that no number of zeros brings an exponent back into range. */
static const int64_t far_away = INT64_C(100000000000000000);

/* A number being read: of any length; the first NUMBER_DIGITS digits are kept. */
struct reading {
	const char *at;
	const char *end;
	struct number *number;
	bool any; /* has a digit been read? */
	int64_t significant; /* digits so far, from the first that is not 0 */
	int64_t last; /* of those, the digits up to the last that is not 0 */
	int64_t zeros; /* after the point, before the first digit that is not 0 */
};

static void
read_digits(struct reading *reading, bool fraction)
{
	for (; reading->at < reading->end; reading->at++) {
		int digit = *reading->at - '0';
		if (digit < 0 || digit > 9)
			return;
		reading->any = true;
		if (digit == 0 && reading->significant == 0) {
			reading->zeros += fraction;
			continue;
		}
		if (reading->significant < NUMBER_DIGITS)
			reading->number->digits[reading->significant] = (char)digit;
		reading->significant++;
		if (digit != 0)
			reading->last = reading->significant;
	}
}

/* Reads the digits of an exponent. False: there are none. */
static bool
read_exponent(struct reading *reading, int64_t *exponent)
{
	bool negative = false;
	const char *start;

	if (reading->at < reading->end && (*reading->at == '+' || *reading->at == '-'))
		negative = *reading->at++ == '-';
	start = reading->at;
	*exponent = 0;
	for (; reading->at < reading->end && *reading->at >= '0' && *reading->at <= '9';
	     reading->at++) {
		if (*exponent < far_away)
			*exponent = *exponent * 10 + (*reading->at - '0');
	}
	if (*exponent > far_away)
		*exponent = far_away;
	if (negative)
		*exponent = -*exponent;
	return reading->at > start;
}

/* Fills in count and exponent. Returns NULL, or why the number is out of range. */
static const char *
settle(struct reading *reading, int64_t exponent)
{
	struct number *number = reading->number;

	if (reading->last > NUMBER_DIGITS)
		return "more than 38 significant digits";
	number->count = (unsigned)reading->last;
	if (number->count == 0) {
		number->negative = false;
		return NULL;
	}
	if (exponent > EXPONENT_MAX)
		return "magnitude above 9.99E+125";
	if (exponent < EXPONENT_MIN)
		return "magnitude below 1E-130";
	number->exponent = (int)exponent;
	return NULL;
}

const char *
number_read(struct span text, struct number *number)
{
	struct reading reading = {.at = text.start, .number = number};
	int64_t whole, exponent = 0;

	*number = (struct number){.count = 0};
	if (text.length == 0)
		return "not a number";
	reading.end = text.start + text.length;
	if (*reading.at == '-' || *reading.at == '+')
		number->negative = *reading.at++ == '-';
	read_digits(&reading, false);
	whole = reading.significant;
	if (reading.at < reading.end && *reading.at == '.') {
		reading.at++;
		read_digits(&reading, true);
	}
	if (!reading.any)
		return "not a number";
	if (reading.at < reading.end && (*reading.at == 'e' || *reading.at == 'E')) {
		reading.at++;
		if (!read_exponent(&reading, &exponent))
			return "not a number";
	}
	if (reading.at < reading.end)
		return "not a number";
	return settle(&reading, exponent + whole - reading.zeros);
}

/* -1, 0 or 1: the number is below zero, zero, or above. */
static int
sign(const struct number *number)
{
	if (number->count == 0)
		return 0;
	return number->negative ? -1 : 1;
}

/*
 * A byte for the sign, one for the exponent (of 256 values), one for every two digits (from 1
 * up), and a 0, so that no key begins another. For a negative number all bytes but the first
 * are inverted.
 */
size_t
number_key(const struct number *number, unsigned char key[NUMBER_KEY_BYTES])
{
	size_t length = 0;

	key[length++] = (unsigned char)(sign(number) + 2);
	if (number->count == 0)
		return length;
	key[length++] = (unsigned char)(number->exponent - EXPONENT_MIN);
	for (unsigned i = 0; i < number->count; i += 2) {
		int second = i + 1 < number->count ? number->digits[i + 1] : 0;
		key[length++] = (unsigned char)(number->digits[i] * 10 + second + 1);
	}
	key[length++] = 0;
	for (size_t i = 1; number->negative && i < length; i++)
		key[i] = (unsigned char)~key[i];
	return length;
}

int64_t
number_scaled(const struct number *number, int places)
{
	int64_t value = 0;

	if (number->count > 0 && number->exponent + places > WHOLE_DIGITS)
		return number->negative ? -INT64_MAX : INT64_MAX;
	for (int i = 0; i < number->exponent + places; i++)
		value = value * 10 + ((unsigned)i < number->count ? number->digits[i] : 0);
	return number->negative ? -value : value;
}

size_t
number_stored_size(const struct number *number)
{
	return (number->count + 1) / 2 + 1 + (number->count > 0 && number->negative);
}

static char *
put_digits(char *to, const struct number *number, unsigned from, unsigned count)
{
	for (unsigned i = from; i < from + count; i++)
		*to++ = (char)('0' + number->digits[i]);
	return to;
}

static char *
put_zeros(char *to, int count)
{
	for (; count > 0; count--)
		*to++ = '0';
	return to;
}

/* 1200, 1.2 or 0.0012. zeros: how many to write before or after the digits. */
static char *
put_plain(char *to, const struct number *number, int zeros)
{
	int count = (int)number->count;

	if (number->exponent >= count)
		return put_zeros(put_digits(to, number, 0, number->count), zeros);
	if (number->exponent > 0) {
		to = put_digits(to, number, 0, (unsigned)number->exponent);
		*to++ = '.';
		return put_digits(
		    to, number, (unsigned)number->exponent, (unsigned)(count - number->exponent));
	}
	*to++ = '0';
	*to++ = '.';
	return put_digits(put_zeros(to, zeros), number, 0, number->count);
}

size_t
number_format(const struct number *number, char text[64])
{
	char *to = text;
	int beyond = number->exponent - (int)number->count;
	int zeros = beyond > 0 ? beyond : number->exponent < 0 ? -number->exponent : 0;

	if (number->count == 0) {
		text[0] = '0';
		return 1;
	}
	if (number->negative)
		*to++ = '-';
	if (zeros <= ZEROS_MAX)
		return (size_t)(put_plain(to, number, zeros) - text);
	to = put_digits(to, number, 0, 1);
	if (number->count > 1) {
		*to++ = '.';
		to = put_digits(to, number, 1, number->count - 1);
	}
	to += snprintf(to, 8, "e%d", number->exponent - 1);
	return (size_t)(to - text);
}
