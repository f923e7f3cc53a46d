/* judgement: what comes of a try. */
#include "base/clock.h"
#include "kbatch/run.h"

enum { LONGEST_PAUSE = 30000 /* ms */ };

/* The first line's number in the input. */
static unsigned long long
number_of_first(const struct run *run)
{
	return run_first(run) + 1;
}

void
judge_halt(struct run *run, enum failure_kind kind, const char *hint)
{
	struct failure failure;

	fail(&failure, kind, "%s%s", run->verdict.text, hint);
	course_halt(run->course, kind == FAILURE_PERMANENT ? 0 : run_first(run), &failure);
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

	batch_now(&run->batch, &count);
	run->state = RUN_WAITING;
	run->deadline = clock_steady() + pause * 1000;
	tool_message(course->tool, "%s: %zu line%s from line %llu on again in %.1f s, retry %u",
	    run->verdict.text, count, count == 1 ? "" : "s", number_of_first(run),
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

/*
 * The next part at once, unless no more is to be begun there. Not from here: what the last
 * try came to is still to be told of. With -v halves are told, too.
 */
static void
go_on(struct run *run)
{
	size_t count;

	batch_now(&run->batch, &count);
	if (run_first(run) >= run->course->before) {
		run->state = RUN_HALTED;
		return;
	}
	run->state = RUN_WAITING;
	run->deadline = clock_steady();
	tool_verbose(run->course->tool, "%s: next %zu from line %llu on", run->verdict.text, count,
	    number_of_first(run));
}

void
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
		judge_halt(run, FAILURE_REFUSED,
		    has_old(run) ? ", and the line is older than --max-age" : "");
		break;
	case BATCH_STOP:
		judge_halt(run, FAILURE_TEMPORARY,
		    ", which asks for a later time: all before that is safe");
		break;
	}
}
