/* screen: writes a text over what a terminal shows. */
#ifndef SYSTEM_SCREEN_H
#define SYSTEM_SCREEN_H

#include "base/span.h"
#include "system/output.h"

/*
 * Writes the first rows of text, each with a newline at its end, from the upper left corner on,
 * erases what was there, and flushes the output.
 */
bool screen_paint(struct output *output, struct span text, size_t rows, struct failure *failure);

#endif
