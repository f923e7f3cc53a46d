/* dispatch: when a batch is sent, and windows by a clock that goes forward, and back. */
#include "kbatch/dispatch.h"
#include "tap.h"

enum { LENGTH = 1000 /* ms */ };

static const struct dispatch_rules windows = {.lines = 100, .bytes = 1000, .window = LENGTH};
static backlog_number numbers[100];

/* The time, and what is known of windows. */
static int64_t wall, newest, due;
static const int64_t steady = 7 * INT64_C(1000000);

static void
add(struct backlog *backlog, const struct dispatch_rules *rules, uint64_t ticket)
{
	struct backlog_line *line = backlog_add(backlog, ticket);

	newest = dispatch_window(rules, newest, wall);
	line->text = span_of("x");
	line->arrived = steady;
	line->window = newest;
}

static struct dispatch_moment
now(const struct dispatch_rules *rules)
{
	newest = dispatch_window(rules, newest, wall);
	return (struct dispatch_moment){
	    .steady = steady, .wall = wall, .window = newest, .before = UINT64_MAX};
}

/* How many lines are sent at that moment. */
static int64_t
sent(struct backlog *backlog, const struct dispatch_rules *rules,
    const struct dispatch_moment *moment)
{
	struct backlog_found found;

	due = 0;
	backlog_begin_search(backlog);
	found = dispatch_next(rules, backlog, moment, numbers, &due);
	backlog_take(backlog, numbers, found.count);
	return (int64_t)found.count;
}

static int64_t
sent_now(struct backlog *backlog, const struct dispatch_rules *rules)
{
	struct dispatch_moment moment = now(rules);

	return sent(backlog, rules, &moment);
}

static void
test_clock_back(void)
{
	struct backlog *backlog = backlog_open(false);

	wall = 50 * LENGTH + 900;
	add(backlog, &windows, 0);
	is_number(sent_now(backlog, &windows), 0, "an open window waits");
	is_number(due, steady + 100 * 1000, "until it ends");
	wall -= 950;
	add(backlog, &windows, 1);
	is_number(
	    sent_now(backlog, &windows), 0, "the clock goes back a little: the window stays open");
	is_number(backlog_line(backlog, 1)->window, 50 * LENGTH, "new lines belong to it, too");
	wall = 51 * LENGTH;
	is_number(sent_now(backlog, &windows), 2, "then it ends");

	wall = 1000000 * (int64_t)LENGTH;
	add(backlog, &windows, 2);
	is_number(sent_now(backlog, &windows), 0, "a window far ahead, as the clock was wrong");
	wall = 52 * LENGTH;
	is_number(sent_now(backlog, &windows), 1, "the clock is corrected: the window has ended");
	add(backlog, &windows, 3);
	is_number(sent_now(backlog, &windows), 0, "new lines wait");
	is_number(due, steady + LENGTH * 1000, "for the end of the present window");
	wall += LENGTH;
	is_number(sent_now(backlog, &windows), 1, "and are sent then");
	backlog_close(backlog);
}

static void
test_wait(void)
{
	const struct dispatch_rules at_once = {.lines = 3, .bytes = 1000};
	const struct dispatch_rules waits = {.lines = 3, .bytes = 1000, .wait = 500};
	struct backlog *backlog = backlog_open(false);
	struct dispatch_moment moment = now(&at_once);

	add(backlog, &at_once, 0);
	moment.more = true;
	is_number(sent(backlog, &at_once, &moment), 0, "more lines have arrived: not sent yet");
	moment.more = false;
	is_number(sent(backlog, &at_once, &moment), 1, "no more lines: sent at once");
	add(backlog, &waits, 1);
	is_number(sent(backlog, &waits, &moment), 0, "with a wait: not yet");
	is_number(due, steady + 500, "but when it is over");
	moment.ended = true;
	is_number(sent(backlog, &waits, &moment), 1, "the input has ended: at once");
	moment.ended = false;
	add(backlog, &waits, 2);
	moment.steady += 500;
	is_number(sent(backlog, &waits, &moment), 1, "the wait is over");
	moment.steady = steady;
	moment.more = true;
	for (uint64_t i = 3; i < 7; i++)
		add(backlog, &waits, i);
	is_number(sent(backlog, &waits, &moment), 3, "a full batch is always sent");
	is_number(sent(backlog, &waits, &moment), 0, "what does not fill one is not");
	backlog_close(backlog);
}

static void
test_final(void)
{
	struct dispatch_moment moment = {.window = 2000};
	struct backlog_found found = {.count = 1, .window = 1000};
	const struct dispatch_rules none = {.lines = 3};

	ok(dispatch_is_final(&windows, &found, &moment),
	    "the last lines of a window that has ended");
	ok(!dispatch_is_final(&none, &found, &moment), "without windows nothing is final");
	found.more = true;
	ok(!dispatch_is_final(&windows, &found, &moment), "more lines of the window follow");
	found = (struct backlog_found){.count = 1, .window = 2000};
	ok(!dispatch_is_final(&windows, &found, &moment), "the window is still open");
	moment.ended = true;
	ok(dispatch_is_final(&windows, &found, &moment), "but the input has ended");
}

int
main(void)
{
	test_clock_back();
	newest = 0;
	test_wait();
	test_final();
	return done();
}
