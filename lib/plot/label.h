/* label: printable text (base/failure.h: show) in a row of a terminal. */
#ifndef PLOT_LABEL_H
#define PLOT_LABEL_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buffer.h"

/* The columns that text takes, by the locale: 2 for a wide character. */
size_t label_width(const char *text);
/* Adds text; if it is wider than columns, its beginning and a sign that it is cut. */
void label_add(struct buffer *to, const char *text, size_t columns, bool ascii);
/* A copy in which each byte that is not ASCII is "\xNN", to be freed. */
char *label_ascii(const char *text);

#endif
