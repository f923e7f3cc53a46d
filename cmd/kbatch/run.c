/* run: starts a command, gives it lines, and reports how each attempt ends. */
#include <signal.h>

#include "base/clock.h"
#include "kbatch/run.h"
#include "kbatch/run_environment.h"
#include "kbatch/run_pipes.h"

enum { INPUT, ERRORS, OUTPUT, END }; /* places in the descriptors */

enum {
	READS = 16, /* in a row from one pipe */
	LAST_READS = 1024, /* of what is left after the command has ended */
	GRACE = 5 * 1000000, /* us from SIGTERM to SIGKILL */
	CHECK = 10000 /* us between checks for an end that poll cannot wait for */
};

void
run_init(struct run *run, const struct run_settings *settings, const struct backlog *backlog,
    struct child_stderr_limit *limit)
{
	*run = (struct run){.settings = settings, .backlog = backlog, .limit = limit};
	child_init(&run->child);
	buffer_init(&run->input, SIZE_MAX / 2);
	if (settings->receipts)
		answers_init(&run->answers, backlog, settings->persistent, settings->positions,
		    settings->lines, settings->longest);
}

void
run_free(struct run *run)
{
	child_close(&run->child);
	buffer_free(&run->input);
	if (run->settings->receipts)
		answers_free(&run->answers);
}

bool
run_has_command(const struct run *run)
{
	return run->child.pid != 0;
}

/* A persistent command was about to end when it was given the attempt, and read none of it. */
static bool
is_unread(const struct run *run, size_t unread)
{
	return run->reused && run->signals == 0 && !run->invalid && run->answers.next == 0 &&
	       unread >= run->taken;
}

static void
end_command(struct run *run, int wait_status)
{
	const struct run_settings *settings = run->settings;
	size_t unread = child_unread(&run->child);
	struct outcome_facts facts = {.name = settings->name,
	    .wait_status = wait_status,
	    .timed_out = run->signals > 0,
	    .timeout = settings->timeout,
	    .receipts = settings->receipts,
	    .persistent = settings->persistent,
	    .left = settings->receipts ? run->answers.left : run->attempt.count,
	    .unknown = run->answers.unknown,
	    .last_stderr = child_stderr_last(&run->child_stderr)};

	if (run->active && is_unread(run, unread)) {
		outcome_of_end(&run->outcome, &facts);
	} else if (run->active) {
		facts.unread = unread + run->input.length - run->written;
		if (run_pipes_want_write(run) && facts.unread == 0)
			facts.unread = 1; /* the end of the input, at least */
		outcome_of_attempt(&run->outcome, &facts);
	} else {
		outcome_of_end(&run->end, &facts);
		run->has_end = true;
	}
	run->has_outcome |= run->active;
	run->active = false;
	child_close(&run->child);
}

static void
check_end(struct run *run)
{
	int wait_status;

	if (!child_ended(&run->child, &wait_status))
		return;
	run_pipes_read_output(run, LAST_READS);
	run_pipes_read_stderr(run, LAST_READS);
	child_stderr_end_line(&run->child_stderr);
	/* Processes that it left behind had their time as well. */
	if (run->signals > 0)
		child_signal(&run->child, SIGKILL);
	end_command(run, wait_status);
}

/* The attempt takes too long: SIGTERM first, later SIGKILL. */
static void
end_late(struct run *run, int64_t now)
{
	child_signal(&run->child, run->signals == 0 ? SIGTERM : SIGKILL);
	run->signals++;
	run->deadline = now + GRACE;
}

void
run_watch(struct run *run, struct pollfd *descriptors)
{
	descriptors[INPUT] = (struct pollfd){
	    .fd = run_pipes_want_write(run) ? run->child.input : -1, .events = POLLOUT};
	descriptors[ERRORS] = (struct pollfd){.fd = run->child.messages, .events = POLLIN};
	descriptors[OUTPUT] = (struct pollfd){.fd = run->child.output, .events = POLLIN};
	descriptors[END] = (struct pollfd){.fd = run->child.end, .events = POLLIN};
}

