/* nearest: the name that a misspelt one was probably meant to be, for "did you mean". */
#ifndef TEXT_NEAREST_H
#define TEXT_NEAREST_H

#include <stddef.h>

/*
 * Of count names the one with the fewest typing errors (a letter added, left out, changed, or two
 * neighbours swapped) between it and text; the first of several. NULL if more than a third of the
 * letters differ, or text is longer than 64 bytes: then a suggestion would only confuse.
 */
const char *nearest(const char *text, const char *const *names, size_t count);

#endif
