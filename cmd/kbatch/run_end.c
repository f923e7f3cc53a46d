/* run_end: the end of a command: by itself, or because it takes too long or was stopped. */
#include <signal.h>

#include "kbatch/run_end.h"
#include "kbatch/run_pipes.h"

enum { LAST_READS = 1024 /* of what is left after the command has ended */ };

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
	    .timed_out = run->signals > 0 && run->stopped == 0,
	    .stopped = run->stopped,
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

void
run_check_end(struct run *run)
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

void
run_end_late(struct run *run, int64_t now)
{
	child_signal(&run->child, run->signals == 0 ? SIGTERM : SIGKILL);
	child_signal(&run->child, SIGCONT); /* a stopped command would not notice SIGTERM */
	run->signals++;
	run->deadline = now + RUN_GRACE;
}

void
run_check_stopped(struct run *run, int64_t now)
{
	int number;

	if (!run->active || now < run->check)
		return;
	run->check = now + RUN_CHECK;
	number = child_stopped(&run->child);
	if (run->signals > 0 || (number != SIGTTIN && number != SIGTTOU))
		return;
	run->stopped = number;
	run_end_late(run, now);
}
