/* cells: a line of a table for people. */
#ifndef KSTAT_CELLS_H
#define KSTAT_CELLS_H

#include <stddef.h>
#include <stdint.h>

enum { CELLS_TEXT = 24, CELLS_LINE = 512 };

/* Zeroed is empty. */
struct cells {
	char text[CELLS_LINE];
	size_t length;
};

/* width: negative if the text is at the left. */
void cells_add(struct cells *cells, int width, const char *text);

/* 1234567 as "1.23M": three digits and a unit. */
const char *cells_number(double number, char text[CELLS_TEXT]);
/* Milliseconds as "1.5s", "3m". */
const char *cells_time(int64_t milliseconds, char text[CELLS_TEXT]);

#endif
