/* run_pipes: the pipes between kbatch and a command. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "kbatch/payload.h"
#include "kbatch/run_pipes.h"

enum { CHUNK = 64 * 1024 };

/* Fills input with lines of the attempt, about CHUNK bytes. False: there are none left. */
static bool
fill(struct run *run)
{
	const struct attempt *attempt = &run->attempt;

	buffer_clear(&run->input);
	run->written = 0;
	while (run->given < attempt->count && run->input.length < CHUNK) {
		size_t at = run->given++;

		/* With --receipts a line may be done before it is given: if it equals another. */
		if (run->settings->receipts && run->answers.done[at])
			continue;
		payload_add(&run->input, backlog_line(run->backlog, attempt->numbers[at])->text,
		    run->settings->positions);
		buffer_add(&run->input, "\n", 1);
	}
	return run->input.length > 0;
}

bool
run_pipes_want_write(const struct run *run)
{
	if (!run->active || run->child.input < 0)
		return false;
	return !run->settings->persistent || run->written < run->input.length ||
	       run->given < run->attempt.count;
}

void
run_pipes_write(struct run *run)
{
	ssize_t written;

	for (;;) {
		if (run->written == run->input.length && !fill(run)) {
			if (!run->settings->persistent)
				child_close_input(&run->child);
			return;
		}
		written = write(run->child.input, run->input.data + run->written,
		    run->input.length - run->written);
		if (written >= 0) {
			run->written += (size_t)written;
			run->taken += (size_t)written;
		} else if (errno != EINTR) {
			return;
		}
	}
}

/* One read. False: nothing more at present; at the end of the input it is closed. */
static bool
read_chunk(int *from, char *bytes, size_t *length)
{
	ssize_t got;

	do
		got = read(*from, bytes, CHUNK);
	while (got < 0 && errno == EINTR);
	if (got == 0) {
		close(*from);
		*from = -1;
	}
	*length = got > 0 ? (size_t)got : 0;
	return got > 0;
}

void
run_pipes_read_stderr(struct run *run, unsigned count)
{
	char bytes[CHUNK];
	size_t length;

	while (run->child.messages >= 0 && count-- > 0 &&
	       read_chunk(&run->child.messages, bytes, &length))
		child_stderr_take(&run->child_stderr, bytes, length);
}

void
run_pipes_read_output(struct run *run, unsigned count)
{
	struct answers *answers = &run->answers;
	int64_t timeout = run->settings->timeout;
	char bytes[CHUNK];
	size_t length;

	while (run->child.output >= 0 && count-- > 0 &&
	       read_chunk(&run->child.output, bytes, &length)) {
		size_t before = answers->next;

		if (!answers_take(answers, bytes, length, run->active ? run->given : 0)) {
			child_signal(&run->child, SIGKILL);
			run->invalid = true;
		}
		/* A persistent command has the timeout for each answer. */
		if (run->settings->persistent && answers->next != before && timeout > 0)
			run->deadline = clock_steady() + timeout;
		if (run->active && answers_are_complete(answers)) {
			outcome_of_answers(&run->outcome, run->settings->name, answers->failed,
			    child_stderr_last(&run->child_stderr));
			run->has_outcome = true;
			run->active = false;
		}
	}
}
