/* plot_options: the command line of fxplot. */
#ifndef FXPLOT_PLOT_OPTIONS_H
#define FXPLOT_PLOT_OPTIONS_H

#include "plot/canvas.h"
#include "plot/chart.h"
#include "tool/tool.h"

enum plot_colour { PLOT_COLOUR_AUTO, PLOT_COLOUR_ALWAYS, PLOT_COLOUR_NEVER };

struct plot_options {
	const char *key; /* a member of the records; NULL: they have none */
	const char *time; /* NULL: found in the first record */
	bool numbered;
	bool follow;
	bool candles;
	struct chart_window window;
	enum canvas_style style;
	enum plot_colour colour;
	size_t width, height; /* 0: not given */
	const char *picture; /* a file to write in place of standard output; NULL: none */
	const char *rejects;
};

void plot_options_read(struct tool *tool, int argc, char **argv, struct plot_options *options);
/* What is drawn; its members are arguments, or none for candles. */
struct chart_settings plot_options_chart(
    const struct tool *tool, const struct plot_options *options);
/* Does the file's name end in .svg? Else it ends in .png. */
bool plot_options_svg(const char *picture);

#endif