int64_t
run_due(const struct run *run)
{
	int64_t due = run->active ? run->deadline : 0, check = clock_steady() + CHECK;

	if (run->child.pid == 0 || run->child.end >= 0)
		return due;
	return due == 0 || check < due ? check : due;
}

void
run_poll(struct run *run, const struct pollfd *descriptors)
{
	int64_t now = clock_steady();

	if (run->child.pid == 0)
		return;
	if (descriptors[ERRORS].revents != 0)
		run_pipes_read_stderr(run, READS);
	if (descriptors[OUTPUT].revents != 0)
		run_pipes_read_output(run, READS);
	if (descriptors[INPUT].revents != 0 && run_pipes_want_write(run))
		run_pipes_write(run);
	if (run->active && run->deadline != 0 && now >= run->deadline)
		end_late(run, now);
	if (descriptors[END].revents != 0 || run->child.end < 0)
		check_end(run);
}

/* Polls until the command has ended, or until that time of clock_steady. */
static void
await_end(struct run *run, int64_t until)
{
	struct pollfd descriptors[RUN_DESCRIPTORS];

	while (run->child.pid != 0 && clock_steady() < until) {
		run_watch(run, descriptors);
		poll(descriptors, RUN_DESCRIPTORS, CHECK / 1000);
		run_poll(run, descriptors);
	}
}

void
run_settle(struct run *run)
{
	if (run->invalid)
		await_end(run, clock_steady() + GRACE);
	else if (run->child.pid != 0)
		check_end(run);
}

static bool
start(struct run *run, struct failure *failure)
{
	const struct run_settings *settings = run->settings;
	struct run_environment environment;
	bool started;

	run_environment_make(&environment, &run->attempt, !settings->persistent);
	started = child_start(
	    &run->child, settings->command, environment.all, settings->receipts, failure);
	run_environment_free(&environment);
	run->invalid = false;
	child_stderr_begin(&run->child_stderr, run->limit);
	return started;
}

bool
run_begin(struct run *run, const struct attempt *attempt, struct failure *failure)
{
	int64_t timeout = run->settings->timeout;

	run->attempt = *attempt;
	run->written = run->given = run->taken = run->signals = 0;
	buffer_clear(&run->input);
	if (run->settings->receipts)
		answers_begin(&run->answers, attempt->numbers, attempt->count);
	run->reused = run->child.pid != 0;
	if (!run->reused && !start(run, failure))
		return false;
	run->deadline = timeout > 0 ? clock_steady() + timeout : 0;
	run->active = true;
	return true;
}

bool
run_next_answer(struct run *run, struct answer *answer)
{
	return run->settings->receipts && answers_next(&run->answers, answer);
}

bool
run_take_outcome(struct run *run, struct outcome *outcome)
{
	if (!run->has_outcome)
		return false;
	*outcome = run->outcome;
	run->has_outcome = false;
	return true;
}

bool
run_take_end(struct run *run, struct outcome *end)
{
	if (!run->has_end)
		return false;
	*end = run->end;
	run->has_end = false;
	return true;
}

void
run_stop(struct run *run)
{
	int64_t timeout = run->settings->timeout;
	bool by_itself = run->settings->persistent && !run->active;

	run->active = false;
	/* The lines may be gone already: what the command still answers is not compared with them. */
	if (run->settings->receipts)
		answers_begin(&run->answers, NULL, 0);
	if (run->child.pid == 0)
		return;
	child_close_input(&run->child);
	if (by_itself)
		await_end(run, timeout > 0 ? clock_steady() + timeout : INT64_MAX);
	for (int number = SIGTERM; run->child.pid != 0; number = SIGKILL) {
		child_signal(&run->child, number);
		await_end(run, clock_steady() + GRACE);
	}
}
