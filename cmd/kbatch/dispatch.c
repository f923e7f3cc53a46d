/* departure: when lines that wait go as a batch. */
#include "base/clock.h"
#include "kbatch/dispatch.h"

int64_t
departure_window(struct course *course)
{
	int64_t length = course->settings.window, now = clock_now();
	int64_t start = length > 0 ? now - now % length : 0;

	if (start > course->window || start < course->window - length)
		course->window = start;
	return course->window;
}

/*
 * Is what was found to go now? ended: nothing more can come to it. Otherwise
 * due says when it is.
 */
static bool
is_ripe(struct course *course, const struct backlog_found *found, bool ended)
{
	const struct course_settings *settings = &course->settings;
	int64_t due = found->since + settings->hold;

	if (found->full || ended)
		return true;
	if (settings->window > 0)
		due = clock_steady() + (found->window + settings->window - clock_now()) * 1000;
	if (settings->window > 0 ? departure_window(course) != found->window
	                         : due <= clock_steady())
		return true;
	if (course->due == 0 || due < course->due)
		course->due = due;
	return false;
}

void
depart(struct course *course, bool more, bool ended)
{
	const struct course_settings *settings = &course->settings;
	const struct backlog_bounds bounds = {settings->lines, settings->bytes, course->before};
	bool holds = settings->hold > 0 || settings->window > 0;

	course->due = 0;
	backlog_search(course->backlog);
	for (unsigned i = 0; i < settings->jobs; i++) {
		struct run *run = &course->runs[i];
		struct backlog_found found;

		if (run->state != RUN_FREE)
			continue;
		found = backlog_find(course->backlog, &bounds, run->batch.numbers);
		while (found.count > 0 &&
		       ((more && !found.full) || !is_ripe(course, &found, ended || !holds))) {
			backlog_pass_over(course->backlog, &found);
			if (settings->jobs == 1)
				return;
			found = backlog_find(course->backlog, &bounds, run->batch.numbers);
		}
		if (found.count == 0)
			return;
		backlog_take(course->backlog, run->batch.numbers, found.count);
		run->window = found.window;
		run->final = !found.more && settings->window > 0 &&
		             (ended || departure_window(course) != found.window);
		run_begin(run, found.count);
	}
}
