/* ticks: numbers, which are a whole number times a power of ten and so have exact labels. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plot/ticks.h"

/* Longer labels are written with an exponent. */
enum { LONGEST_WHOLE = 12, LONGEST_FRACTION = 16 };

/* Doubles have about 16 digits. */
static const double largest_index = 1e15;
/* A tick on the border of a range counts although its quotient is not exact. */
static const double rounding = 1e-9;

/* 10^exponent * (1, 2 or 5). */
struct step {
	int exponent;
	int digit;
};

static double
size_of(struct step step)
{
	/* The quotient of two exact powers is nearer than a negative power. */
	return step.exponent >= 0 ? step.digit * pow(10, step.exponent)
	                          : step.digit / pow(10, -step.exponent);
}

static struct step
next(struct step step)
{
	switch (step.digit) {
	case 1:
		return (struct step){step.exponent, 2};
	case 2:
		return (struct step){step.exponent, 5};
	default:
		return (struct step){step.exponent + 1, 1};
	}
}

static struct step
before(struct step step)
{
	switch (step.digit) {
	case 5:
		return (struct step){step.exponent, 2};
	case 2:
		return (struct step){step.exponent, 1};
	default:
		return (struct step){step.exponent - 1, 5};
	}
}

/* The length of whole * 10^exponent as text without an exponent. */
static int
length_of(double whole, int exponent)
{
	int digits = snprintf(NULL, 0, "%.0f", fabs(whole)) + (exponent > 0 ? exponent : 0);

	return whole == 0 ? 1 : digits > -exponent ? digits + (exponent < 0) : 2 - exponent;
}

/* whole * 10^exponent, with all digits of whole. */
static void
format(double whole, int exponent, bool scientific, char label[TICKS_LABEL])
{
	int places = exponent < 0 ? -exponent : 0, length;

	if (whole == 0 || scientific) {
		length = snprintf(NULL, 0, "%.0f", fabs(whole));
		snprintf(label, TICKS_LABEL, "%.*g", length < 17 ? length : 17,
		    whole * pow(10, exponent));
		return;
	}
	/* The digits of a whole number are exact; the point is put between them. */
	length = snprintf(label, TICKS_LABEL - 1, "%s%0*.0f", whole < 0 ? "-" : "", places + 1,
	    fabs(whole) * (exponent > 0 ? pow(10, exponent) : 1));
	if (places > 0) {
		memmove(label + length - places + 1, label + length - places, (size_t)places + 1);
		label[length - places] = '.';
	}
}

static void
fill(struct ticks *ticks, double low, double high, struct step step)
{
	double size = size_of(step);
	double first = ceil(low / size - rounding) + 0.0 /* of -0 */,
	       last = floor(high / size + rounding);
	int most = step.exponent < 0 ? LONGEST_FRACTION : LONGEST_WHOLE;
	bool scientific = length_of(first * step.digit, step.exponent) > most ||
	                  length_of(last * step.digit, step.exponent) > most;

	ticks->count = 0;
	if (fabs(first) > largest_index || fabs(last) > largest_index)
		return;
	for (double index = first; index <= last && ticks->count < TICKS_MOST; index++) {
		struct tick *tick = &ticks->ticks[ticks->count++];

		tick->at = step.exponent >= 0 ? index * size
		                              : index * step.digit / pow(10, -step.exponent);
		format(index * step.digit, step.exponent, scientific, tick->label);
		tick->above[0] = '\0';
	}
}

void
ticks_numbers(struct ticks *ticks, double low, double high, size_t most, bool whole)
{
	double range = high - low;
	struct step step = {(int)floor(log10(range)) - 2, 1};

	while (size_of(step) * (double)most < range || (whole && step.exponent < 0))
		step = next(step);
	fill(ticks, low, high, step);
	if (ticks->count >= 2 || (whole && step.exponent == 0 && step.digit == 1))
		return;
	fill(ticks, low, high, before(step));
}
