/* batch: parts, their order, and removed lines. */
#include "kbatch/batch.h"
#include "tap.h"

enum { LINES = 10000 };

static void
fill(struct batch *batch, size_t count)
{
	for (size_t i = 0; i < count; i++)
		batch->numbers[i] = (backlog_number)i;
	batch_begin(batch, count);
}

static void
test_parts(struct batch *batch)
{
	size_t count;
	const backlog_number *lines;

	fill(batch, 5);
	lines = batch_lines(batch, &count);
	ok(count == 5 && lines[0] == 0 && batch_is_last_part(batch), "one part at first");
	batch_part(batch)->failures = 3;
	batch_split(batch);
	lines = batch_lines(batch, &count);
	ok(count == 3 && lines[0] == 0 && !batch_is_last_part(batch), "the first half is first");
	is_number(batch_part(batch)->failures, 0, "it has not failed");
	ok(batch_next_part(batch), "a part follows");
	lines = batch_lines(batch, &count);
	ok(count == 2 && lines[0] == 3 && batch_is_last_part(batch), "the second half");
	is_number(batch_part(batch)->failures, 0, "it has not failed either");
	ok(!batch_next_part(batch), "no part follows");
}

static void
test_removed(struct batch *batch)
{
	size_t count;
	const backlog_number *lines;

	fill(batch, 5);
	batch_remove(batch, 0);
	batch_remove(batch, 3);
	lines = batch_lines(batch, &count);
	ok(count == 5 && lines[0] == BACKLOG_NONE && lines[1] == 1 && lines[3] == BACKLOG_NONE,
	    "removed lines keep their places");
	batch_compact(batch);
	lines = batch_lines(batch, &count);
	ok(count == 3 && lines[0] == 1 && lines[1] == 2 && lines[2] == 4,
	    "until the batch is compacted");
	batch_split(batch);
	batch_remove(batch, 0);
	batch_remove(batch, 1);
	batch_compact(batch);
	batch_lines(batch, &count);
	ok(count == 0 && batch_next_part(batch), "an empty part");
	lines = batch_lines(batch, &count);
	ok(count == 1 && lines[0] == 4, "the other part is untouched");
}

static void
test_deep(struct batch *batch)
{
	size_t count, parts = 1;

	fill(batch, LINES);
	batch_lines(batch, &count);
	while (count > 1) {
		batch_split(batch);
		batch_lines(batch, &count);
		parts++;
	}
	ok(parts <= BATCH_PARTS, "the largest batch is split down to one line: %zu parts", parts);
}

int
main(void)
{
	struct batch batch;

	batch_init(&batch, LINES);
	test_parts(&batch);
	test_removed(&batch);
	test_deep(&batch);
	batch_free(&batch);
	return done();
}
