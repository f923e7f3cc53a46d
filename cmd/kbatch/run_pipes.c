/* run_pipes: what goes to a command and what comes from it. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "kbatch/payload.h"
#include "kbatch/run.h"

enum { CHUNK = 64 * 1024 };

/* Lines of the part, up to about CHUNK bytes. False: there are none left. */
static bool
fill(struct run *run)
{
	const struct course *course = run->course;
	size_t count;
	const backlog_number *numbers = batch_now(&run->batch, &count);

	buffer_clear(&run->input);
	run->written = 0;
	while (run->fed < count && run->input.length < CHUNK) {
		/* Answered, it may be done already where it is one of many. */
		backlog_number number = numbers[run->fed++];

		if (number == BACKLOG_NONE)
			continue;
		given_add(&run->input, backlog_line(course->backlog, number)->text,
		    course->settings.whole);
		buffer_add(&run->input, "\n", 1);
	}
	return run->input.length > 0;
}

void
run_feed(struct run *run)
{
	ssize_t written;

	for (;;) {
		if (run->written == run->input.length && !fill(run)) {
			if (!run->course->settings.persistent)
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

bool
run_is_hungry(const struct run *run)
{
	size_t count;

	if (run->state != RUN_UNDER_WAY || run->child.input < 0)
		return false;
	batch_now(&run->batch, &count);
	return !run->course->settings.persistent || run->written < run->input.length ||
	       run->fed < count;
}

void
run_hear(struct run *run, int *from, int turns)
{
	bool words = from == &run->child.words;
	char bytes[CHUNK];
	ssize_t got = 0;

	while (*from >= 0 && turns-- > 0) {
		got = read(*from, bytes, sizeof bytes);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		if (words)
			speech_hear(&run->speech, bytes, (size_t)got);
		else if (!answers_take(run, bytes, (size_t)got)) {
			child_signal(&run->child, SIGKILL);
			run->broken = true;
		}
	}
	if (got == 0 && turns >= 0 && *from >= 0) {
		close(*from);
		*from = -1;
	}
}
