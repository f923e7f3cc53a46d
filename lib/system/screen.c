/* screen: moves the cursor and erases lines. */
#include "system/screen.h"

/*
 * Move to the upper left corner; erase the rest of a line; erase all lines below. A line is erased
 * before it is written: after writing a full line the cursor is still on its last column.
 */
static const char *const home = "\033[H";
static const char *const clear_line = "\033[K";
static const char *const below = "\033[J";

bool
screen_paint(struct output *output, struct span text, size_t rows, struct failure *failure)
{
	bool painted = output_add(output, home, strlen(home), failure);

	while (painted && text.length > 0 && rows-- > 0) {
		const char *end = memchr(text.start, '\n', text.length);
		size_t length = (size_t)(end - text.start) + 1;

		painted = output_add(output, clear_line, strlen(clear_line), failure) &&
		          output_add(output, text.start, length, failure);
		text.start += length;
		text.length -= length;
	}
	return painted && output_add(output, below, strlen(below), failure) &&
	       output_flush(output, failure);
}
