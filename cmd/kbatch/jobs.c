/* jobs: sends batches to free jobs, polls all jobs, and ends the work when it has to stop. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "kbatch/jobs.h"

enum {
	OWN_DESCRIPTORS = 2, /* before those of the jobs: the input and the output */
	LONGEST_WAIT = 60000 /* ms in poll, then times are compared again */
};

void
jobs_open(struct jobs *jobs, const struct run_settings *settings, struct child_stderr_limit *limit)
{
	jobs->descriptors =
	    memory_new(OWN_DESCRIPTORS + RUN_DESCRIPTORS * jobs->count, sizeof *jobs->descriptors);
	jobs->all = memory_new(jobs->count, sizeof *jobs->all);
	for (unsigned i = 0; i < jobs->count; i++)
		job_init(&jobs->all[i], settings, jobs->work.backlog, limit);
}

void
jobs_close(struct jobs *jobs)
{
	for (unsigned i = 0; i < jobs->count; i++)
		job_close(&jobs->work, &jobs->all[i], tool_interrupts > 1);
	free(jobs->descriptors);
	free(jobs->all);
}

void
jobs_add(struct jobs *jobs, struct span text, uint64_t ticket, uint64_t lane)
{
	struct backlog_line *line = backlog_add(jobs->work.backlog, ticket);

	if (jobs->dispatch.window > 0)
		jobs->window = dispatch_window(&jobs->dispatch, jobs->window, clock_now());
	line->text = text;
	line->lane = lane;
	line->arrived = clock_steady();
	line->window = jobs->window;
}

static void
check_stop(struct jobs *jobs, bool reader_gone)
{
	struct failure reason;

	if (reader_gone) {
		fail_reader_gone(&reason);
		work_stop(&jobs->work, 0, &reason);
	}
	if (tool_stop != 0) {
		fail_stopped(&reason);
		work_stop(&jobs->work, 0, &reason);
	}
	for (unsigned i = 0; i < jobs->count; i++)
		job_check_stop(&jobs->work, &jobs->all[i]);
}

/* After Ctrl-C: reports which commands are still running. False: another Ctrl-C followed. */
static bool
wait_on(struct jobs *jobs, struct failure *failure)
{
	const struct run *run = NULL;
	unsigned running = 0;

	if (jobs->interrupted)
		return tool_interrupts == jobs->interrupts || fail_stopped(failure);
	for (unsigned i = 0; i < jobs->count; i++) {
		if (run_is_active(&jobs->all[i].run)) {
			run = &jobs->all[i].run;
			running++;
		}
	}
	if (tool_interrupts == 0 || running == 0)
		return true;
	jobs->interrupted = true;
	jobs->interrupts = tool_interrupts;
	if (running == 1)
		tool_message(jobs->work.tool,
		    "waiting for %s (process %ld) to end; Ctrl-C again ends it now",
		    run->settings->name, (long)run->child.pid);
	else
		tool_message(jobs->work.tool,
		    "waiting for %u commands (%s) to end; Ctrl-C again ends them now", running,
		    run->settings->name);
	return true;
}

static struct dispatch_moment
moment_of(const struct jobs *jobs, int input, int timeout)
{
	bool stops = jobs->work.stop_reason.kind != FAILURE_NONE;
	struct dispatch_moment moment = {.steady = clock_steady(),
	    .wall = clock_now(),
	    .before = jobs->work.stop_before,
	    .more = !stops && (timeout == 0 || (timeout > 0 && input < 0)),
	    .ended = stops || (input < 0 && timeout < 0)};

	moment.window = dispatch_window(&jobs->dispatch, jobs->window, moment.wall);
	return moment;
}

