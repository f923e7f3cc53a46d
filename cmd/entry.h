/* entry: a line's way into the window, and its record's on its way. */
#ifndef ENTRY_H
#define ENTRY_H

#include "intake.h"
#include "window.h"

/* refused: why its record was not taken; its kind is NONE where it was. */
struct waiting *entry_make(
    struct intake *intake, struct window *window, const struct line *line, struct failure *refused);

#endif
