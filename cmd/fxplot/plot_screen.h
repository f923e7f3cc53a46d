/* plot_screen: writes the picture to standard output, once or, on a terminal, again and again. */
#ifndef FXPLOT_PLOT_SCREEN_H
#define FXPLOT_PLOT_SCREEN_H

#include "fxplot/plot_options.h"
#include "plot/picture.h"

struct plot_screen {
	struct tool *tool;
	const struct plot_options *options;
	struct picture_settings settings;
	size_t height; /* rows of the terminal */
	bool live; /* the picture is redrawn in place */
	bool stale; /* the picture is not that of the chart */
	int64_t drawn; /* clock_steady; 0: never */
	struct buffer text;
};

void plot_screen_init(
    struct plot_screen *screen, struct tool *tool, const struct plot_options *options);
void plot_screen_free(struct plot_screen *screen);
/* How long to wait for lines, in ms; -1: for ever. */
int plot_screen_patience(const struct plot_screen *screen);
/* After lines have come, or the time is over: draws if the picture is live, stale and due. */
bool plot_screen_look(
    struct plot_screen *screen, const struct chart *chart, struct failure *failure);
/* The last picture. */
bool plot_screen_end(
    struct plot_screen *screen, const struct chart *chart, struct failure *failure);

#endif
