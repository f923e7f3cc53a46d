/* extremes: keeps the minima or maxima of a series in a ring, in the order of their records. */
#include <stdlib.h>

#include "base/memory.h"
#include "roll/series.h"

static uint64_t *
find_place(const struct extremes *extremes, const struct series *series, uint64_t place)
{
	return &extremes->records[place & (series->capacity - 1)];
}

void
extremes_grow(struct extremes *extremes, const struct series *series, size_t before)
{
	uint64_t *old = extremes->records;

	extremes->records = memory_new(series->capacity, sizeof *extremes->records);
	for (uint64_t i = extremes->begin; i < extremes->end; i++)
		*find_place(extremes, series, i) = old[i & (before - 1)];
	free(old);
}

/* Is the record before that place no better than the value, so that no window needs it now? */
static bool
is_passed(const struct extremes *extremes, const struct series *series, uint64_t place,
    decimal_whole value)
{
	decimal_whole last = series_at(series, *find_place(extremes, series, place - 1))->value;

	return extremes->maxima ? last <= value : last >= value;
}

void
extremes_add(struct extremes *extremes, const struct series *series, uint64_t record)
{
	decimal_whole value = series_at(series, record)->value;
	uint64_t begin = extremes->begin, end = extremes->end, *place;

	while (begin < end && *find_place(extremes, series, begin) < series->begin)
		begin++;
	extremes->begin = begin;
	extremes->end_before = end;
	while (end > begin && is_passed(extremes, series, end, value))
		end--;
	place = find_place(extremes, series, end);
	extremes->end = end + 1;
	extremes->overwritten = *place;
	*place = record;
}

void
extremes_remove(struct extremes *extremes, const struct series *series)
{
	*find_place(extremes, series, extremes->end - 1) = extremes->overwritten;
	extremes->end = extremes->end_before;
}

uint64_t
extremes_find(
    const struct extremes *extremes, const struct series *series, uint64_t record, uint64_t at)
{
	if (at >= extremes->end)
		at = extremes->end - 1;
	while (*find_place(extremes, series, at) < record)
		at++;
	return at;
}

uint64_t
extremes_record(const struct extremes *extremes, const struct series *series, uint64_t place)
{
	return *find_place(extremes, series, place);
}
