/* gnuplot: the script: settings, axes with our own ticks, blocks of data, the plot command. */
#include <stdio.h>
#include <string.h>

#include "plot/gnuplot.h"
#include "plot/ticks.h"

enum {
	TICK_WIDE = 90, /* pixels between ticks, at least */
	TICK_HIGH = 50,
	CANDLE = 5
};

/* Distinct for the colour-blind, too (Okabe and Ito, 2008). */
static const char *const colours[] = {
    "0072B2", "D55E00", "009E73", "CC79A7", "E69F00", "56B4E9", "000000"};

enum { COLOURS = sizeof colours / sizeof *colours, DASHES = 5 };

static void
add_byte(struct buffer *script, char byte)
{
	/* Not digits: after an octal number they would belong to it. */
	if ((byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z'))
		buffer_add(script, &byte, 1);
	else
		buffer_add_format(script, "\\%03o", (unsigned char)byte);
}

static void
add_text(struct buffer *script, const char *text)
{
	buffer_add_text(script, "\"");
	for (const char *c = text; *c != '\0'; c++) {
		const char *shown = "\\x3e";

		/* gnuplot writes it as it is into SVG, whose text may not hold it. */
		if (c - text >= 2 && strncmp(c - 2, "]]>", 3) == 0)
			while (*shown != '\0')
				add_byte(script, *shown++);
		else
			add_byte(script, *c);
	}
	buffer_add_text(script, "\"");
}

static void
add_ticks(struct buffer *script, const char *axis, const struct ticks *ticks, double origin)
{
	char label[2 * TICKS_LABEL + 1];

	if (ticks->count == 0) {
		buffer_add_format(script, "unset %s\n", axis);
		return;
	}
	buffer_add_format(script, "set %s (", axis);
	for (size_t i = 0; i < ticks->count; i++) {
		const struct tick *tick = &ticks->ticks[i];

		snprintf(label, sizeof label, "%s%s%s", tick->label,
		    tick->above[0] != '\0' ? "\n" : "", tick->above);
		buffer_add_text(script, i > 0 ? ", " : "");
		add_text(script, label);
		buffer_add_format(script, " %.17g", tick->at - origin);
	}
	buffer_add_text(script, ")\n");
}

static void
add_axes(struct buffer *script, const struct chart *chart, const struct chart_range *range,
    const struct gnuplot_settings *settings, double margin)
{
	struct ticks ticks = {.count = 0};
	size_t wide = settings->width / TICK_WIDE, high = settings->height / TICK_HIGH;

	wide = wide > TICKS_MOST - 2 ? TICKS_MOST - 2 : wide > 1 ? wide : 1;
	high = high > TICKS_MOST - 2 ? TICKS_MOST - 2 : high > 1 ? high : 1;
	if (!chart->numbered)
		ticks_times(&ticks, range->x_low, range->x_high, wide);
	else if (range->x_low < range->x_high)
		ticks_numbers(&ticks, (double)range->x_low, (double)range->x_high, wide, true);
	add_ticks(script, "xtics", &ticks, (double)range->x_low);
	ticks_numbers(&ticks, range->y_low, range->y_high, high, false);
	add_ticks(script, "ytics", &ticks, 0);
	if (!chart->numbered)
		buffer_add_text(
		    script, "set bmargin 3.6\nset label \"UTC\" at character 1, character 2.4\n");
	buffer_add_format(script, "set xrange [%.17g:%.17g]\n", -margin,
	    (double)(range->x_high - range->x_low) + margin);
	buffer_add_format(script, "set yrange [%.17g:%.17g]\n", range->y_low, range->y_high);
}

static void
add_points(struct buffer *script, const struct chart *chart, size_t series, int64_t origin)
{
	const struct points *points = &chart->series[series].points;
	struct point kept[4];

	buffer_add_format(script, "$d%zu << END\n", series);
	for (size_t at = points->start; at < points->end; at++) {
		size_t count = points_of(&points->buckets[at], kept);

		for (size_t i = 0; i < count; i++)
			buffer_add_format(
			    script, "%lld %.17g\n", (long long)(kept[i].x - origin), kept[i].y);
	}
	buffer_add_text(script, "END\n");
}

/* A title: the name and the last value, unless there is none. */
static void
add_title(struct buffer *script, const struct chart_series *series)
{
	buffer_add_text(script, " title ");
	add_text(script, series->name);
	if (series->last[0] == '\0')
		return;
	buffer_add_text(script, ".\"\\040\\040\".");
	add_text(script, series->last);
}

static void
add_lines(struct buffer *script, const struct chart *chart, int64_t origin)
{
	size_t shown = 0;

	for (size_t i = 0; i < chart->series_count; i++)
		add_points(script, chart, i, origin);
	buffer_add_text(script, "plot ");
	for (size_t i = 0; i < chart->series_count; i++) {
		const struct chart_series *series = &chart->series[i];
		const struct points *points = &series->points;

		if (points->start == points->end)
			continue;
		buffer_add_format(script, "%s$d%zu using 1:2 with ", shown++ > 0 ? ", " : "", i);
		if (series->points.total == 1)
			buffer_add_format(
			    script, "points pt 7 lc rgb \"#%s\"", colours[i % COLOURS]);
		else
			buffer_add_format(script, "lines lw 1.5 dt %zu lc rgb \"#%s\"",
			    i % DASHES + 1, colours[i % COLOURS]);
		add_title(script, series);
	}
	buffer_add_text(script, "\n");
}

/* Candles that would be closer than a few pixels are one. Counts the rising and the falling ones. */
static void
add_candles_of(struct buffer *script, const struct points *points, int64_t origin, int64_t slot,
    bool rising, size_t *count)
{
	struct points_bucket bar = {.count = 0};

	*count = 0;
	buffer_add_format(script, "$%s << END\n", rising ? "rising" : "falling");
	for (size_t at = points->start; at <= points->end; at++) {
		const struct points_bucket *next = at < points->end ? &points->buckets[at] : NULL;

		if (bar.count > 0 && next != NULL &&
		    (next->first.x - origin) / slot == (bar.first.x - origin) / slot) {
			points_merge(&bar, next);
			continue;
		}
		if (bar.count > 0 && (bar.last.y >= bar.first.y) == rising) {
			buffer_add_format(script, "%lld %.17g %.17g %.17g %.17g\n",
			    (long long)(bar.first.x - origin), bar.first.y, bar.lowest.y,
			    bar.highest.y, bar.last.y);
			++*count;
		}
		if (next != NULL)
			bar = *next;
	}
	buffer_add_text(script, "END\n");
}

/* The distance of the nearest two candles, at least slot. */
static double
distance_of(const struct points *points, int64_t slot)
{
	int64_t distance = INT64_MAX;

	for (size_t at = points->start + 1; at < points->end; at++) {
		int64_t own = points->buckets[at].first.x - points->buckets[at - 1].first.x;

		distance = own < distance ? own : distance;
	}
	return distance < INT64_MAX && distance > slot ? (double)distance : (double)slot;
}

static void
add_candles(struct buffer *script, const struct chart *chart, const struct chart_range *range,
    int64_t slot, double distance)
{
	const struct points *points = &chart->series[0].points;
	size_t rising, falling;

	add_candles_of(script, points, range->x_low, slot, true, &rising);
	add_candles_of(script, points, range->x_low, slot, false, &falling);
	buffer_add_format(script, "set boxwidth %.17g absolute\nplot ", 0.7 * distance);
	if (rising > 0)
		buffer_add_text(script, "$rising using 1:2:3:4:5 with candlesticks fs empty lc rgb "
		                        "\"#009E73\" title \"rising\", ");
	if (falling > 0)
		buffer_add_text(script, "$falling using 1:2:3:4:5 with candlesticks fs solid lc "
		                        "rgb \"#D55E00\" title \"falling\", ");
	buffer_add_text(script, "NaN with lines lc rgb \"#000000\"");
	add_title(script, &chart->series[0]);
	buffer_add_text(script, "\n");
}

bool
gnuplot_script(
    const struct chart *chart, const struct gnuplot_settings *settings, struct buffer *script)
{
	struct chart_range range;
	double margin = 1;
	int64_t slot;

	if (!chart_range(chart, &range))
		return false;
	slot = (range.x_high - range.x_low) * CANDLE / settings->width + 1;
	if (chart_is_candles(chart))
		margin = distance_of(&chart->series[0].points, slot) / 2;
	else if (range.x_low < range.x_high)
		margin = 0;
	buffer_add_format(script, "set encoding utf8\nset terminal %s noenhanced size %u,%u %s\n",
	    settings->svg ? "svg" : "pngcairo", settings->width, settings->height,
	    settings->svg ? "background rgb \"white\"" : "");
	buffer_add_text(script, "set border 3\nset tics nomirror out\nset grid lc rgb "
	                        "\"#D0D0D0\"\nset key above left horizontal\nset rmargin 4\n");
	add_axes(script, chart, &range, settings, margin);
	if (chart_is_candles(chart))
		add_candles(script, chart, &range, slot, 2 * margin);
	else
		add_lines(script, chart, range.x_low);
	return true;
}
