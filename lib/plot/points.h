/*
 * points: the points of a line, or the bars of candles, thinned as they come. Neighbours are put
 * into buckets of equal width; of each bucket the first, last, lowest and highest point are kept,
 * so that a picture with fewer columns than buckets looks as with all of them. If there are too
 * many buckets, their width doubles. (The aggregation is that of "M4: A Visualization-Oriented Time
 * Series Data Aggregation", VLDB 2014.)
 */
#ifndef PLOT_POINTS_H
#define PLOT_POINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct point {
	int64_t x; /* ms since 1970, or a number; not negative */
	double y;
};

/* Of a bar: open, close, low and high. */
struct points_bucket {
	int64_t place; /* x >> shift */
	uint64_t count; /* of points */
	struct point first, last, lowest, highest;
};

/* The buckets with points are [start, end), in the order of x. */
struct points {
	struct points_bucket *buckets;
	size_t start, end, capacity;
	size_t most; /* buckets */
	size_t recent; /* the bucket of the last point */
	unsigned shift; /* a bucket is 2^shift wide */
	uint64_t total; /* of points */
};

/* most: buckets at most, at least 2. */
void points_init(struct points *points, size_t most);
void points_free(struct points *points);
/* Adds a point; the order does not matter. */
void points_add(struct points *points, struct point point);
/* Adds a bar, which replaces one with the same x if that has a bucket of its own. */
void points_add_bar(
    struct points *points, int64_t x, double open, double high, double low, double close);
/* Removes buckets all of whose points are before x. */
void points_drop_before(struct points *points, int64_t x);
/* Removes the oldest buckets as long as at least that many points remain. */
void points_keep(struct points *points, uint64_t count);
/* The points of a bucket in the order of x, each once; returns their number. */
size_t points_of(const struct points_bucket *bucket, struct point points[4]);
/* Adds the points of a later bucket. */
void points_merge(struct points_bucket *bucket, const struct points_bucket *later);

#endif
