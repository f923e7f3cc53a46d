/*
 * tzif: any bytes as a file of a time zone, and as the rule at its end. Each offset is one that a
 * clock can have, and a rule follows the same years after 400 of them.
 */
#include <stdint.h>
#include "must.h"
#include "text/tzif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WEEK = 7 * 86400 }; /* s: more than the hours of a rule */

static void
try_rule(struct span text)
{
	const int64_t cycle = INT64_C(146097) * 86400; /* 400 years */
	struct tz_rule rule;

	if (!tz_rule_read(text, &rule))
		return;
	for (int64_t time = -cycle; time < cycle; time += cycle / 97) {
		int64_t offset = tz_rule_offset(&rule, time);

		must(offset == rule.standard || (rule.changes && offset == rule.summer));
		must(offset >= -WEEK && offset <= WEEK);
		must(tz_rule_offset(&rule, time + cycle) == offset);
	}
}

static void
try_file(struct span text)
{
	struct tzif zone;

	if (!tzif_read(text, &zone))
		return;
	for (int64_t time = -(INT64_C(1) << 37); time < INT64_C(1) << 38; time += INT64_C(1) << 31) {
		int64_t offset = tzif_offset(&zone, time);

		must(offset >= -WEEK && offset <= WEEK);
	}
	tzif_offset(&zone, INT64_C(253402300799));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = {(const char *)data, size};

	try_rule(text);
	try_file(text);
	return 0;
}
