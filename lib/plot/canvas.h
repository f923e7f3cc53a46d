/*
 * canvas: a picture of characters. A cell has dots (2 by 4 in braille, 2 by 2 in blocks, one in
 * ASCII) or a character; both have a colour. Places count from the upper left corner.
 */
#ifndef PLOT_CANVAS_H
#define PLOT_CANVAS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/buffer.h"

enum canvas_style { CANVAS_BRAILLE, CANVAS_BLOCKS, CANVAS_ASCII };

/* Colours are numbers of the terminal (SGR 30 to 37, 90 to 97); 0: its default. */
struct canvas_cell {
	uint16_t character; /* of the basic plane, one column wide; 0: dots */
	unsigned char dots;
	unsigned char colour;
};

struct canvas {
	enum canvas_style style;
	int columns, rows; /* cells */
	int dots_wide, dots_high; /* of a cell */
	struct canvas_cell *cells;
};

/* How the dots of a line look: in ASCII, and if there are colours. */
struct canvas_pen {
	char letter;
	unsigned char colour;
};

struct canvas_dot {
	int x, y;
};

void canvas_init(struct canvas *canvas, enum canvas_style style, int columns, int rows);
void canvas_free(struct canvas *canvas);
/* What is outside of the canvas is left out. */
void canvas_dot(struct canvas *canvas, struct canvas_dot dot, struct canvas_pen pen);
void canvas_line(
    struct canvas *canvas, struct canvas_dot from, struct canvas_dot to, struct canvas_pen pen);
void canvas_put(
    struct canvas *canvas, int column, int row, uint16_t character, unsigned char colour);
/* text: ASCII. */
void canvas_text(struct canvas *canvas, int column, int row, const char *text);
/* Adds the rows, each with a newline, without blanks at their ends. */
void canvas_write(const struct canvas *canvas, bool colours, struct buffer *to);
/* Adds the sequence that selects a colour (0: the default). */
void canvas_colour(struct buffer *to, unsigned char colour);

#endif
