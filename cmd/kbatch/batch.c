/* batch: the parts of a batch are a stack, the one attempted now on top. */
#include <stdlib.h>

#include "kbatch/batch.h"
#include "base/memory.h"

void
batch_init(struct batch *batch, size_t capacity)
{
	*batch = (struct batch){.numbers = memory_new(capacity, sizeof *batch->numbers)};
}

void
batch_free(struct batch *batch)
{
	free(batch->numbers);
}

void
batch_begin(struct batch *batch, size_t count)
{
	batch->parts[0] = (struct batch_part){.from = 0, .to = count};
	batch->count = 1;
}

struct batch_part *
batch_part(const struct batch *batch)
{
	return (struct batch_part *)&batch->parts[batch->count - 1];
}

const backlog_number *
batch_lines(const struct batch *batch, size_t *count)
{
	const struct batch_part *part = batch_part(batch);

	*count = part->to - part->from;
	return batch->numbers + part->from;
}

bool
batch_is_last_part(const struct batch *batch)
{
	return batch->count == 1;
}

void
batch_remove(struct batch *batch, size_t at)
{
	batch->numbers[batch_part(batch)->from + at] = BACKLOG_NONE;
}

void
batch_compact(struct batch *batch)
{
	struct batch_part *part = batch_part(batch);
	size_t to = part->from;

	for (size_t i = part->from; i < part->to; i++) {
		if (batch->numbers[i] != BACKLOG_NONE)
			batch->numbers[to++] = batch->numbers[i];
	}
	part->to = to;
}

void
batch_split(struct batch *batch)
{
	struct batch_part *second = batch_part(batch);
	size_t middle = second->from + (second->to - second->from + 1) / 2;
	struct batch_part first = {.from = second->from, .to = middle};

	second->from = middle;
	second->failures = 0;
	batch->parts[batch->count++] = first;
}

bool
batch_next_part(struct batch *batch)
{
	batch->count--;
	return batch->count > 0;
}
