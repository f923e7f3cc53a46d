/*
 * extremes: the records of a series that are the minimum of a window, or become it unless a lower
 * value comes; or the maximum. Their values increase (decrease) from each to the next. All windows
 * share them: the extreme of a window is the first of them within it. Each record is added and
 * removed once, so that the time for a record does not depend on the windows.
 */
#ifndef ROLL_EXTREMES_H
#define ROLL_EXTREMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct extremes {
	bool maxima;
	uint64_t *records; /* their numbers, a ring with the capacity of the series */
	uint64_t begin, end; /* places of those that are kept; place i is at i % capacity */
	uint64_t end_before, overwritten; /* to remove the last record again */
};

struct series;

/* After the ring of the series became larger. before: its capacity until now. */
void extremes_grow(struct extremes *extremes, const struct series *series, size_t before);
/* Adds a record of the series, which follows the last one added. */
void extremes_add(struct extremes *extremes, const struct series *series, uint64_t record);
/* Removes the last record that was added. Only once in a row. */
void extremes_remove(struct extremes *extremes, const struct series *series);
/* The place of the first one from that record on; at: where that place was before, or 0. */
uint64_t extremes_find(
    const struct extremes *extremes, const struct series *series, uint64_t record, uint64_t at);

/* The record at that place. */
uint64_t extremes_record(
    const struct extremes *extremes, const struct series *series, uint64_t place);

#endif
