/* retry: carries out what the retry policy decides after an attempt. */
#include "base/clock.h"
#include "kbatch/retry.h"

enum { LONGEST_BACKOFF = 30000 /* ms */ };

/* The first line's number in the input. */
static unsigned long long
first_line(const struct work *work, const struct job *job)
{
	return work_first_ticket(work, &job->batch) + 1;
}

/* Gives lines of the part that have no result one: the first most of them. */
static void
set_results(struct work *work, struct job *job, enum result_kind kind, size_t most)
{
	size_t count;
	const backlog_number *numbers = batch_lines(&job->batch, &count);

	for (size_t i = 0; i < count && most > 0; i++) {
		if (numbers[i] == BACKLOG_NONE)
			continue;
		work_set_result(work, numbers[i], kind, &job->outcome);
		batch_remove(&job->batch, i);
		most--;
	}
}

static struct retry_state
state_of(const struct work *work, const struct job *job)
{
	struct retry_state state = {
	    .progress = job->progress, .failures = batch_part(&job->batch)->failures};
	int64_t now = clock_steady();
	size_t count;
	const backlog_number *numbers = batch_lines(&job->batch, &count);

	for (size_t i = 0; i < count; i++) {
		if (numbers[i] == BACKLOG_NONE)
			continue;
		state.left++;
		state.old +=
		    work->max_age > 0 &&
		    now - backlog_line(work->backlog, numbers[i])->arrived >= work->max_age;
	}
	return state;
}

static void
attempt_now(struct work *work, struct job *job)
{
	size_t count;

	batch_lines(&job->batch, &count);
	if (work_first_ticket(work, &job->batch) >= work->stop_before) {
		job->state = JOB_STOPPED;
		return;
	}
	job->state = JOB_WAITING;
	job->due = clock_steady();
	tool_verbose(work->tool, "%s: next %zu line%s from line %llu", job->outcome.text, count,
	    count == 1 ? "" : "s", first_line(work, job));
}

static void
attempt_later(struct work *work, struct job *job)
{
	unsigned failures = batch_part(&job->batch)->failures;
	int64_t delay =
	    backoff_delay(&work->backoff, failures - 1, work->first_backoff, LONGEST_BACKOFF);
	size_t count;

	batch_lines(&job->batch, &count);
	job->state = JOB_WAITING;
	job->due = clock_steady() + delay * 1000;
	tool_message(work->tool, "%s: retry %u in %.1f s: %zu line%s from line %llu",
	    job->outcome.text, failures, (double)delay / 1000, count, count == 1 ? "" : "s",
	    first_line(work, job));
}

static void
next_part(struct work *work, struct job *job)
{
	if (batch_next_part(&job->batch))
		attempt_now(work, job);
	else
		job->state = JOB_FREE;
}

static void
stop(struct work *work, struct job *job, enum failure_kind kind, const char *hint)
{
	struct failure reason;

	fail(&reason, kind, "%s%s", job->outcome.text, hint);
	work_stop(
	    work, kind == FAILURE_PERMANENT ? 0 : work_first_ticket(work, &job->batch), &reason);
	job->state = JOB_STOPPED;
}

static void
apply(struct work *work, struct job *job, const struct retry_decision *decision)
{
	switch (decision->action) {
	case RETRY_NEXT_PART:
		next_part(work, job);
		break;
	case RETRY_HALVES:
		batch_split(&job->batch);
		attempt_now(work, job);
		break;
	case RETRY_NOW:
		attempt_now(work, job);
		break;
	case RETRY_LATER:
		attempt_later(work, job);
		break;
	case RETRY_REFUSE:
		set_results(work, job, RESULT_FAILED, SIZE_MAX);
		next_part(work, job);
		break;
	case RETRY_STOP_REFUSED:
		stop(work, job, FAILURE_REFUSED,
		    decision->too_old ? ", and the line is older than --max-age" : "");
		break;
	case RETRY_STOP_TEMPORARY:
		stop(work, job, FAILURE_TEMPORARY,
		    ", a temporary failure: retry later (all lines before are done)");
		break;
	case RETRY_STOP_PERMANENT:
		stop(work, job, FAILURE_PERMANENT, ": a program in it cannot be run");
		break;
	}
}

void
retry_after_attempt(struct work *work, struct job *job)
{
	const struct outcome *outcome = &job->outcome;
	struct retry_state state;
	struct retry_decision decision;

	if (outcome->kind == OUTCOME_UNREAD)
		work_report_end(work, outcome, false);
	if (outcome->kind == OUTCOME_DONE && outcome->end != OUTCOME_STILL_RUNS &&
	    !outcome_is_success(outcome))
		tool_message(work->tool, "%s, but had written all of its lines", outcome->text);
	if (outcome->kind == OUTCOME_DONE)
		set_results(work, job, RESULT_DONE, SIZE_MAX);
	state = state_of(work, job);
	decision = retry_policy_decide(&work->rules, &state, outcome);
	if (decision.refuse_old)
		set_results(work, job, RESULT_TOO_OLD, state.old);
	batch_compact(&job->batch);
	batch_part(&job->batch)->failures = decision.failures;
	apply(work, job, &decision);
}
