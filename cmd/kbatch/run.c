/* run: a place in which one batch at a time is given to a command. */
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "kbatch/run.h"

enum { INPUT, WORDS, OUTPUT, END };

enum {
	TURNS = 16, /* reads in a row */
	LAST_TURNS = 1024, /* of what is left when it has ended */
	PATIENCE = 5 * 1000000, /* us between being asked to end and being killed */
	LOOK = 10000 /* us between looks at one whose end cannot be waited for */
};

void
run_init(struct run *run, struct course *course)
{
	run->course = course;
	child_init(&run->child);
	batch_init(&run->batch, course->settings.lines);
	buffer_init(&run->input, SIZE_MAX / 2);
	buffer_init(&run->answers.line, tool_line_ceiling(course->tool) + 1);
	buffer_init(&run->answers.given, SIZE_MAX / 2);
	if (course->settings.receipts)
		run->answers.hashes =
		    memory_new(course->settings.lines, sizeof *run->answers.hashes);
}

void
run_free(struct run *run)
{
	child_close(&run->child);
	batch_free(&run->batch);
	buffer_free(&run->input);
	buffer_free(&run->answers.line);
	buffer_free(&run->answers.given);
	free(run->answers.hashes);
}

uint64_t
run_first(const struct run *run)
{
	size_t count;

	return backlog_line(run->course->backlog, *batch_now(&run->batch, &count))->ticket;
}

static bool
start(struct run *run, struct failure *failure)
{
	const struct course_settings *settings = &run->course->settings;
	char **environment = run_environment(run);
	bool started =
	    child_start(&run->child, settings->command, environment, settings->receipts, failure);

	free(environment);
	run->broken = false;
	speech_begin(&run->speech, &run->course->speech);
	return started;
}

static void
set_deadline(struct run *run)
{
	int64_t timeout = run->course->settings.timeout;

	run->warned = 0;
	run->deadline = timeout > 0 ? clock_steady() + timeout : 0;
}

/* One that stays was about to end when it was given this: a new one is, and that is no retry. */
static bool
was_late(const struct run *run, size_t unread)
{
	return run->state == RUN_UNDER_WAY && run->stayed && run->warned == 0 && !run->broken &&
	       run->answers.next == 0 && unread >= run->taken;
}

static void
look_for_end(struct run *run)
{
	int status;
	size_t unread;

	if (!child_ended(&run->child, &status))
		return;
	run_hear(run, &run->child.output, LAST_TURNS);
	run_hear(run, &run->child.words, LAST_TURNS);
	speech_pause(&run->speech);
	/* Those that it left behind are not asked: they had their time. */
	if (run->warned > 0)
		child_signal(&run->child, SIGKILL);
	unread = child_unread(&run->child);
	if (was_late(run, unread)) {
		run->state = RUN_WAITING;
		run->deadline = clock_steady();
	}
	unread += run->input.length - run->written;
	if (run_is_hungry(run) && unread == 0)
		unread = 1;
	child_close(&run->child);
	verdict_of_end(run, status, unread);
}

/* Asked to end, and a while later made to. */
static void
end_late(struct run *run, int64_t now)
{
	child_signal(&run->child, run->warned == 0 ? SIGTERM : SIGKILL);
	run->warned++;
	run->deadline = now + PATIENCE;
}

void
run_watch(struct run *run, struct pollfd *descriptors)
{
	descriptors[INPUT] =
	    (struct pollfd){.fd = run_is_hungry(run) ? run->child.input : -1, .events = POLLOUT};
	descriptors[WORDS] = (struct pollfd){.fd = run->child.words, .events = POLLIN};
	descriptors[OUTPUT] = (struct pollfd){.fd = run->child.output, .events = POLLIN};
	descriptors[END] = (struct pollfd){.fd = run->child.end, .events = POLLIN};
}

int64_t
run_due(const struct run *run)
{
	bool timed = run->state == RUN_UNDER_WAY || run->state == RUN_WAITING;
	int64_t due = timed ? run->deadline : 0, look = clock_steady() + LOOK;

	if (run->child.pid == 0 || run->child.end >= 0)
		return due;
	return due == 0 || look < due ? look : due;
}

void
run_move(struct run *run, const struct pollfd *descriptors)
{
	int64_t now = clock_steady();

	if (run->state == RUN_WAITING && now >= run->deadline) {
		run_try(run);
		return;
	}
	if (run->child.pid == 0)
		return;
	if (descriptors[WORDS].revents != 0)
		run_hear(run, &run->child.words, TURNS);
	if (descriptors[OUTPUT].revents != 0)
		run_hear(run, &run->child.output, TURNS);
	if (descriptors[INPUT].revents != 0 && run_is_hungry(run))
		run_feed(run);
	if (run->state == RUN_UNDER_WAY && run->deadline != 0 && now >= run->deadline)
		end_late(run, now);
	if (descriptors[END].revents != 0 || run->child.end < 0)
		look_for_end(run);
}

/* Looks after a command that is to end until then, or until it has. */
static void
await_end(struct run *run, int64_t until)
{
	struct pollfd descriptors[RUN_DESCRIPTORS];

	while (run->child.pid != 0 && clock_steady() < until) {
		run_watch(run, descriptors);
		poll(descriptors, RUN_DESCRIPTORS, LOOK / 1000);
		run_move(run, descriptors);
	}
}

/* One that stays may have ended since its last answer, or is about to, having been killed. */
static void
look_after_last(struct run *run)
{
	run->state = RUN_FREE;
	if (run->broken)
		await_end(run, clock_steady() + PATIENCE);
	else if (run->child.pid != 0)
		look_for_end(run);
}

void
run_try(struct run *run)
{
	struct failure failure;

	look_after_last(run);
	if (batch_failures(&run->batch) > 0)
		run->course->retries++;
	buffer_clear(&run->input);
	run->written = run->fed = run->taken = 0;
	if (run->course->settings.receipts)
		answers_begin(run);
	run->state = RUN_UNDER_WAY;
	run->stayed = run->child.pid != 0;
	if (run->child.pid == 0 && !start(run, &failure)) {
		course_halt(run->course, 0, &failure);
		run->state = RUN_HALTED;
		return;
	}
	set_deadline(run);
}

void
run_begin(struct run *run, size_t count)
{
	batch_begin(&run->batch, count);
	run_try(run);
}

void
run_end(struct run *run)
{
	int64_t timeout = run->course->settings.timeout;
	bool stays = run->course->settings.persistent && run->state != RUN_UNDER_WAY;

	run->state = RUN_HALTED;
	run->expected = true;
	if (run->child.pid == 0)
		return;
	child_close_input(&run->child);
	if (stays)
		await_end(run, timeout > 0 ? clock_steady() + timeout : INT64_MAX);
	for (int number = SIGTERM; run->child.pid != 0; number = SIGKILL) {
		child_signal(&run->child, number);
		await_end(run, clock_steady() + PATIENCE);
	}
}
