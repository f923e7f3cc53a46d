/* run: starts a command, gives it lines, and reports how each attempt ends. */
#include <signal.h>

#include "base/clock.h"
#include "kbatch/run.h"
#include "kbatch/run_end.h"
#include "kbatch/run_environment.h"
#include "kbatch/run_pipes.h"

enum { INPUT, ERRORS, OUTPUT, END }; /* places in the descriptors */

enum {
	READS = 16, /* in a row from one pipe */
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

bool
run_is_active(const struct run *run)
{
	return run->active;
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
	int64_t due = run->active ? run->deadline : 0;
	int64_t check = run->child.end >= 0 ? run->check : clock_steady() + CHECK;

	if (run->child.pid == 0 || (run->child.end >= 0 && !run->active))
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
		run_end_late(run, now);
	run_check_stopped(run, now);
	if (descriptors[END].revents != 0 || run->child.end < 0)
		run_check_end(run);
}

/* Polls until the command has ended, until that time of clock_steady, or until Ctrl-C. */
static void
await_end(struct run *run, int64_t until)
{
	struct pollfd descriptors[RUN_DESCRIPTORS];
	int interrupts = tool_interrupts;

	while (run->child.pid != 0 && clock_steady() < until && tool_interrupts == interrupts) {
		run_watch(run, descriptors);
		poll(descriptors, RUN_DESCRIPTORS, CHECK / 1000);
		run_poll(run, descriptors);
	}
}

/* As await_end, and until the command is stopped: nobody else would continue it. */
static void
await_own_end(struct run *run, int64_t until)
{
	int interrupts = tool_interrupts;
	int64_t now = clock_steady();

	while (run->child.pid != 0 && run->stopped == 0 && now < until &&
	       tool_interrupts == interrupts) {
		await_end(run, until - now < RUN_CHECK ? until : now + RUN_CHECK);
		run->stopped = child_stopped(&run->child);
		now = clock_steady();
	}
}

void
run_settle(struct run *run)
{
	if (run->invalid)
		await_end(run, clock_steady() + RUN_GRACE);
	else if (run->child.pid != 0)
		run_check_end(run);
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
	run->stopped = 0;
	run->check = clock_steady() + RUN_CHECK;
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
run_stop(struct run *run, bool at_once)
{
	const struct run_settings *settings = run->settings;
	int64_t until = settings->timeout > 0 ? clock_steady() + settings->timeout : INT64_MAX;
	bool by_itself =
	    run->active ? settings->receipts && run->answers.left == 0 : settings->persistent;

	run->active = false;
	/* The lines may be gone already: what the command still answers is not compared with them. */
	if (run->settings->receipts)
		answers_end(&run->answers);
	if (run->child.pid == 0)
		return;
	child_close_input(&run->child);
	if (by_itself && !at_once)
		await_own_end(run, until);
	for (int number = SIGTERM; run->child.pid != 0; number = SIGKILL) {
		child_signal(&run->child, number);
		child_signal(&run->child, SIGCONT);
		await_end(run, clock_steady() + RUN_GRACE);
	}
}
