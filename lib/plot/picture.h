/*
 * picture: a chart as rows of characters: the legend, the plot with its axes, the labels of the
 * ticks. All drawing of characters is done here (on plot/canvas.h).
 */
#ifndef PLOT_PICTURE_H
#define PLOT_PICTURE_H

#include "plot/canvas.h"
#include "plot/chart.h"

enum { PICTURE_COLUMNS_LEAST = 20, PICTURE_ROWS_LEAST = 6, PICTURE_MOST = 1000 };

struct picture_settings {
	size_t columns, rows; /* from the least above to PICTURE_MOST */
	enum canvas_style style;
	bool colours;
	uint64_t refused; /* lines, which the legend mentions */
};

/* Adds that many rows to text, each with a newline; nothing if the chart has no points. */
void picture_add(
    const struct chart *chart, const struct picture_settings *settings, struct buffer *text);

#endif
