/* backlog: which lines go together, and which wait for others. */
#include "kbatch/backlog.h"
#include "tap.h"

static backlog_number numbers[BACKLOG_LINES];
static const struct backlog_bounds bounds = {10, 1000, UINT64_MAX};

static void
add(struct backlog *backlog, uint64_t ticket, uint64_t lane, int64_t window)
{
	struct backlog_line *line = backlog_add(backlog, ticket);

	line->text = span_of("four");
	line->lane = lane;
	line->window = window;
	line->since = (int64_t)ticket;
}

static struct backlog_found
find(struct backlog *backlog, const struct backlog_bounds *within)
{
	backlog_search(backlog);
	return backlog_find(backlog, within, numbers);
}

static void
test_bounds(void)
{
	struct backlog *backlog = backlog_open(false);
	struct backlog_found found;

	found = find(backlog, &bounds);
	ok(found.count == 0 && !found.full && backlog_next(backlog) == UINT64_MAX, "nothing there");
	for (uint64_t i = 0; i < 12; i++)
		add(backlog, i, 0, 0);
	found = find(backlog, &bounds);
	ok(found.count == 10 && found.full && found.more && found.since == 0, "so many lines");
	found = find(backlog, &(struct backlog_bounds){20, 15, UINT64_MAX});
	ok(found.count == 3 && found.full, "so many bytes, newlines counted");
	found = find(backlog, &(struct backlog_bounds){20, 14, UINT64_MAX});
	ok(found.count == 2 && found.full && found.more, "a byte less, a line less");
	found = find(backlog, &(struct backlog_bounds){20, 1, UINT64_MAX});
	ok(found.count == 1 && found.full, "a line that is longer goes alone");
	found = find(backlog, &(struct backlog_bounds){20, 1000, 7});
	ok(found.count == 7 && !found.full, "none from a ticket on");
	found = find(backlog, &(struct backlog_bounds){12, 1000, UINT64_MAX});
	ok(found.count == 12 && found.full && !found.more, "just full, and no more");
	backlog_take(backlog, numbers, 5);
	is_number((int64_t)backlog_next(backlog), 5, "what was taken waits no longer");
	backlog_close(backlog);
}

static void
test_lanes(void)
{
	struct backlog *backlog = backlog_open(true);
	struct backlog_found found;

	for (uint64_t i = 0; i < 9; i++)
		add(backlog, i, 100 + i % 3, 0);
	found = find(backlog, &bounds);
	ok(found.count == 3 && numbers[0] == 0 && numbers[1] == 3 && numbers[2] == 6,
	    "lines of the oldest one's lane");
	backlog_take(backlog, numbers, 2);
	found = find(backlog, &bounds);
	ok(found.count == 3 && found.lane == 101, "another while that is under way");
	backlog_pass_over(backlog, &found);
	found = backlog_find(backlog, &bounds, numbers);
	ok(found.count == 3 && found.lane == 102, "the next where that is passed over");
	found = find(backlog, &bounds);
	is_number((int64_t)found.lane, 101, "until the next search");
	backlog_settle(backlog, 0);
	found = find(backlog, &bounds);
	is_number((int64_t)found.lane, 101, "one of two has its fate: its lane waits");
	backlog_settle(backlog, 3);
	found = find(backlog, &bounds);
	ok(found.lane == 101 && found.count == 3, "both: the oldest line goes first");
	backlog_pass_over(backlog, &found);
	found = backlog_find(backlog, &bounds, numbers);
	backlog_pass_over(backlog, &found);
	found = backlog_find(backlog, &bounds, numbers);
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
	found = find(backlog, &bounds);
	ok(found.count == 3 && found.window == 1000 && !found.more, "of one window alone");
	found = find(backlog, &(struct backlog_bounds){2, 1000, UINT64_MAX});
	ok(found.count == 2 && found.more, "cut short: more of it is there");
	backlog_close(backlog);
}

/* Numbers come round; the queue stays in order. */
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
		found = find(backlog, &bounds);
		good =
		    good && found.count == 7 && backlog_line(backlog, numbers[0])->ticket == i - 6;
		backlog_take(backlog, numbers, found.count);
	}
	ok(good, "for as many lines as come");
	backlog_close(backlog);
}

int
main(void)
{
	test_bounds();
	test_lanes();
	test_windows();
	test_round();
	return done();
}
