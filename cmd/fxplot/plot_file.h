/* plot_file: writes the picture as SVG or PNG, which gnuplot makes. */
#ifndef FXPLOT_PLOT_FILE_H
#define FXPLOT_PLOT_FILE_H

#include "fxplot/plot_options.h"
#include "system/child.h"

/*
 * Starts gnuplot, which then waits for its commands, as a confined tool cannot start a program.
 * sandbox gets the right to write the file.
 */
bool plot_file_begin(
    struct child *gnuplot, const char *picture, struct sandbox *sandbox, struct failure *failure);
/* Writes the file whole, or not at all. A chart without points leaves it as it is. */
bool plot_file_end(struct tool *tool, struct child *gnuplot, const struct plot_options *options,
    const struct chart *chart, struct failure *failure);

#endif
