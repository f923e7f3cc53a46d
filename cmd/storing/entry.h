/* entry: a line's way into the window, and its record's on its way. */
#ifndef STORING_ENTRY_H
#define STORING_ENTRY_H

#include "storing/intake.h"
#include "storing/window.h"

/* refused: why its record was not taken; its kind is NONE where it was. */
struct waiting *entry_make(
    struct intake *intake, struct window *window, const struct line *line, struct failure *refused);

#endif
