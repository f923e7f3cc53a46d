/* chart: finds the series of a record, adds its values, and drops what leaves the window. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "plot/chart.h"
#include "text/json.h"

static const double finest = 1e-12; /* of a value: a smaller range is shown as a flat line */
static const double smallest = 1e-290; /* below it doubles have too few digits for the ticks */

void
chart_init(struct chart *chart, const struct chart_settings *settings)
{
	*chart = (struct chart){.settings = *settings};
}

void
chart_free(struct chart *chart)
{
	for (size_t i = 0; i < chart->key_count; i++)
		free(chart->keys[i]);
	for (size_t i = 0; i < chart->series_count; i++) {
		free(chart->series[i].name);
		points_free(&chart->series[i].points);
	}
	chart->key_count = chart->series_count = 0;
}

bool
chart_is_candles(const struct chart *chart)
{
	return chart->settings.member_count == 0;
}

static size_t
per_key(const struct chart *chart)
{
	return chart_is_candles(chart) ? 1 : chart->settings.member_count;
}

/* A string without its quotes, escapes undone; anything else as it is. */
static char *
plain_key(struct span key)
{
	struct span inside = json_inside(key);
	struct shown shown;
	char *plain;

	if (key.start[0] != '"')
		return memory_copy_text(show(&shown, key.start, key.length));
	plain = memory_new(inside.length + 1, 1);
	show(&shown, plain, json_unescape(inside, plain));
	free(plain);
	return memory_copy_text(shown.text);
}

static char *
name_series(const struct chart *chart, struct span key, size_t member)
{
	const char *name = chart_is_candles(chart) ? "close" : chart->settings.members[member];
	struct shown shown;
	char *plain, *both;

	show(&shown, name, strlen(name));
	if (key.start == NULL)
		return memory_copy_text(shown.text);
	plain = plain_key(key);
	if (per_key(chart) == 1)
		return plain;
	both = memory_format("%s %s", plain, shown.text);
	free(plain);
	return both;
}

static struct chart_series *
refuse_key(const struct chart *chart, struct failure *failure)
{
	if (chart_is_candles(chart))
		fail(failure, FAILURE_REFUSED,
		    "its key is not that of the candles, %s: candles are those of one key",
		    chart->series[0].name);
	else
		fail(failure, FAILURE_REFUSED,
		    "there are %zu series, and no more than %d can be shown: pass on fewer keys",
		    chart->series_count, CHART_SERIES);
	return NULL;
}

static void
add_series(struct chart *chart, struct span key, size_t member)
{
	struct chart_series *series = &chart->series[chart->series_count++];

	*series = (struct chart_series){.name = name_series(chart, key, member), .last_x = -1};
	points_init(&series->points, CHART_POINTS);
}

static bool
is_key(const struct chart *chart, size_t at, struct span key)
{
	return chart->key_lengths[at] == key.length &&
	       (key.length == 0 || memcmp(chart->keys[at], key.start, key.length) == 0);
}

/* The first series of the key; NULL: there is no room for it. */
static struct chart_series *
find_series(struct chart *chart, struct span key, struct failure *failure)
{
	struct chart_series *series;
	size_t count = per_key(chart), at = chart->recent;

	/* Records often come in the same order of keys. */
	for (size_t i = 0; i < chart->key_count; i++, at++) {
		if (at == chart->key_count)
			at = 0;
		if (!is_key(chart, at, key))
			continue;
		chart->recent = at + 1 < chart->key_count ? at + 1 : 0;
		return &chart->series[at * count];
	}
	if (chart->series_count + count > (chart_is_candles(chart) ? 1 : CHART_SERIES))
		return refuse_key(chart, failure);
	chart->keys[chart->key_count] = memory_copy(key.start, key.length);
	chart->key_lengths[chart->key_count++] = key.length;
	series = &chart->series[chart->series_count];
	for (size_t i = 0; i < count; i++)
		add_series(chart, key, i);
	return series;
}

static void
note_last(struct chart_series *series, int64_t x, struct span text)
{
	size_t length = text.length < CHART_TEXT ? text.length : CHART_TEXT;

	if (x < series->last_x)
		return;
	series->last_x = x;
	memcpy(series->last, text.start, length);
	series->last[length] = '\0';
}

static void
slide(struct chart *chart, struct chart_series *series)
{
	const struct chart_window *window = &chart->settings.window;

	if (window->count > 0)
		points_keep(&series->points, window->count);
	if (window->time > 0) {
		for (size_t i = 0; i < chart->series_count; i++)
			points_drop_before(&chart->series[i].points, chart->newest - window->time);
	}
}

bool
chart_add(struct chart *chart, const struct chart_record *record, struct failure *failure)
{
	struct chart_series *series = find_series(chart, record->key, failure);
	const double *values = record->values;

	if (series == NULL)
		return false;
	if (record->x > chart->newest)
		chart->newest = record->x;
	if (chart_is_candles(chart)) {
		points_add_bar(&series->points, record->x, values[CHART_OPEN], values[CHART_HIGH],
		    values[CHART_LOW], values[CHART_CLOSE]);
		note_last(series, record->x, record->texts[CHART_CLOSE]);
		slide(chart, series);
		return true;
	}
	for (size_t i = 0; i < chart->settings.member_count; i++) {
		if (record->texts[i].start == NULL)
			continue;
		points_add(&series[i].points, (struct point){record->x, values[i]});
		note_last(&series[i], record->x, record->texts[i]);
		slide(chart, &series[i]);
	}
	return true;
}

/* Room above and below a flat line, so that it is in the middle. */
static void
open_range(struct chart_range *range)
{
	double size = fmax(fabs(range->y_low), fabs(range->y_high));
	double room = size > smallest ? size / 100 : 1;

	if (range->y_high - range->y_low > fmax(size * finest, smallest))
		return;
	range->y_low -= room;
	range->y_high += room;
}

bool
chart_range(const struct chart *chart, struct chart_range *range)
{
	bool any = false;

	for (size_t i = 0; i < chart->series_count; i++) {
		const struct points *points = &chart->series[i].points;

		for (size_t at = points->start; at < points->end; at++) {
			const struct points_bucket *bucket = &points->buckets[at];

			if (!any)
				*range = (struct chart_range){bucket->first.x, bucket->last.x,
				    bucket->lowest.y, bucket->highest.y};
			any = true;
			if (bucket->first.x < range->x_low)
				range->x_low = bucket->first.x;
			if (bucket->last.x > range->x_high)
				range->x_high = bucket->last.x;
			range->y_low = fmin(range->y_low, bucket->lowest.y);
			range->y_high = fmax(range->y_high, bucket->highest.y);
		}
	}
	if (any)
		open_range(range);
	return any;
}
