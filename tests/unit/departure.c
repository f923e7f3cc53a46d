/* departure: windows by a clock that goes forward, and back. */

/* What departure.c asks for the time, here. */
#define clock_now clock_now_here
#define clock_steady clock_steady_here
#include "../../cmd/kbatch/dispatch.c"
#include "base/memory.h"
#include "tap.h"
#include <stdlib.h>

enum { LENGTH = 1000 /* ms */ };

static int64_t wall, steady;
static size_t begun;

int64_t
clock_now_here(void)
{
	return wall;
}

int64_t
clock_steady_here(void)
{
	return steady;
}

void
run_begin(struct run *run, size_t count)
{
	(void)run;
	begun = count;
}

static void
add(struct course *course, uint64_t ticket)
{
	struct backlog_line *line = backlog_add(course->backlog, ticket);

	line->text = (struct span){"x", 1};
	line->since = steady;
	line->window = departure_window(course);
}

/* How many lines go now. */
static size_t
go(struct course *course)
{
	begun = 0;
	course->runs[0].state = RUN_FREE;
	depart(course, false, false);
	return begun;
}

static void
test_clock_back(struct course *course)
{
	wall = 50 * LENGTH + 900;
	add(course, 0);
	is_number(go(course), 0, "a window that is open waits");
	is_number(course->due, steady + 100 * 1000, "until it is over");
	wall -= 950;
	add(course, 1);
	is_number(go(course), 0, "the clock goes back a little: the window is still open");
	is_number(backlog_line(course->backlog, 1)->window, 50 * LENGTH, "for new lines, too");
	wall = 51 * LENGTH;
	is_number(go(course), 2, "then it is over");

	wall = 1000000 * (int64_t)LENGTH;
	add(course, 2);
	is_number(go(course), 0, "a window far ahead, by a clock that was wrong");
	wall = 52 * LENGTH;
	is_number(go(course), 1, "that was set right: it is over");
	add(course, 3);
	is_number(go(course), 0, "new lines wait");
	is_number(course->due, steady + LENGTH * 1000, "for the end of a window of now");
	wall += LENGTH;
	is_number(go(course), 1, "and go then");
}

int
main(void)
{
	struct course *course = memory_new(1, sizeof *course);
	struct run *run = memory_new(1, sizeof *run);

	course->settings =
	    (struct course_settings){.lines = 100, .bytes = 1000, .jobs = 1, .window = LENGTH};
	course->before = UINT64_MAX;
	course->backlog = backlog_open(false);
	course->runs = run;
	batch_init(&run->batch, 100);
	steady = 7 * INT64_C(1000000);
	test_clock_back(course);
	batch_free(&run->batch);
	backlog_close(course->backlog);
	free(run);
	free(course);
	return done();
}
