/* batches: the lines that kbatch was given, and what comes of them. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "kbatch/batches.h"
#include "kbatch/dispatch.h"

enum { OURS = 2 /* descriptors before those of the runs */, DETAILS = 4096 };

struct batches {
	struct course course;
	struct pollfd *descriptors;
	bool finished; /* the line that ends the work has been told of */
};

struct batches *
batches_open(struct tool *tool, const struct course_settings *settings)
{
	struct batches *batches = memory_new(1, sizeof *batches);
	struct course *course = &batches->course;
	unsigned jobs = settings->jobs;

	course->settings = *settings;
	course->tool = tool;
	course->name = show(&course->shown, settings->command[0], strlen(settings->command[0]));
	course->backlog = backlog_open(jobs > 1);
	course->before = UINT64_MAX;
	course->speech = (struct speech_limit){.tool = tool, .name = course->name};
	/* Whoever started us may have had it ignored: how a command ended would be lost. */
	signal(SIGCHLD, SIG_DFL);
	backoff_init(&course->backoff, (uint64_t)getpid() ^ (uint64_t)clock_now());
	batches->course.runs = memory_new(jobs, sizeof *batches->course.runs);
	batches->descriptors =
	    memory_new(OURS + RUN_DESCRIPTORS * jobs, sizeof *batches->descriptors);
	for (unsigned i = 0; i < jobs; i++)
		run_init(&batches->course.runs[i], course);
	buffer_init(&course->details, DETAILS);
	return batches;
}

void
batches_close(struct batches *batches)
{
	for (unsigned i = 0; i < batches->course.settings.jobs; i++) {
		run_end(&batches->course.runs[i]);
		run_free(&batches->course.runs[i]);
	}
	speech_limit_end(&batches->course.speech);
	backlog_close(batches->course.backlog);
	buffer_free(&batches->course.details);
	free(batches->descriptors);
	free(batches->course.runs);
	free(batches);
}

void
batches_add(struct batches *batches, struct span line, uint64_t ticket, uint64_t lane)
{
	struct backlog_line *added = backlog_add(batches->course.backlog, ticket);

	added->text = line;
	added->lane = lane;
	added->since = clock_steady();
	added->window = departure_window(&batches->course);
}

void
batches_reader_gone(struct batches *batches)
{
	struct failure failure;

	fail_reader_gone(&failure);
	course_halt(&batches->course, 0, &failure);
}

static bool
is_active(const struct run *run)
{
	return run->state == RUN_UNDER_WAY || run->state == RUN_WAITING;
}

/* What waits for its next try behind the place where all ends waits for nothing. */
static void
let_go(struct batches *batches)
{
	struct course *course = &batches->course;
	struct failure failure;

	if (tool_stop != 0) {
		fail_stopped(&failure);
		course_halt(course, 0, &failure);
	}
	for (unsigned i = 0; i < course->settings.jobs; i++) {
		struct run *run = &course->runs[i];

		if (run->state == RUN_WAITING && run_first(run) >= course->before)
			run->state = RUN_HALTED;
	}
}

/* All that was to be done before the end is done. False: it ends here. */
static bool
finish(struct batches *batches, struct failure *failure)
{
	struct course *course = &batches->course;

	if (course->last.kind != FAILURE_REFUSED) {
		*failure = course->last;
		return false;
	}
	batches->finished = true;
	course_tell(course, (backlog_number)(course->before % BACKLOG_LINES), TOLD_LAST, NULL);
	return true;
}

/* How long poll may wait, in ms. */
static int
patience(struct batches *batches, int timeout)
{
	int64_t due = batches->course.due, now = clock_steady(), left;

	for (unsigned i = 0; i < batches->course.settings.jobs; i++) {
		int64_t wanted = run_due(&batches->course.runs[i]);

		if (wanted != 0 && (due == 0 || wanted < due))
			due = wanted;
	}
	if (due == 0)
		return timeout;
	left = due > now ? (due - now + 999) / 1000 : 0;
	if (left > 60000)
		left = 60000;
	return timeout >= 0 && timeout < left ? timeout : (int)left;
}

static bool
may_finish(const struct batches *batches)
{
	const struct course *course = &batches->course;

	if (course->last.kind == FAILURE_NONE || batches->finished ||
	    backlog_next(course->backlog) < course->before)
		return false;
	for (unsigned i = 0; i < course->settings.jobs; i++) {
		if (is_active(&batches->course.runs[i]))
			return false;
	}
	return true;
}

bool
batches_move(struct batches *batches, int input, int watch, int timeout, struct failure *failure)
{
	unsigned jobs = batches->course.settings.jobs;
	struct pollfd *descriptors = batches->descriptors;

	let_go(batches);
	if (batches->course.last.kind != FAILURE_NONE)
		depart(&batches->course, false, true);
	else
		depart(&batches->course, timeout == 0 || (timeout > 0 && input < 0),
		    input < 0 && timeout < 0);
	if (may_finish(batches))
		return finish(batches, failure);
	descriptors[0] = (struct pollfd){.fd = input, .events = POLLIN};
	descriptors[1] = (struct pollfd){.fd = watch};
	for (unsigned i = 0; i < jobs; i++)
		run_watch(&batches->course.runs[i], descriptors + OURS + i * RUN_DESCRIPTORS);
	if (poll(descriptors, OURS + jobs * RUN_DESCRIPTORS, patience(batches, timeout)) < 0) {
		if (errno == EINTR)
			return true;
		return fail_errno(failure, errno, "could not wait for a command");
	}
	for (unsigned i = 0; i < jobs; i++)
		run_move(&batches->course.runs[i], descriptors + OURS + i * RUN_DESCRIPTORS);
	return true;
}

bool
batches_fate(struct batches *batches, uint64_t *ticket, struct failure *refused)
{
	return course_fate(&batches->course, ticket, refused);
}

const char *
batches_details(struct batches *batches)
{
	return batches->course.details.length > 0 ? buffer_text(&batches->course.details) : NULL;
}

bool
batches_busy(const struct batches *batches, bool reading)
{
	for (unsigned i = 0; i < batches->course.settings.jobs; i++) {
		const struct run *run = &batches->course.runs[i];

		if (is_active(run) || (reading && run->child.pid != 0))
			return true;
	}
	return false;
}

uint64_t
batches_retries(const struct batches *batches)
{
	return batches->course.retries;
}