/* Sends the batches that are due, while there are free jobs. */
static void
send_batches(struct jobs *jobs, const struct dispatch_moment *moment)
{
	const struct dispatch_rules *rules = &jobs->dispatch;
	struct backlog *backlog = jobs->work.backlog;

	jobs->window = moment->window;
	jobs->due = 0;
	backlog_begin_search(backlog);
	for (unsigned i = 0; i < jobs->count; i++) {
		struct job *job = &jobs->all[i];
		struct backlog_found found;

		if (job->state != JOB_FREE)
			continue;
		found = dispatch_next(rules, backlog, moment, job->batch.numbers, &jobs->due);
		if (found.count == 0)
			return;
		backlog_take(backlog, job->batch.numbers, found.count);
		job->window_start = found.window;
		job->window_end = rules->window > 0 ? found.window + rules->window : 0;
		job->window_final = dispatch_is_final(rules, &found, moment);
		job_begin(&jobs->work, job, found.count);
	}
}

bool
jobs_are_active(const struct jobs *jobs)
{
	for (unsigned i = 0; i < jobs->count; i++) {
		if (job_is_active(&jobs->all[i]))
			return true;
	}
	return false;
}

bool
jobs_have_command(const struct jobs *jobs)
{
	for (unsigned i = 0; i < jobs->count; i++) {
		if (run_has_command(&jobs->all[i].run))
			return true;
	}
	return false;
}

/* Does the work stop, and are all lines before that point done? */
static bool
may_finish(const struct jobs *jobs)
{
	const struct work *work = &jobs->work;

	return work->stop_reason.kind != FAILURE_NONE && !jobs->finished &&
	       backlog_first_ticket(work->backlog) >= work->stop_before && !jobs_are_active(jobs);
}

/* Reports why the work stops: as the result of a line, or by failing. */
static bool
finish(struct jobs *jobs, struct failure *failure)
{
	struct work *work = &jobs->work;

	if (work->stop_reason.kind != FAILURE_REFUSED) {
		*failure = work->stop_reason;
		return false;
	}
	jobs->finished = true;
	work_set_result(
	    work, (backlog_number)(work->stop_before % BACKLOG_LINES), RESULT_LAST, NULL);
	return true;
}

/* How long poll may wait, in ms. */
static int
wait_time(const struct jobs *jobs, int timeout)
{
	int64_t due = jobs->due, now = clock_steady(), left;

	for (unsigned i = 0; i < jobs->count; i++) {
		int64_t of_job = job_due(&jobs->all[i]);

		if (of_job != 0 && (due == 0 || of_job < due))
			due = of_job;
	}
	if (due == 0)
		return timeout;
	left = due > now ? (due - now + 999) / 1000 : 0;
	if (left > LONGEST_WAIT)
		left = LONGEST_WAIT;
	return timeout >= 0 && timeout < left ? timeout : (int)left;
}

bool
jobs_poll(
    struct jobs *jobs, int input, int watch, int timeout, bool reader_gone, struct failure *failure)
{
	struct pollfd *descriptors = jobs->descriptors;
	struct pollfd *of_jobs = descriptors + OWN_DESCRIPTORS;
	nfds_t count = OWN_DESCRIPTORS + RUN_DESCRIPTORS * jobs->count;
	struct dispatch_moment moment;

	check_stop(jobs, reader_gone);
	if (!wait_on(jobs, failure))
		return false;
	moment = moment_of(jobs, input, timeout);
	send_batches(jobs, &moment);
	if (may_finish(jobs))
		return finish(jobs, failure);
	descriptors[0] = (struct pollfd){.fd = input, .events = POLLIN};
	descriptors[1] = (struct pollfd){.fd = watch};
	for (unsigned i = 0; i < jobs->count; i++)
		job_watch(&jobs->all[i], of_jobs + i * RUN_DESCRIPTORS);
	if (poll(descriptors, count, wait_time(jobs, timeout)) < 0) {
		if (errno == EINTR)
			return true;
		return fail_errno(failure, errno, "could not wait for a command");
	}
	for (unsigned i = 0; i < jobs->count; i++)
		job_poll(&jobs->work, &jobs->all[i], of_jobs + i * RUN_DESCRIPTORS);
	return true;
}
