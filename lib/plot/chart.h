/*
 * chart: what a picture shows: a series for each key and member, or the candles of one key, over
 * time or over the number of the record. Memory is bounded: points are thinned (plot/points.h).
 */
#ifndef PLOT_CHART_H
#define PLOT_CHART_H

#include "base/failure.h"
#include "base/span.h"
#include "plot/points.h"

enum {
	CHART_SERIES = 52, /* as many as there are letters */
	CHART_MEMBERS = 16,
	CHART_POINTS = 3000, /* buckets of a series, each of up to four points; 320 KiB */
	CHART_TEXT = 64 /* bytes of a number; longer ones are refused */
};

/* The members of a candle, in this order. */
enum { CHART_OPEN, CHART_HIGH, CHART_LOW, CHART_CLOSE, CHART_BAR };

struct chart_series {
	char *name; /* printable (base/failure.h: show) */
	struct points points;
	int64_t last_x; /* of the last value */
	char last[CHART_TEXT + 1]; /* its digits as they are in the record; "": none yet */
};

/* Which records are kept; all 0: all of them. */
struct chart_window {
	int64_t time; /* ms before the newest */
	uint64_t count; /* the last ones of each series */
};

struct chart_settings {
	const char *const *members; /* names of the lines */
	size_t member_count; /* up to CHART_MEMBERS; 0: candles */
	struct chart_window window;
};

struct chart {
	struct chart_settings settings;
	bool numbered; /* x is the number of the record; else ms since 1970 */
	char *keys[CHART_SERIES]; /* as JSON */
	size_t key_lengths[CHART_SERIES];
	size_t key_count;
	size_t recent; /* key */
	struct chart_series series[CHART_SERIES]; /* those of the first key, then of the next … */
	size_t series_count;
	int64_t newest; /* x */
};

/* A record to add. */
struct chart_record {
	struct span key; /* as JSON; start NULL: it has none */
	int64_t x;
	/* Of each member, or of a bar: the number as text (start NULL: none), and its value. */
	struct span texts[CHART_MEMBERS];
	double values[CHART_MEMBERS];
};

/* What settings point to is borrowed. */
void chart_init(struct chart *chart, const struct chart_settings *settings);
void chart_free(struct chart *chart);
bool chart_is_candles(const struct chart *chart);
/* False, with FAILURE_REFUSED: there are too many series, or candles are of another key. */
bool chart_add(struct chart *chart, const struct chart_record *record, struct failure *failure);

/* The ranges of all points. False: there are none. */
struct chart_range {
	int64_t x_low, x_high;
	double y_low, y_high; /* never equal */
};
bool chart_range(const struct chart *chart, struct chart_range *range);

#endif
