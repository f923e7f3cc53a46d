/* nearest: finds the name closest to a misspelt one by counting typing errors. */
#include <string.h>

#include "text/nearest.h"

enum { LONGEST = 64 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The Damerau-Levenshtein distance (optimal string alignment), with three rows of its table. */
static size_t
distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t rows[3][LONGEST + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2], *spare;

	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		spare = before;
		before = above;
		above = row;
		row = spare;
		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			row[j] = above[j - 1] + (a[i - 1] != b[j - 1]);
			row[j] = least(row[j], least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
	}
	return row[b_length];
}

const char *
nearest(const char *text, const char *const *names, size_t count)
{
	size_t length = strlen(text), best = LONGEST;
	const char *found = NULL;

	if (length > LONGEST)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t other = strlen(names[i]), errors;

		if (other > LONGEST)
			continue;
		errors = distance(text, length, names[i], other);
		if (3 * errors <= (length > other ? length : other) && errors < best) {
			best = errors;
			found = names[i];
		}
	}
	return found;
}
