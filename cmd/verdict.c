/* verdict: how a try ended, and what comes of it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "../lib/clock.h"
#include "run.h"

enum {
	TEMPORARY = 75, /* as in all of fxpipe, and in sysexits.h */
	CANNOT_RUN = 126,
	NOT_FOUND = 127, /* these two are what shells say */
	LONGEST_PAUSE = 30000 /* ms */
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

/* A line's number in the input. */
static unsigned long long
number_of(const struct run *run, backlog_number number)
{
	return backlog_line(run->course->backlog, number)->ticket + 1;
}

static void
halt(struct run *run, enum failure_kind kind, const char *hint)
{
	struct failure failure;
	size_t count;
	backlog_number first = *batch_now(&run->batch, &count);

	fail(&failure, kind, "%s%s", run->verdict.text, hint);
	course_halt(run->course, kind == FAILURE_PERSON ? 0 : number_of(run, first) - 1, &failure);
	run->state = RUN_HALTED;
}

/* What has been here for too long is not tried again. */
static void
drop_old(struct run *run)
{
	struct course *course = run->course;
	int64_t age = course->settings.age, now = clock_steady();
	size_t count;
	const backlog_number *numbers = batch_now(&run->batch, &count);

	for (size_t i = 0; i < count && age > 0; i++) {
		if (numbers[i] == BACKLOG_NONE ||
		    now - backlog_line(course->backlog, numbers[i])->since < age)
			continue;
		course_tell(course, numbers[i], TOLD_OLD, run);
		batch_aside(&run->batch, i);
	}
}

static bool
has_old(const struct run *run)
{
	int64_t age = run->course->settings.age;
	size_t count;
	const backlog_number *numbers = batch_now(&run->batch, &count);

	return age > 0 && count > 0 &&
	       clock_steady() - backlog_line(run->course->backlog, numbers[0])->since >= age;
}

static void
wait_for_retry(struct run *run)
{
	struct course *course = run->course;
	unsigned failures = batch_failures(&run->batch);
	int64_t pause =
	    backoff_delay(&course->backoff, failures - 1, course->settings.pause, LONGEST_PAUSE);
	size_t count;
	backlog_number first = *batch_now(&run->batch, &count);

	run->state = RUN_WAITING;
	run->deadline = clock_steady() + pause * 1000;
	tool_say(course->tool, "%s: %zu line%s from line %llu on again in %.1f s, retry %u",
	    run->verdict.text, count, count == 1 ? "" : "s", number_of(run, first),
	    (double)pause / 1000, failures);
}

static enum batch_next
give_up(struct run *run)
{
	size_t count;
	const backlog_number *numbers = batch_now(&run->batch, &count);

	for (size_t i = 0; i < count; i++)
		course_tell(run->course, numbers[i], TOLD_FAILED, run);
	return batch_drop(&run->batch);
}

/* The next part at once, unless no more is to be begun there. */
static void
go_on(struct run *run)
{
	size_t count;
	backlog_number first = *batch_now(&run->batch, &count);

	if (number_of(run, first) - 1 >= run->course->before)
		run->state = RUN_HALTED;
	else
		run_try(run);
}

static void
judge(struct run *run, bool may_split)
{
	const struct course_settings *settings = &run->course->settings;
	struct batch_rules rules = settings->rules;
	enum batch_next next;

	rules.bisect = rules.bisect && may_split;
	if (settings->aside)
		drop_old(run);
	next = batch_judge(&run->batch, &rules, run->verdict.temporary);
	if (next != BATCH_END && next != BATCH_RUN && !settings->aside && has_old(run))
		next = BATCH_GIVE_UP;
	if (next == BATCH_GIVE_UP && settings->aside)
		next = give_up(run);
	switch (next) {
	case BATCH_END:
		run->state = RUN_FREE;
		break;
	case BATCH_RUN:
		go_on(run);
		break;
	case BATCH_WAIT:
		wait_for_retry(run);
		break;
	case BATCH_GIVE_UP:
		halt(run, FAILURE_REFUSED, "");
		break;
	case BATCH_STOP:
		halt(run, FAILURE_TEMPORARY,
		    ", which asks for a later time: all before that is safe");
		break;
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
		if (!run->expected || verdict->status != 0)
			tool_say(run->course->tool, "%s", verdict->text);
		return;
	}
	if (verdict->status == 0 && run->warned == 0)
		look_at_work(run, unread);
	else if (run->course->settings.receipts && lines_left(run) == 0)
		tool_say(run->course->tool, "%s, having written all of its lines", verdict->text);
	if ((verdict->status == CANNOT_RUN || verdict->status == NOT_FOUND) &&
	    lines_left(run) > 0) {
		halt(run, FAILURE_PERSON, ": something in it cannot be run");
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
