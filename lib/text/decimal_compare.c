/* decimal_compare: compares products of decimals as whole numbers of 512 bits. */
#include <stdint.h>

#include "text/decimal_compare.h"

__extension__ typedef unsigned __int128 natural;

enum {
	PARTS =
	    16, /* of 32 bits, the lowest first: a product of 32 and 30 digits, 62 places added */
	FACTOR = 4, /* parts of a factor */
	POWER = 37 /* places that one factor adds */
};

static natural
magnitude(decimal_whole whole)
{
	return whole < 0 ? -(natural)whole : (natural)whole;
}

static void
multiply(uint32_t product[PARTS], natural factor)
{
	uint32_t old[PARTS];

	memcpy(old, product, sizeof old);
	memset(product, 0, sizeof old);
	for (size_t i = 0; i < PARTS; i++) {
		uint64_t carry = 0;

		for (size_t j = 0; j < FACTOR && i + j < PARTS; j++) {
			carry += product[i + j] + (uint64_t)old[i] * (uint32_t)(factor >> 32 * j);
			product[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
		if (i + FACTOR < PARTS)
			product[i + FACTOR] = (uint32_t)carry;
	}
}

/* a * b * 10^places. */
static void
compute(uint32_t product[PARTS], decimal_whole a, decimal_whole b, int places)
{
	memset(product, 0, PARTS * sizeof *product);
	product[0] = 1;
	multiply(product, magnitude(a));
	multiply(product, magnitude(b));
	for (; places > 0; places -= POWER)
		multiply(product, (natural)decimal_power(places < POWER ? places : POWER));
}

static int
sign(decimal_whole whole)
{
	return (whole > 0) - (whole < 0);
}

int
decimal_compare(struct decimal a, struct decimal b)
{
	bool scaled;

	if (a.places == b.places)
		return sign(a.whole - b.whole);
	if (a.places > b.places)
		return -decimal_compare(b, a);
	scaled = decimal_scale(a, b.places, &a.whole);
	/* If a has too many digits with those places, its magnitude is above that of b. */
	return scaled ? sign(a.whole - b.whole) : sign(a.whole);
}

int
decimal_compare_changed(struct decimal value, struct decimal reference, struct decimal percent)
{
	decimal_whole hundred = 100 * decimal_power(percent.places), share;
	int left = sign(value.whole), right, places = reference.places + percent.places;
	uint32_t products[2][PARTS];

	share = reference.whole < 0 ? hundred - percent.whole : hundred + percent.whole;
	right = sign(reference.whole) * sign(share);
	if (left != right)
		return left < right ? -1 : 1;
	compute(products[0], value.whole, 100, places - value.places);
	compute(products[1], reference.whole, share, value.places - places);
	for (size_t i = PARTS; i-- > 0;) {
		if (products[0][i] != products[1][i])
			return products[0][i] < products[1][i] ? -left : left;
	}
	return 0;
}

struct decimal
decimal_negated(struct decimal decimal)
{
	decimal.whole = -decimal.whole;
	return decimal;
}
