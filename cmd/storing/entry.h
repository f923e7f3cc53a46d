/* entry: adds a line to the window and passes its record to the sink. */
#ifndef STORING_ENTRY_H
#define STORING_ENTRY_H

#include "storing/intake.h"
#include "storing/window.h"

/* refused: why the sink did not take its record; FAILURE_NONE: it did. */
struct window_line *entry_make(
    struct intake *intake, struct window *window, const struct line *line, struct failure *refused);

#endif
