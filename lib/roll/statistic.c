/* statistic: reads names and windows of statistics. */
#include <stdio.h>

#include "roll/statistic.h"
#include "text/nearest.h"
#include "text/timestamp.h"

static const char *const names[] = {
    "sma", "ema", "min", "max", "sum", "count", "stddev", "return", "zscore"};

enum { NAMES = sizeof names / sizeof *names };

/* A whole number of records, without leading zeros. */
static bool
read_records(struct span text, int64_t *records)
{
	*records = 0;
	if (text.length == 0 || text.length > 7 || *text.start == '0')
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.start[i] < '0' || text.start[i] > '9')
			return false;
		*records = *records * 10 + (text.start[i] - '0');
	}
	return *records <= STATISTIC_RECORDS;
}

static bool
read_extent(struct statistic *statistic, struct span text, struct failure *failure)
{
	bool spread = statistic->kind == STATISTIC_STDDEV || statistic->kind == STATISTIC_ZSCORE;
	struct shown shown;

	statistic->by_time = !read_records(text, &statistic->extent);
	if (statistic->by_time && (text.length > 24 || !duration_parse(text, &statistic->extent) ||
	                              statistic->extent <= 0))
		return fail(failure, FAILURE_PERMANENT,
		    "%s: \"%s\" is not a number of records from 1 to %d, or a duration such as "
		    "90s, 5m or 1h",
		    names[statistic->kind], show(&shown, text.start, text.length),
		    STATISTIC_RECORDS);
	if (spread && !statistic->by_time && statistic->extent < 2)
		return fail(failure, FAILURE_PERMANENT, "%s needs a window of 2 records or more",
		    names[statistic->kind]);
	return true;
}

/* text: start NULL: no window was given. */
static bool
add(struct statistics *statistics, enum statistic_kind kind, struct span text,
    struct failure *failure)
{
	struct statistic *statistic = &statistics->items[statistics->count];

	if (statistics->count == STATISTIC_MOST)
		return fail(failure, FAILURE_PERMANENT, "more than %d statistics", STATISTIC_MOST);
	*statistic = (struct statistic){.kind = kind, .extent = 1};
	if (text.start == NULL)
		snprintf(statistic->name, sizeof statistic->name, "%s", names[kind]);
	else if (read_extent(statistic, text, failure))
		snprintf(statistic->name, sizeof statistic->name, "%s_%.*s", names[kind],
		    (int)text.length, text.start);
	else
		return false;
	for (size_t i = 0; i < statistics->count; i++) {
		if (strcmp(statistics->items[i].name, statistic->name) == 0)
			return fail(
			    failure, FAILURE_PERMANENT, "%s is given twice", statistic->name);
	}
	statistics->count++;
	return true;
}

static bool
find_kind(struct span name, enum statistic_kind *kind, struct failure *failure)
{
	char text[STATISTIC_NAME];
	const char *near;
	struct shown shown;

	for (int i = 0; i < NAMES; i++) {
		if (span_is(name, names[i])) {
			*kind = (enum statistic_kind)i;
			return true;
		}
	}
	snprintf(text, sizeof text, "%.*s", (int)name.length, name.start);
	near = nearest(text, names, NAMES);
	show(&shown, name.start, name.length);
	if (near != NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "there is no statistic \"%s\" (did you mean %s?)", shown.text, near);
	return fail(failure, FAILURE_PERMANENT,
	    "there is no statistic \"%s\": they are sma, ema, min, max, sum, count, stddev, return "
	    "and zscore",
	    shown.text);
}

bool
statistics_add(struct statistics *statistics, const char *argument, struct failure *failure)
{
	const char *at = argument + strcspn(argument, "=");
	enum statistic_kind kind;

	if (!find_kind((struct span){argument, (size_t)(at - argument)}, &kind, failure))
		return false;
	if (*at == '\0' && kind == STATISTIC_RETURN)
		return add(statistics, kind, (struct span){NULL, 0}, failure);
	if (*at == '\0')
		return fail(failure, FAILURE_PERMANENT,
		    "%s needs a window: %s=60 (records) or %s=5m (time)", names[kind], names[kind],
		    names[kind]);
	do {
		size_t length = strcspn(++at, ",");

		if (!add(statistics, kind, (struct span){at, length}, failure))
			return false;
		at += length;
	} while (*at != '\0');
	return true;
}
