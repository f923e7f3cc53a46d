/* ticks: round places on an axis, and their labels. */
#ifndef PLOT_TICKS_H
#define PLOT_TICKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TICKS_MOST = 64, TICKS_LABEL = 32 };

struct tick {
	double at;
	char label[TICKS_LABEL]; /* "102400", "14:30", "21 Oct" */
	char above[TICKS_LABEL]; /* the day or year that the label is in, if it changes; else "" */
};

struct ticks {
	size_t count;
	struct tick ticks[TICKS_MOST];
};

/*
 * Finds multiples of 1, 2 or 5 times a power of ten, at most most of them plus one (most: 1 to 60);
 * the next denser ones if there are fewer than two. whole: only whole numbers. low < high.
 */
void ticks_numbers(struct ticks *ticks, double low, double high, size_t most, bool whole);
/* Finds seconds, minutes, hours, days, months or years, in UTC. low <= high, in ms since 1970. */
void ticks_times(struct ticks *ticks, int64_t low, int64_t high, size_t most);

#endif
