/* backlog: which lines make a batch, and which wait for others. */
#include "kbatch/backlog.h"
#include "tap.h"

static backlog_number numbers[BACKLOG_LINES];
static const struct backlog_limits limits = {10, 1000, UINT64_MAX};

static void
add(struct backlog *backlog, uint64_t ticket, uint64_t lane, int64_t window)
{
	struct backlog_line *line = backlog_add(backlog, ticket);

	line->text = span_of("four");
	line->lane = lane;
	line->window = window;
	line->arrived = (int64_t)ticket;
}

static struct backlog_found
find(struct backlog *backlog, const struct backlog_limits *within)
{
	backlog_begin_search(backlog);
	return backlog_find(backlog, within, numbers);
}

static void
test_limits(void)
{
	struct backlog *backlog = backlog_open(false);
	struct backlog_found found;

	found = find(backlog, &limits);
	ok(found.count == 0 && !found.full && backlog_first_ticket(backlog) == UINT64_MAX, "empty");
	for (uint64_t i = 0; i < 12; i++)
		add(backlog, i, 0, 0);
	found = find(backlog, &limits);
	ok(found.count == 10 && found.full && found.more && found.arrived == 0, "limited by lines");
	found = find(backlog, &(struct backlog_limits){20, 15, UINT64_MAX});
	ok(found.count == 3 && found.full, "limited by bytes, newlines counted");
	found = find(backlog, &(struct backlog_limits){20, 14, UINT64_MAX});
	ok(found.count == 2 && found.full && found.more, "one byte less, one line less");
	found = find(backlog, &(struct backlog_limits){20, 1, UINT64_MAX});
	ok(found.count == 1 && found.full, "a longer line is a batch of its own");
	found = find(backlog, &(struct backlog_limits){20, 1000, 7});
	ok(found.count == 7 && !found.full, "no line from a ticket on");
	found = find(backlog, &(struct backlog_limits){12, 1000, UINT64_MAX});
	ok(found.count == 12 && found.full && !found.more, "exactly full, and no more lines");
	backlog_take(backlog, numbers, 5);
	is_number((int64_t)backlog_first_ticket(backlog), 5, "lines taken do not wait any more");
	backlog_close(backlog);
}

static void
test_lanes(void)
{
	struct backlog *backlog = backlog_open(true);
	struct backlog_found found;

	for (uint64_t i = 0; i < 9; i++)
		add(backlog, i, 100 + i % 3, 0);
	found = find(backlog, &limits);
	ok(found.count == 3 && numbers[0] == 0 && numbers[1] == 3 && numbers[2] == 6,
	    "lines of the lane of the oldest line");
	backlog_take(backlog, numbers, 2);
	found = find(backlog, &limits);
	ok(found.count == 3 && found.lane == 101, "another lane while that is in flight");
	backlog_skip_lane(backlog, &found);
	found = backlog_find(backlog, &limits, numbers);
	ok(found.count == 3 && found.lane == 102, "the next lane if that is skipped");
	found = find(backlog, &limits);
	is_number((int64_t)found.lane, 101, "a new search skips no lane");
	backlog_release(backlog, 0);
	found = find(backlog, &limits);
	is_number((int64_t)found.lane, 101, "one of two lines has its result: the lane waits");
	backlog_release(backlog, 3);
	found = find(backlog, &limits);
	ok(found.lane == 101 && found.count == 3, "both have: the oldest line goes first");
	backlog_skip_lane(backlog, &found);
	found = backlog_find(backlog, &limits, numbers);
	backlog_skip_lane(backlog, &found);
	found = backlog_find(backlog, &limits, numbers);
	ok(found.count == 1 && numbers[0] == 6, "and the lane is free again");
	backlog_close(backlog);
}

static void
test_windows(void)
{
	struct backlog *backlog = backlog_open(true);
	struct backlog_found found;

	for (uint64_t i = 0; i < 8; i++)
		add(backlog, i, i % 2, i < 5 ? 1000 : 2000);
	found = find(backlog, &limits);
	ok(found.count == 3 && found.window == 1000 && !found.more, "lines of one window only");
	found = find(backlog, &(struct backlog_limits){2, 1000, UINT64_MAX});
	ok(found.count == 2 && found.more, "limited: more lines of it follow");
	backlog_close(backlog);
}

/* Numbers wrap around; the queue stays in order. */
static void
test_round(void)
{
	struct backlog *backlog = backlog_open(false);
	bool good = true;

	for (uint64_t i = 0; i < 3 * BACKLOG_LINES; i++) {
		struct backlog_found found;

		add(backlog, i, 0, 0);
		if (i % 7 != 6)
			continue;
		found = find(backlog, &limits);
		good =
		    good && found.count == 7 && backlog_line(backlog, numbers[0])->ticket == i - 6;
		backlog_take(backlog, numbers, found.count);
	}
	ok(good, "numbers wrap around");
	backlog_close(backlog);
}

int
main(void)
{
	test_limits();
	test_lanes();
	test_windows();
	test_round();
	return done();
}
