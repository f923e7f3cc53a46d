/* decimal: reads, scales, divides and writes decimals, whose wholes are 128-bit integers. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "text/decimal.h"

__extension__ typedef unsigned __int128 natural;

enum { LONGEST = 39 /* digits of a natural */ };

/* Digits are taken and written in parts of 18. */
static const uint64_t part_power = UINT64_C(1000000000000000000);

decimal_whole
decimal_power(int exponent)
{
	static const uint64_t powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
	    100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
	    100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
	    1000000000000000000, 10000000000000000000U};

	if (exponent < 20)
		return powers[exponent];
	return (decimal_whole)powers[19] * powers[exponent - 19];
}

static bool
is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* Takes digits off the text, adds them to *whole. False: too many. */
static bool
take_digits(struct span *text, decimal_whole *whole, int *count)
{
	const decimal_whole most = decimal_power(DECIMAL_DIGITS) - 1;
	const char *at = text->start, *end = at + text->length;

	while (at < end && is_digit(*at)) {
		uint64_t part = 0, power = 1;

		/* Most numbers are one part. */
		for (; at < end && is_digit(*at) && power < part_power; at++, power *= 10)
			part = part * 10 + (uint64_t)(*at - '0');
		if (*whole > 0 && *whole > (most - part) / power)
			return false;
		*whole = *whole * power + part;
	}
	*count = (int)(at - text->start);
	*text = (struct span){at, (size_t)(end - at)};
	return true;
}

/* "e-5" and the like, cut to what fits in an int. False: it is no exponent. */
static bool
take_exponent(struct span text, int *exponent)
{
	bool negative;
	int value = 0;

	*exponent = 0;
	if (text.length == 0)
		return true;
	if (text.length < 2 || (*text.start != 'e' && *text.start != 'E'))
		return false;
	negative = text.start[1] == '-';
	for (size_t i = negative || text.start[1] == '+' ? 2 : 1; i < text.length; i++) {
		if (!is_digit(text.start[i]))
			return false;
		if (value < 1000000)
			value = value * 10 + (text.start[i] - '0');
	}
	*exponent = negative ? -value : value;
	return true;
}

const char *
decimal_read(struct span text, struct decimal *decimal)
{
	static const char many[] = "has more than 30 digits";
	decimal_whole whole = 0;
	bool negative = text.length > 0 && *text.start == '-';
	int before, after = 0, exponent, places;

	text.start += negative;
	text.length -= negative;
	if (!take_digits(&text, &whole, &before))
		return many;
	if (before > 0 && text.length > 0 && *text.start == '.') {
		text.start++;
		text.length--;
		if (!take_digits(&text, &whole, &after))
			return many;
	}
	if (before == 0 || !take_exponent(text, &exponent))
		return "is not a number";
	places = after - exponent;
	while (places > DECIMAL_DIGITS && whole != 0 && whole % 10 == 0) {
		whole /= 10;
		places--;
	}
	*decimal = (struct decimal){0, 0};
	if (whole == 0)
		return NULL;
	if (places > DECIMAL_DIGITS || places < -DECIMAL_DIGITS)
		return many;
	decimal->whole = negative ? -whole : whole;
	decimal->places = places;
	if (places >= 0)
		return NULL;
	decimal->places = 0;
	return decimal_scale(*decimal, -places, &decimal->whole) ? NULL : many;
}

bool
decimal_scale(struct decimal decimal, int places, decimal_whole *whole)
{
	decimal_whole factor, most;

	*whole = decimal.whole;
	if (places == decimal.places)
		return true;
	factor = decimal_power(places - decimal.places);
	most = (decimal_power(DECIMAL_DIGITS) - 1) / factor;
	if (decimal.whole > most || decimal.whole < -most)
		return false;
	*whole = decimal.whole * factor;
	return true;
}

bool
decimal_add(struct decimal *decimal, struct decimal other)
{
	const decimal_whole most = decimal_power(DECIMAL_DIGITS) - 1;
	int places = decimal->places > other.places ? decimal->places : other.places;
	decimal_whole sum;

	if (!decimal_scale(*decimal, places, &sum) || !decimal_scale(other, places, &other.whole))
		return false;
	sum += other.whole;
	if (sum > most || sum < -most)
		return false;
	*decimal = (struct decimal){sum, places};
	return true;
}

/* Writes the digits of a number, the last one before end; returns where the first is. */
static char *
write_digits(natural number, char *end)
{

	while (number > UINT64_MAX) {
		uint64_t low = (uint64_t)(number % part_power);

		number /= part_power;
		for (int i = 0; i < 18; i++, low /= 10)
			*--end = (char)('0' + low % 10);
	}
	for (uint64_t rest = (uint64_t)number; rest > 0; rest /= 10)
		*--end = (char)('0' + rest % 10);
	return end;
}

static size_t
write_decimal(natural number, bool negative, int places, char text[DECIMAL_SIZE])
{
	char digits[LONGEST], *end = digits + sizeof digits, *start = write_digits(number, end);
	char *at = text;
	int count = (int)(end - start), whole = count - places;

	while (places > 0 && count > 0 && end[-1] == '0') {
		end--;
		count--;
		places--;
	}
	if (count == 0) {
		memcpy(text, "0", 2);
		return 1;
	}
	if (negative)
		*at++ = '-';
	if (whole <= 0)
		*at++ = '0';
	for (; whole > 0; whole--)
		*at++ = *start++;
	if (places > 0) {
		*at++ = '.';
		for (; whole < 0; whole++)
			*at++ = '0';
		memcpy(at, start, (size_t)(end - start));
		at += end - start;
	}
	*at = '\0';
	return (size_t)(at - text);
}

static natural
magnitude(decimal_whole whole)
{
	return whole < 0 ? -(natural)whole : (natural)whole;
}

size_t
decimal_format(decimal_whole whole, int places, char text[DECIMAL_SIZE])
{
	return write_decimal(magnitude(whole), whole < 0, places, text);
}

static int
count_digits(natural number)
{
	int count = number > UINT64_MAX ? 19 : 0;

	while (count < LONGEST - 1 && number >= (natural)decimal_power(count))
		count++;
	return number >= (natural)decimal_power(LONGEST - 1) ? LONGEST : count;
}

/* number / divisor, rounded half to even; more: there is a rest besides. */
static natural
divide(natural number, natural divisor, bool more)
{
	natural quotient = number / divisor, rest = number % divisor;

	if (rest > divisor - rest || (rest == divisor - rest && (more || (quotient & 1) == 1)))
		quotient++;
	return quotient;
}

size_t
decimal_format_mean(decimal_whole sum, int places, size_t count, char text[DECIMAL_SIZE])
{
	natural number = magnitude(sum), quotient = number / count, rest = number % count;
	int digits = count_digits(quotient), shift = DECIMAL_MEAN_DIGITS - digits;

	if (shift < 0) {
		natural power = (natural)decimal_power(-shift);

		return write_decimal(
		    divide(quotient, power, rest > 0) * power, sum < 0, places, text);
	}
	if (digits == 0) /* zeros at the beginning do not count */
		while (rest > 0 && rest * (natural)decimal_power(shift) / count <
		                       (natural)decimal_power(DECIMAL_MEAN_DIGITS - 1))
			shift++;
	if (rest > 0)
		quotient = quotient * (natural)decimal_power(shift) +
		           divide(rest * (natural)decimal_power(shift), count, false);
	else
		shift = 0;
	return write_decimal(quotient, sum < 0, places + shift, text);
}
