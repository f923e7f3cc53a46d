/*
 * rule: what fires an alert, as text: 'price > 5' (<, >=, <=), 'price crosses 5' (crosses above,
 * crosses below), 'price change 5% in 1h' (rise, fall), 'missing 10m'.
 */
#ifndef ALERT_RULE_H
#define ALERT_RULE_H

#include <stdint.h>
#include "base/failure.h"
#include "base/span.h"
#include "text/decimal.h"

enum rule_kind {
	RULE_ABOVE, /* value > number */
	RULE_BELOW,
	RULE_CROSSES,
	RULE_CHANGE, /* of number per cent within span */
	RULE_MISSING /* no record for span */
};

enum rule_direction { RULE_UP = 1, RULE_DOWN = 2 };

enum { RULES_MOST = 64, RULE_TEXT = 512 /* bytes of a rule */ };

struct rule {
	char text[RULE_TEXT]; /* its words, a blank between */
	enum rule_kind kind;
	bool or_equal; /* >=, <= */
	unsigned directions; /* of RULE_CROSSES and RULE_CHANGE: those that fire */
	size_t member; /* among those of the rules */
	struct decimal number;
	int64_t span; /* ms */
};

struct rules {
	struct rule items[RULES_MOST];
	size_t count;
	char *members[RULES_MOST]; /* names */
	size_t member_count;
	bool missing; /* one is a RULE_MISSING */
	struct decimal reset; /* per cent by which a value goes back before a rule fires again */
	int64_t pause; /* ms between two alerts of a rule for a key; 0: none */
};

/* Adds a rule. False: the sentence of failure says what is wrong with it. */
bool rules_add(struct rules *rules, const char *text, struct failure *failure);
/* Reads "1%", above 0. */
bool rules_percentage(struct span text, struct decimal *percent);
/* Is the hysteresis smaller than the percentages of all rules of change? */
bool rules_check(const struct rules *rules, struct failure *failure);
void rules_free(struct rules *rules);

#endif
