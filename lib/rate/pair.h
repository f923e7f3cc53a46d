/* pair: two currencies, BTC/USD: [A-Z0-9._-]{1,20}/[A-Z0-9._-]{1,20}. */
#ifndef RATE_PAIR_H
#define RATE_PAIR_H

#include <stdbool.h>
#include "base/span.h"

enum { PAIR_PART = 20, PAIR_SIZE = 2 * PAIR_PART + 2 };

struct pair {
	char from[PAIR_PART + 1];
	char to[PAIR_PART + 1];
};

/* Parses "BTC/USD". */
bool pair_parse(struct span text, struct pair *pair);
/* From its two halves. */
bool pair_make(struct span from, struct span to, struct pair *pair);
/* Writes "BTC/USD". Returns text. */
const char *pair_text(const struct pair *pair, char text[PAIR_SIZE]);

#endif
