/* batch: see batch.h. */
#include <stdlib.h>

#include "kbatch/batch.h"
#include "base/memory.h"

void
batch_init(struct batch *batch, size_t capacity)
{
	*batch = (struct batch){.capacity = capacity};
	batch->numbers = memory_new(capacity, sizeof *batch->numbers);
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
	batch->progress = false;
}

static struct batch_part *
part_now(const struct batch *batch)
{
	return (struct batch_part *)&batch->parts[batch->count - 1];
}

backlog_number *
batch_now(const struct batch *batch, size_t *count)
{
	const struct batch_part *part = part_now(batch);

	*count = part->to - part->from;
	return batch->numbers + part->from;
}

bool
batch_is_last(const struct batch *batch)
{
	return batch->count == 1;
}

unsigned
batch_failures(const struct batch *batch)
{
	return part_now(batch)->failures;
}

void
batch_aside(struct batch *batch, size_t at)
{
	batch->numbers[part_now(batch)->from + at] = BACKLOG_NONE;
}

void
batch_done(struct batch *batch, size_t at)
{
	batch_aside(batch, at);
	batch->progress = true;
}

enum batch_next
batch_drop(struct batch *batch)
{
	batch->count--;
	return batch->count == 0 ? BATCH_END : BATCH_RUN;
}

/* Leaves out what needs no more trying. Returns how many are left. */
static size_t
close_up(struct batch *batch, struct batch_part *part)
{
	size_t to = part->from;

	for (size_t i = part->from; i < part->to; i++) {
		if (batch->numbers[i] != BACKLOG_NONE)
			batch->numbers[to++] = batch->numbers[i];
	}
	part->to = to;
	return to - part->from;
}

/* The first half is tried first, so that lines keep their order. */
static void
halve(struct batch *batch, struct batch_part *part)
{
	size_t middle = part->from + (part->to - part->from + 1) / 2;
	struct batch_part first = {.from = part->from, .to = middle};

	part->from = middle;
	part->failures = 0;
	batch->parts[batch->count++] = first;
}

enum batch_next
batch_judge(struct batch *batch, const struct batch_rules *rules, bool temporary)
{
	struct batch_part *part = part_now(batch);
	size_t left = close_up(batch, part);
	bool progress = batch->progress;

	batch->progress = false;
	if (left == 0)
		return batch_drop(batch);
	if (progress)
		part->failures = 0;
	if (rules->bisect && !temporary && left > 1) {
		if (!progress)
			halve(batch, part);
		return BATCH_RUN;
	}
	/* A count without an end must not come to one. */
	if (part->failures < BATCH_FOREVER)
		part->failures++;
	if (part->failures <= rules->retries)
		return BATCH_WAIT;
	return temporary ? BATCH_STOP : BATCH_GIVE_UP;
}
