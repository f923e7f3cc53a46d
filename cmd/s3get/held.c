/* held: a heap of copied lines. */
#include <stdlib.h>

#include "base/memory.h"
#include "s3get/held.h"

enum { OVERHEAD = sizeof(struct held_line) + 2 * sizeof(void *) + 16 };

static bool
is_before(const struct held_line *a, const struct held_line *b)
{
	return a->time != b->time ? a->time < b->time : a->number < b->number;
}

void
held_add(struct held *held, int64_t time, struct span text)
{
	struct held_line *line = memory_new(1, sizeof *line + text.length);
	size_t at = held->count;

	*line = (struct held_line){.time = time, .number = held->number++, .length = text.length};
	memcpy(line->text, text.start, text.length);
	if (held->count == held->capacity) {
		held->capacity = held->capacity > 0 ? 2 * held->capacity : 1024;
		held->heap = memory_resize(held->heap, held->capacity, sizeof *held->heap);
	}
	held->count++;
	held->bytes += OVERHEAD + text.length;
	for (; at > 0 && is_before(line, held->heap[(at - 1) / 2]); at = (at - 1) / 2)
		held->heap[at] = held->heap[(at - 1) / 2];
	held->heap[at] = line;
}

bool
held_is_full(const struct held *held)
{
	return held->bytes > HELD_MOST;
}

struct held_line *
held_take(struct held *held)
{
	struct held_line *first, *last;
	size_t at = 0, child;

	if (held->count == 0)
		return NULL;
	first = held->heap[0];
	last = held->heap[--held->count];
	held->bytes -= OVERHEAD + first->length;
	while ((child = 2 * at + 1) < held->count) {
		if (child + 1 < held->count && is_before(held->heap[child + 1], held->heap[child]))
			child++;
		if (!is_before(held->heap[child], last))
			break;
		held->heap[at] = held->heap[child];
		at = child;
	}
	held->heap[at] = last;
	return first;
}

void
held_free(struct held *held)
{
	for (size_t i = 0; i < held->count; i++)
		free(held->heap[i]);
	free(held->heap);
	*held = (struct held){.count = 0};
}
