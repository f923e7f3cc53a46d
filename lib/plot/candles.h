/* candles: private to picture.c and legend.c: candles as characters. */
#ifndef PLOT_CANDLES_H
#define PLOT_CANDLES_H

#include "plot/picture.h"

/* The rectangle of the canvas that values are drawn in, and their ranges. */
struct candles_place {
	int left, columns, rows; /* from row 0 on */
	const struct chart_range *range;
};

/* Draws the candles of the chart; those of one column as one. */
void candles_draw(
    const struct chart *chart, const struct candles_place *place, struct canvas *canvas);
/* How rising and falling candles look, for the legend. */
const char *candles_key(bool ascii);

#endif
