/*
 * tz_rule: the rule by which a zone changes its clocks every year, as a TZ string of POSIX:
 * "CET-1CEST,M3.5.0,M10.5.0/3". Source: POSIX.1, Other Environment Variables, TZ; RFC 9636, 3.3.1,
 * which allows hours from -167 to 167.
 */
#ifndef TEXT_TZ_RULE_H
#define TEXT_TZ_RULE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/span.h"

/* A day of the year, and when on it. */
struct tz_date {
	char form; /* J: day 1 to 365, never 29 February; D: day 0 to 365; M: a weekday of a month */
	int day; /* J, D: the day; M: 0 (Sunday) to 6 */
	int week, month; /* M: 1 to 5 (the last), 1 to 12 */
	int64_t time; /* s after midnight by the clock until then; may be negative */
};

struct tz_rule {
	int64_t standard; /* s east of UTC */
	bool changes; /* false: always standard */
	int64_t summer; /* s east of UTC */
	struct tz_date begins, ends; /* of summer time */
};

bool tz_rule_read(struct span text, struct tz_rule *rule);
/* The offset, in s east of UTC, at a time in s since 1970; within 10,000 years of it. */
int64_t tz_rule_offset(const struct tz_rule *rule, int64_t time);

#endif
