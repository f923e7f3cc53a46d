/* window: the lines without a receipt, and the memory that holds them. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "storing/window.h"

enum { BLOCK = 256 * 1024 };

/* Memory is filled and emptied in the order of the input, a block at a time. */
struct window_block {
	struct window_block *next;
	size_t size;
	size_t used;
	size_t lines; /* that it holds */
	char bytes[];
};

struct window {
	struct window_line ring[WINDOW_LINES];
	uint64_t first; /* ticket of the oldest */
	size_t count;
	size_t open;
	size_t bytes;
	struct window_block *newest; /* the one being filled; NULL: none */
	struct window_block *spare;
};

struct window *
window_open(void)
{
	return memory_new(1, sizeof(struct window));
}

void
window_close(struct window *window)
{
	if (window == NULL)
		return;
	window_drop(window, window->count);
	free(window->newest);
	free(window->spare);
	free(window);
}

bool
window_has_room(const struct window *window, size_t length)
{
	return window->count == 0 ||
	       (window->count < WINDOW_LINES && window->bytes < WINDOW_BYTES &&
	           length <= WINDOW_BYTES - window->bytes);
}

static void
let_go(struct window *window, struct window_block *block)
{
	if (window->spare == NULL && block->size == BLOCK)
		window->spare = block;
	else
		free(block);
}

static struct window_block *
new_block(struct window *window, size_t size)
{
	struct window_block *block = window->spare;

	if (size > BLOCK || block == NULL) {
		size = size > BLOCK ? size : BLOCK;
		block = memory_resize(NULL, sizeof *block + size, 1);
		block->size = size;
	} else {
		window->spare = NULL;
	}
	block->used = block->lines = 0;
	return block;
}

static char *
find_memory(struct window *window, size_t size)
{
	struct window_block *block = window->newest;
	char *memory;

	if (block == NULL || block->size - block->used < size) {
		if (block != NULL && block->lines == 0)
			let_go(window, block);
		block = window->newest = new_block(window, size);
	}
	memory = block->bytes + block->used;
	block->used += size;
	block->lines++;
	return memory;
}

struct window_line *
window_add(struct window *window, const struct line *line, size_t more, char **room)
{
	struct window_line *waiting = window_at(window, window->count);
	size_t length = line->text.length;
	char *memory = find_memory(window, length + more);

	if (length > 0)
		memcpy(memory, line->text.start, length);
	*room = memory + length;
	*waiting = (struct window_line){.line = *line, .block = window->newest};
	waiting->line.text.start = memory;
	window->bytes += length;
	window->count++;
	window->open++;
	return waiting;
}

struct window_line *
window_at(const struct window *window, size_t number)
{
	return (struct window_line *)&window->ring[(window->first + number) % WINDOW_LINES];
}

size_t
window_count(const struct window *window)
{
	return window->count;
}

size_t
window_open_count(const struct window *window)
{
	return window->open;
}

void
window_drop(struct window *window, size_t count)
{
	while (count-- > 0) {
		struct window_line *waiting = window_at(window, 0);
		struct window_block *block = waiting->block;

		if (waiting->result == RESULT_OPEN)
			window->open--;
		window->bytes -= waiting->line.text.length;
		free(waiting->reason);
		free(waiting->details);
		if (--block->lines == 0) {
			if (block == window->newest)
				block->used = 0;
			else
				let_go(window, block);
		}
		window->first++;
		window->count--;
	}
}

uint64_t
window_ticket(const struct window *window, const struct window_line *waiting)
{
	size_t at = (size_t)(waiting - window->ring);

	return window->first + (at + WINDOW_LINES - window->first % WINDOW_LINES) % WINDOW_LINES;
}

void
window_set_result(
    struct window *window, struct window_line *waiting, enum line_result result, const char *reason)
{
	waiting->result = result;
	if (reason != NULL)
		waiting->reason = memory_copy_text(reason);
	window->open--;
}

void
window_set_details(struct window_line *waiting, const char *details)
{
	if (details != NULL)
		waiting->details = memory_copy_text(details);
}

struct window_line *
window_find(const struct window *window, uint64_t ticket)
{
	return window_at(window, (size_t)(ticket - window->first));
}
