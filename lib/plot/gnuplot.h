/*
 * gnuplot: a chart as commands of gnuplot (5.0 and later) that write an image to its standard
 * output. Numbers come from doubles; of text only letters and digits are written as they are, all
 * other bytes by their octal numbers in quotes, so that no text becomes a command.
 */
#ifndef PLOT_GNUPLOT_H
#define PLOT_GNUPLOT_H

#include "base/buffer.h"
#include "plot/chart.h"

struct gnuplot_settings {
	bool svg; /* else PNG */
	unsigned width, height; /* pixels */
};

/* False: the chart has no points. */
bool gnuplot_script(
    const struct chart *chart, const struct gnuplot_settings *settings, struct buffer *script);

#endif
