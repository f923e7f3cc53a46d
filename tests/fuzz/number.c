/*
 * number: two lines are read as numbers, and held against the same numbers
 * written out in full, one place of the decimal system after another.
 */
#include <stdint.h>
#include "text/json.h"
#include "must.h"
#include "text/number.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Places from 10^125 down to 10^-167: 38 digits may follow the first at 10^-130. */
enum { HIGHEST = 125, LOWEST = -167, PLACES = HIGHEST - LOWEST + 1 };

struct written_out {
	bool negative;
	bool zero;
	char places[PLACES];
};

/* Does text follow the grammar? Finds its point (or where it would be) and its exponent. */
static bool
is_number(struct span text, size_t *start, size_t *point, size_t *end, long *exponent)
{
	size_t at = 0, digits = 0;
	bool negative;

	*exponent = 0;
	at += at < text.length && strchr("+-", text.start[at]) != NULL && text.start[at] != '\0';
	*start = at;
	for (; at < text.length && text.start[at] >= '0' && text.start[at] <= '9'; at++)
		digits++;
	*point = at;
	if (at < text.length && text.start[at] == '.') {
		for (at++; at < text.length && text.start[at] >= '0' && text.start[at] <= '9'; at++)
			digits++;
	}
	*end = at;
	if (digits == 0)
		return false;
	if (at == text.length)
		return true;
	if (text.start[at] != 'e' && text.start[at] != 'E')
		return false;
	at++;
	negative = at < text.length && text.start[at] == '-';
	at += negative || (at < text.length && text.start[at] == '+');
	if (at == text.length)
		return false;
	for (; at < text.length && text.start[at] >= '0' && text.start[at] <= '9'; at++)
		*exponent =
		    *exponent > 1000000 ? *exponent : *exponent * 10 + (text.start[at] - '0');
	*exponent = negative ? -*exponent : *exponent;
	return at == text.length;
}

/* NULL, or the reason that number_read should give. */
static const char *
write_out(struct span text, struct written_out *out)
{
	size_t start, point, end;
	long exponent, first = 0, last = 0;

	memset(out, 0, sizeof *out);
	out->zero = true;
	if (!is_number(text, &start, &point, &end, &exponent))
		return "not a number";
	for (size_t i = start; i < end; i++) {
		/* The place of the digit: how many digits stand between it and the point. */
		long place = (i < point ? (long)(point - i) - 1 : (long)point - (long)i) + exponent;
		if (text.start[i] == '.' || text.start[i] == '0')
			continue;
		if (out->zero)
			first = place;
		out->zero = false;
		last = place;
		if (place <= HIGHEST && place >= LOWEST)
			out->places[HIGHEST - place] = (char)(text.start[i] - '0');
	}
	out->negative = !out->zero && text.start[0] == '-';
	if (out->zero)
		return NULL;
	if (first - last >= NUMBER_DIGITS)
		return "more than 38 significant digits";
	if (first > HIGHEST)
		return "magnitude above 9.99E+125";
	return first < -130 ? "magnitude below 1E-130" : NULL;
}

static int
compare_written(const struct written_out *a, const struct written_out *b)
{
	int order = memcmp(a->places, b->places, PLACES);

	order = (order > 0) - (order < 0);
	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	return a->negative ? -order : order;
}

static bool
read_both(struct span text, struct number *number, struct written_out *out)
{
	const char *expected = write_out(text, out), *got = number_read(text, number);

	must((expected == NULL) == (got == NULL));
	must(expected == NULL || strcmp(expected, got) == 0);
	return got == NULL;
}

static void
try_format(const struct number *number, const struct written_out *out)
{
	char text[64];
	struct span written = {text, number_format(number, text)};
	struct number again;
	struct written_out out_again;
	struct json_error error;

	must(written.length <= sizeof text);
	must(json_check(written, 0, &error));
	must(json_kind(written) == JSON_NUMBER);
	must(read_both(written, &again, &out_again));
	must(compare_written(out, &out_again) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *start = (const char *)data;
	const char *newline = size > 0 ? memchr(start, '\n', size) : NULL;
	size_t length = newline != NULL ? (size_t)(newline - start) : size;
	struct span first = {start, length}, second = {"", 0};
	unsigned char one[NUMBER_KEY_BYTES], other[NUMBER_KEY_BYTES];
	struct number a, b;
	struct written_out out_a, out_b;
	int order, keys;

	if (newline != NULL)
		second = (struct span){newline + 1, size - length - 1};
	if (!read_both(first, &a, &out_a))
		return 0;
	try_format(&a, &out_a);
	must(number_stored_size(&a) <= 21);
	if (!read_both(second, &b, &out_b))
		return 0;
	order = compare_written(&out_a, &out_b);
	length = number_key(&a, one);
	size = number_key(&b, other);
	must(length <= NUMBER_KEY_BYTES && size <= NUMBER_KEY_BYTES);
	keys = memcmp(one, other, length < size ? length : size);
	must((keys > 0) - (keys < 0) == order);
	must(order != 0 || length == size);
	return 0;
}
