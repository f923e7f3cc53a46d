/* verdict: how a try ended. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "kbatch/run.h"

enum {
	TEMPORARY = 75, /* as in all of fxpipe, and in sysexits.h */
	CANNOT_RUN = 126,
	NOT_FOUND = 127 /* these two are what shells say */
};

static void __attribute__((format(printf, 2, 3)))
say(struct verdict *verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(verdict->text, sizeof verdict->text, format, arguments);
	va_end(arguments);
}

static void
begin(struct run *run)
{
	struct span words = speech_last(&run->speech);

	run->verdict = (struct verdict){.status = -1, .words_length = words.length};
	memcpy(run->verdict.words, words.start, words.length);
}

/* How the command itself ended. */
static void
look_at_status(struct run *run, int status)
{
	const struct course *course = run->course;
	struct verdict *verdict = &run->verdict;

	begin(run);
	if (WIFEXITED(status)) {
		verdict->status = WEXITSTATUS(status);
		verdict->temporary = verdict->status == TEMPORARY;
		say(verdict, "%s ended with status %d", course->name, verdict->status);
	} else {
		verdict->signal = WTERMSIG(status);
		say(verdict, "%s was ended by signal %d (%s)", course->name, verdict->signal,
		    strsignal(verdict->signal));
	}
	if (run->warned > 0) {
		verdict->temporary = false;
		say(verdict, "%s took longer than %g s and was ended (--timeout)", course->name,
		    (double)course->settings.timeout / 1e6);
	} else if (run->answers.unknown > 0 && course->settings.persistent) {
		say(verdict, "%s wrote what is neither the line that it was given nor an error",
		    course->name);
	}
}

/* All of the part, where the command does not tell one line from another. */
static void
all_done(struct run *run)
{
	size_t count;
	const backlog_number *numbers = batch_now(&run->batch, &count);

	for (size_t i = 0; i < count; i++) {
		course_tell(run->course, numbers[i], TOLD_DONE, run);
		batch_done(&run->batch, i);
	}
}

static size_t
lines_left(const struct run *run)
{
	size_t count, left = 0;
	const backlog_number *numbers = batch_now(&run->batch, &count);

	for (size_t i = 0; i < count; i++)
		left += numbers[i] != BACKLOG_NONE;
	return left;
}

/* It has done well by its own account: was that all? */
static void
look_at_work(struct run *run, size_t unread)
{
	const struct course *course = run->course;
	struct verdict *verdict = &run->verdict;
	size_t left;

	if (!course->settings.receipts && unread > 0) {
		say(verdict, "%s ended with status 0 and left lines of its batch unread",
		    course->name);
		return;
	}
	if (!course->settings.receipts) {
		all_done(run);
		return;
	}
	left = lines_left(run);
	if (left > 0 && run->answers.unknown > 0)
		say(verdict,
		    "%s ended with status 0 and wrote %zu lines that it was not given, and %zu "
		    "not that it was",
		    course->name, run->answers.unknown, left);
	else if (left > 0)
		say(verdict, "%s ended with status 0 and did not write %zu of its lines",
		    course->name, left);
}

void
verdict_of_end(struct run *run, int status, size_t unread)
{
	struct verdict *verdict = &run->verdict;

	look_at_status(run, status);
	if (run->state != RUN_UNDER_WAY) {
		if (run->expected && verdict->status == 0)
			return;
		tool_message(run->course->tool, "%s", verdict->text);
		/* It answered for all of its lines, but may have had more to do. */
		if (run->expected || verdict->status != 0)
			tool_note_status(run->course->tool, 1);
		return;
	}
	if (verdict->status == 0 && run->warned == 0)
		look_at_work(run, unread);
	else if (run->course->settings.receipts && lines_left(run) == 0)
		tool_message(
		    run->course->tool, "%s, having written all of its lines", verdict->text);
	if ((verdict->status == CANNOT_RUN || verdict->status == NOT_FOUND) &&
	    lines_left(run) > 0) {
		judge_halt(run, FAILURE_PERMANENT, ": something in it cannot be run");
		return;
	}
	judge(run, true);
}

void
verdict_of_answers(struct run *run)
{
	size_t failed = run->answers.failed;

	begin(run);
	say(&run->verdict, "%s answered %zu line%s with an error", run->course->name, failed,
	    failed == 1 ? "" : "s");
	judge(run, false);
}
