/* batch: what is tried next, and that every line comes to an end. */
#include "kbatch/batch.h"
#include "tap.h"

enum { LINES = 1000 };

static void
fill(struct batch *batch, size_t count)
{
	for (size_t i = 0; i < count; i++)
		batch->numbers[i] = (backlog_number)i;
	batch_begin(batch, count);
}

static void
done_all(struct batch *batch)
{
	size_t count;

	batch_now(batch, &count);
	for (size_t i = 0; i < count; i++)
		batch_done(batch, i);
}

static void
test_retries(struct batch *batch)
{
	const struct batch_rules rules = {.retries = 2};
	size_t count;

	fill(batch, 3);
	is_number(batch_judge(batch, &rules, false), BATCH_WAIT, "the first failure: again");
	is_number(batch_judge(batch, &rules, false), BATCH_WAIT, "the second: again");
	is_number(batch_failures(batch), 2, "they are counted");
	is_number(batch_judge(batch, &rules, false), BATCH_GIVE_UP, "the third: given up");
	batch_now(batch, &count);
	is_number(count, 3, "all of them");
	is_number(batch_drop(batch), BATCH_END, "and that was all");
	fill(batch, 3);
	batch_judge(batch, &rules, true);
	batch_judge(batch, &rules, true);
	is_number(batch_judge(batch, &rules, true), BATCH_STOP, "not their fault: stopped there");
	fill(batch, 3);
	done_all(batch);
	is_number(batch_judge(batch, &rules, false), BATCH_END, "all done: the end");
}

static void
test_progress(struct batch *batch)
{
	const struct batch_rules rules = {.retries = 1};
	size_t count;
	const backlog_number *now;

	fill(batch, 5);
	batch_judge(batch, &rules, false);
	batch_done(batch, 0);
	batch_done(batch, 3);
	batch_aside(batch, 4);
	is_number(batch_judge(batch, &rules, false), BATCH_WAIT, "some done: the rest again");
	now = batch_now(batch, &count);
	ok(count == 2 && now[0] == 1 && now[1] == 2, "which is closed up, in order");
	is_number(batch_failures(batch), 1, "its count starts at 1 again");
	batch_aside(batch, 0);
	is_number(batch_judge(batch, &rules, false), BATCH_GIVE_UP, "set aside is no progress");
}

static void
test_forever(struct batch *batch)
{
	const struct batch_rules rules = {.retries = BATCH_FOREVER};

	fill(batch, 1);
	batch->parts[0].failures = BATCH_FOREVER;
	is_number(batch_judge(batch, &rules, true), BATCH_WAIT, "no end, however long");
}

/* Runs a batch in which the lines that are bad fail. Returns how many runs it took; 0: wrong. */
static unsigned
bisect(struct batch *batch, size_t lines, bool (*is_bad)(unsigned), unsigned retries)
{
	const struct batch_rules rules = {.retries = retries, .bisect = true};
	enum batch_next next = BATCH_RUN;
	unsigned runs = 0, expected = 0;

	fill(batch, lines);
	while (next != BATCH_END) {
		size_t count;
		const backlog_number *now = batch_now(batch, &count);
		bool fails = false;

		runs++;
		for (size_t i = 0; i < count; i++)
			fails = fails || is_bad(now[i]);
		/* In order: what is done, or given up, is always the next. */
		if (count == 0 || now[0] != expected)
			return 0;
		if (!fails) {
			expected += (unsigned)count;
			done_all(batch);
		}
		next = batch_judge(batch, &rules, false);
		if (next == BATCH_GIVE_UP) {
			if (count != 1 || !fails)
				return 0;
			expected++;
			next = batch_drop(batch);
		}
	}
	return expected == lines ? runs : 0;
}

static bool
none(unsigned number)
{
	return number > LINES;
}

static bool
one(unsigned number)
{
	return number == 613;
}

static bool
every(unsigned number)
{
	return number <= LINES;
}

static bool
third(unsigned number)
{
	return number % 3 == 0;
}

static void
test_bisect(struct batch *batch)
{
	const struct batch_rules rules = {.retries = 3, .bisect = true};
	unsigned runs;
	size_t count;

	is_number(bisect(batch, LINES, none, 0), 1, "none bad: one run");
	runs = bisect(batch, LINES, one, 0);
	ok(runs > 0 && runs <= 21, "one bad: twice the logarithm (%u runs)", runs);
	is_number(bisect(batch, LINES, one, 3), runs + 3, "retries are for the bad line alone");
	is_number(bisect(batch, LINES, every, 0), 2 * LINES - 1, "all bad: each by itself, once");
	ok(bisect(batch, LINES, third, 1) > 0, "every third bad: those alone, in order");
	for (size_t lines = 1; lines < 40; lines++) {
		if (bisect(batch, lines, third, 0) == 0)
			ok(false, "%zu lines", lines);
	}
	fill(batch, 8);
	is_number(batch_judge(batch, &rules, true), BATCH_WAIT, "not their fault: not split");
	batch_now(batch, &count);
	is_number(count, 8, "but tried again as they are");
	batch_done(batch, 0);
	is_number(batch_judge(batch, &rules, false), BATCH_RUN, "some done: the rest at once");
	batch_now(batch, &count);
	is_number(count, 7, "and whole");
}

int
main(void)
{
	struct batch batch;

	batch_init(&batch, LINES);
	test_retries(&batch);
	test_progress(&batch);
	test_forever(&batch);
	test_bisect(&batch);
	batch_free(&batch);
	return done();
}
