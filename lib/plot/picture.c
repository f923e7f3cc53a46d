/* picture: lays the parts out, and draws lines, axes and labels. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "plot/candles.h"
#include "plot/legend.h"
#include "plot/picture.h"
#include "plot/ticks.h"

enum {
	ROWS_APART = 3, /* between labels of values, about */
	LABEL_GAP = 3, /* columns between labels of times, at least */
	LETTERS_APART = 16 /* columns between the letters of a series */
};

/* Characters of the axes. */
enum { CROSS_LEFT, VERTICAL, CORNER, HORIZONTAL, CROSS_DOWN };
static const uint16_t axes[2][5] = {
    {0x2524, 0x2502, 0x2514, 0x2500, 0x252C}, {'+', '|', '+', '-', '+'}};

/* The plot: the rectangle of columns from left on and of rows from 0 on, within the canvas. */
struct plot {
	const struct chart *chart;
	struct canvas canvas;
	struct chart_range range;
	struct ticks values, places;
	int left, columns, rows;
};

/* Halves, as the whole of a range may be beyond a double. */
static double
part_of(const struct plot *plot, double value)
{
	const struct chart_range *range = &plot->range;

	return (range->y_high / 2 - value / 2) / (range->y_high / 2 - range->y_low / 2);
}

/* From 0 to last. */
static int
across(const struct plot *plot, double x, int last)
{
	const struct chart_range *range = &plot->range;

	if (range->x_high == range->x_low)
		return last / 2;
	return (int)lround(
	    (x - (double)range->x_low) / (double)(range->x_high - range->x_low) * last);
}

static struct canvas_dot
dot_of(const struct plot *plot, struct point point)
{
	int wide = plot->canvas.dots_wide, high = plot->canvas.dots_high;

	return (struct canvas_dot){
	    plot->left * wide + across(plot, (double)point.x, plot->columns * wide - 1),
	    (int)lround(part_of(plot, point.y) * (plot->rows * high - 1))};
}

/* Puts the letter of a series where the segment crosses one of its columns. */
static void
put_letters(struct plot *plot, size_t series, struct canvas_dot from, struct canvas_dot to,
    struct canvas_pen pen)
{
	int wide = plot->canvas.dots_wide, high = plot->canvas.dots_high;
	int count = (int)plot->chart->series_count;
	int apart = LETTERS_APART > 2 * count ? LETTERS_APART : 2 * count;
	int first = plot->left + apart * (int)series / count + 1;
	int column = from.x / wide;

	column += (apart - (column - first) % apart) % apart;
	for (; column * wide <= to.x; column += apart) {
		int x = column * wide;
		double part = to.x > from.x ? (double)(x - from.x) / (to.x - from.x) : 1;

		if (x >= from.x)
			canvas_put(&plot->canvas, column,
			    (int)lround(from.y + part * (to.y - from.y)) / high,
			    (unsigned char)pen.letter, pen.colour);
	}
}

/* Draws a series: its line, or, over the lines, its letters. */
static void
draw_series(struct plot *plot, size_t number, bool letters)
{
	const struct points *points = &plot->chart->series[number].points;
	struct canvas_pen pen = legend_pen(plot->chart, number);
	struct canvas_dot before = {0, 0};

	for (size_t at = points->start; at < points->end; at++) {
		struct point kept[4];
		size_t count = points_of(&points->buckets[at], kept);

		for (size_t i = 0; i < count; i++) {
			struct canvas_dot dot = dot_of(plot, kept[i]);

			if (at == points->start && i == 0)
				before = dot;
			if (letters)
				put_letters(plot, number, before, dot, pen);
			else
				canvas_line(&plot->canvas, before, dot, pen);
			before = dot;
		}
	}
	if (letters && points->end > points->start)
		canvas_put(&plot->canvas, before.x / plot->canvas.dots_wide,
		    before.y / plot->canvas.dots_high, (unsigned char)pen.letter, pen.colour);
}

static void
draw_data(struct plot *plot)
{
	const struct chart *chart = plot->chart;
	struct candles_place place = {plot->left, plot->columns, plot->rows, &plot->range};

	if (chart_is_candles(chart)) {
		candles_draw(chart, &place, &plot->canvas);
		return;
	}
	for (size_t i = 0; i < chart->series_count; i++)
		draw_series(plot, i, false);
	for (size_t i = 0; i < chart->series_count && chart->series_count > 1; i++)
		draw_series(plot, i, true);
}

/* A row of labels: where the next one may begin. */
struct label_row {
	int row, free;
	bool any;
};

