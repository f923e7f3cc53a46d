/* legend: private to picture.c: the names of the series, with their last values. */
#ifndef PLOT_LEGEND_H
#define PLOT_LEGEND_H

#include "plot/picture.h"

/* The letter and colour of a series. */
struct canvas_pen legend_pen(const struct chart *chart, size_t series);
/* Adds rows, each with a newline; returns their number, which is at least 1 and at most most. */
size_t legend_add(const struct chart *chart, const struct picture_settings *settings, size_t most,
    struct buffer *text);

#endif
