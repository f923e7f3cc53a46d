/* canvas: dots and lines (Bresenham) in an array of cells, and the cells as text. */
#include <stdlib.h>

#include "base/memory.h"
#include "plot/canvas.h"

enum { BRAILLE = 0x2800 };

void
canvas_init(struct canvas *canvas, enum canvas_style style, int columns, int rows)
{
	*canvas = (struct canvas){.style = style,
	    .columns = columns,
	    .rows = rows,
	    .dots_wide = style == CANVAS_ASCII ? 1 : 2,
	    .dots_high = style == CANVAS_BRAILLE  ? 4
	                 : style == CANVAS_BLOCKS ? 2
	                                          : 1};
	canvas->cells = memory_new((size_t)columns * (size_t)rows, sizeof *canvas->cells);
}

void
canvas_free(struct canvas *canvas)
{
	free(canvas->cells);
	canvas->cells = NULL;
}

/* NULL: outside of the canvas. */
static struct canvas_cell *
cell_at(struct canvas *canvas, int column, int row)
{
	if (column < 0 || column >= canvas->columns || row < 0 || row >= canvas->rows)
		return NULL;
	return &canvas->cells[row * canvas->columns + column];
}

/* The bit of a dot in its cell; in braille as in Unicode, in blocks as in the table below. */
static unsigned char
dot_bit(const struct canvas *canvas, int x, int y)
{
	static const unsigned char braille[4][2] = {{1, 8}, {2, 16}, {4, 32}, {64, 128}};

	if (canvas->style == CANVAS_BRAILLE)
		return braille[y][x];
	return canvas->style == CANVAS_BLOCKS ? (unsigned char)(1 << (y * 2 + x)) : 1;
}

void
canvas_dot(struct canvas *canvas, struct canvas_dot dot, struct canvas_pen pen)
{
	int wide = canvas->dots_wide, high = canvas->dots_high;
	struct canvas_cell *cell =
	    dot.x >= 0 && dot.y >= 0 ? cell_at(canvas, dot.x / wide, dot.y / high) : NULL;

	if (cell == NULL)
		return;
	cell->dots |= dot_bit(canvas, dot.x % wide, dot.y % high);
	cell->character = canvas->style == CANVAS_ASCII ? (unsigned char)pen.letter : 0;
	cell->colour = pen.colour;
}

void
canvas_line(
    struct canvas *canvas, struct canvas_dot from, struct canvas_dot to, struct canvas_pen pen)
{
	int wide = abs(to.x - from.x), high = abs(to.y - from.y), error = wide - high;
	int right = from.x < to.x ? 1 : -1, down = from.y < to.y ? 1 : -1;

	for (;;) {
		int twice = 2 * error;

		canvas_dot(canvas, from, pen);
		if (from.x == to.x && from.y == to.y)
			return;
		if (twice >= -high) {
			error -= high;
			from.x += right;
		}
		if (twice <= wide) {
			error += wide;
			from.y += down;
		}
	}
}

void
canvas_put(struct canvas *canvas, int column, int row, uint16_t character, unsigned char colour)
{
	struct canvas_cell *cell = cell_at(canvas, column, row);

	if (cell != NULL)
		*cell = (struct canvas_cell){.character = character, .colour = colour};
}

void
canvas_text(struct canvas *canvas, int column, int row, const char *text)
{
	for (; *text != '\0'; text++, column++)
		canvas_put(canvas, column, row, (unsigned char)*text, 0);
}

static uint16_t
character_of(const struct canvas *canvas, const struct canvas_cell *cell)
{
	/* Quadrants: 1 upper left, 2 upper right, 4 lower left, 8 lower right. */
	static const uint16_t blocks[16] = {' ', 0x2598, 0x259D, 0x2580, 0x2596, 0x258C, 0x259E,
	    0x259B, 0x2597, 0x259A, 0x2590, 0x259C, 0x2584, 0x2599, 0x259F, 0x2588};

	if (cell->character != 0)
		return cell->character;
	if (cell->dots == 0)
		return ' ';
	return canvas->style == CANVAS_BRAILLE ? (uint16_t)(BRAILLE + cell->dots)
	                                       : blocks[cell->dots];
}

static void
add_character(struct buffer *to, uint16_t character)
{
	char text[3];

	if (character < 0x80) {
		text[0] = (char)character;
		buffer_add(to, text, 1);
		return;
	}
	text[0] = (char)(0xE0 | character >> 12);
	text[1] = (char)(0x80 | (character >> 6 & 0x3F));
	text[2] = (char)(0x80 | (character & 0x3F));
	if (character >= 0x800) {
		buffer_add(to, text, 3);
		return;
	}
	text[0] = (char)(0xC0 | character >> 6);
	text[1] = text[2];
	buffer_add(to, text, 2);
}

void
canvas_colour(struct buffer *to, unsigned char colour)
{
	buffer_add_format(to, "\033[%dm", colour);
}

void
canvas_write(const struct canvas *canvas, bool colours, struct buffer *to)
{
	for (int row = 0; row < canvas->rows; row++) {
		const struct canvas_cell *cells = &canvas->cells[row * canvas->columns];
		unsigned char colour = 0;
		int end = canvas->columns;

		while (end > 0 && character_of(canvas, &cells[end - 1]) == ' ')
			end--;
		for (int column = 0; column < end; column++) {
			uint16_t character = character_of(canvas, &cells[column]);

			if (colours && character != ' ' && cells[column].colour != colour) {
				colour = cells[column].colour;
				canvas_colour(to, colour);
			}
			add_character(to, character);
		}
		if (colour != 0)
			canvas_colour(to, 0);
		buffer_add_text(to, "\n");
	}
}