/* Puts text with its middle at a column; the first one may be moved, others that touch are left
 * out. */
static void
put_label(struct plot *plot, int middle, const char *text, struct label_row *to)
{
	int length = (int)strlen(text), column = middle - length / 2;

	if (column + length > plot->canvas.columns)
		column = plot->canvas.columns - length;
	if (column < to->free && !to->any)
		column = to->free;
	if (column < to->free || length == 0)
		return;
	canvas_text(&plot->canvas, column, to->row, text);
	to->free = column + length + 1;
	to->any = true;
}

static void
draw_axes(struct plot *plot)
{
	struct canvas *canvas = &plot->canvas;
	const uint16_t *axis = axes[canvas->style == CANVAS_ASCII];
	int base = plot->rows;
	struct label_row labels = {.row = base + 1}, above = {.row = base + 2};

	for (int row = 0; row < base; row++)
		canvas_put(canvas, plot->left - 1, row, axis[VERTICAL], 0);
	canvas_put(canvas, plot->left - 1, base, axis[CORNER], 0);
	for (int column = 0; column < plot->columns; column++)
		canvas_put(canvas, plot->left + column, base, axis[HORIZONTAL], 0);
	for (size_t i = 0; i < plot->values.count; i++) {
		const struct tick *tick = &plot->values.ticks[i];
		int row =
		    (int)lround(part_of(plot, tick->at) * (plot->rows * canvas->dots_high - 1)) /
		    canvas->dots_high;

		canvas_put(canvas, plot->left - 1, row, axis[CROSS_LEFT], 0);
		canvas_text(canvas, plot->left - 2 - (int)strlen(tick->label), row, tick->label);
	}
	if (!plot->chart->numbered)
		put_label(plot, 1, "UTC", &above);
	above.any = false;
	for (size_t i = 0; i < plot->places.count; i++) {
		const struct tick *tick = &plot->places.ticks[i];
		int column = plot->left + across(plot, tick->at, plot->columns - 1);

		canvas_put(canvas, column, base, axis[CROSS_DOWN], 0);
		put_label(plot, column, tick->label, &labels);
		put_label(plot, column, tick->above, &above);
	}
}

static int
widest(const struct ticks *ticks)
{
	size_t most = 0;

	for (size_t i = 0; i < ticks->count; i++) {
		size_t length = strlen(ticks->ticks[i].label);

		most = length > most ? length : most;
	}
	return (int)most;
}

/* Finds the ticks, and from their labels the rectangle of the plot. */
static void
lay_out(struct plot *plot)
{
	const struct chart_range *range = &plot->range;
	bool numbered = plot->chart->numbered;
	int most, label = 5;

	plot->rows = plot->canvas.rows - (numbered ? 2 : 3);
	most = plot->rows / ROWS_APART + 1;
	ticks_numbers(&plot->values, range->y_low, range->y_high, (size_t)most, false);
	if (widest(&plot->values) > plot->canvas.columns / 2)
		plot->values.count = 0;
	plot->left = widest(&plot->values) + 2;
	if (!numbered && plot->left < 5)
		plot->left = 5; /* room for "UTC" */
	plot->columns = plot->canvas.columns - plot->left;
	/* Longer labels need more room, and so fewer ticks. */
	for (int tries = 0; tries < 3; tries++) {
		most = plot->columns / (label + LABEL_GAP);
		most = most > TICKS_MOST - 2 ? TICKS_MOST - 2 : most > 1 ? most : 1;
		if (!numbered)
			ticks_times(&plot->places, range->x_low, range->x_high, (size_t)most);
		else if (range->x_low < range->x_high)
			ticks_numbers(&plot->places, (double)range->x_low, (double)range->x_high,
			    (size_t)most, true);
		if (widest(&plot->places) <= label)
			return;
		label = widest(&plot->places);
	}
}

void
picture_add(const struct chart *chart, const struct picture_settings *settings, struct buffer *text)
{
	struct plot *plot;
	struct chart_range range;
	size_t most = settings->rows / 3, rows;

	if (!chart_range(chart, &range))
		return;
	rows = legend_add(chart, settings, most > 1 ? most : 1, text);
	plot = memory_new(1, sizeof *plot);
	plot->chart = chart;
	plot->range = range;
	canvas_init(
	    &plot->canvas, settings->style, (int)settings->columns, (int)(settings->rows - rows));
	lay_out(plot);
	draw_data(plot);
	draw_axes(plot);
	canvas_write(&plot->canvas, settings->colours, text);
	canvas_free(&plot->canvas);
	free(plot);
}
