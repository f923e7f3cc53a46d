/* job: makes attempts at a batch and takes what they report. */
#include "base/clock.h"
#include "kbatch/job.h"
#include "kbatch/retry.h"

void
job_init(struct job *job, const struct run_settings *settings, const struct backlog *backlog,
    struct child_stderr_limit *limit)
{
	*job = (struct job){.state = JOB_FREE};
	batch_init(&job->batch, settings->lines);
	run_init(&job->run, settings, backlog, limit);
}

void
job_close(struct work *work, struct job *job, bool at_once)
{
	struct outcome end;

	run_stop(&job->run, at_once);
	if (run_take_end(&job->run, &end))
		work_report_end(work, &end, true);
	run_free(&job->run);
	batch_free(&job->batch);
}

static void
attempt(struct work *work, struct job *job)
{
	struct attempt attempt = {.retry = batch_part(&job->batch)->failures,
	    .windowed = job->window_end > 0,
	    .window_start = job->window_start,
	    .window_end = job->window_end,
	    .window_final = job->window_final && batch_is_last_part(&job->batch)};
	struct outcome end;
	struct failure failure;

	run_settle(&job->run);
	if (run_take_end(&job->run, &end))
		work_report_end(work, &end, false);
	attempt.numbers = batch_lines(&job->batch, &attempt.count);
	work->retries += attempt.retry > 0;
	job->progress = false;
	job->state = JOB_RUNNING;
	if (!run_begin(&job->run, &attempt, &failure)) {
		work_stop(work, 0, &failure);
		job->state = JOB_STOPPED;
	}
}

void
job_begin(struct work *work, struct job *job, size_t count)
{
	batch_begin(&job->batch, count);
	attempt(work, job);
}

static void
take_answer(struct work *work, struct job *job, const struct answer *answer)
{
	size_t count;
	backlog_number number = batch_lines(&job->batch, &count)[answer->at];

	if (answer->error != NULL) {
		backlog_set_error(work->backlog, number, answer->error);
		return;
	}
	work_set_result(work, number, RESULT_DONE, NULL);
	batch_remove(&job->batch, answer->at);
	job->progress = true;
}

void
job_poll(struct work *work, struct job *job, const struct pollfd *descriptors)
{
	struct answer answer;
	struct outcome end;

	if (job->state == JOB_WAITING && clock_steady() >= job->due) {
		attempt(work, job);
		return;
	}
	run_poll(&job->run, descriptors);
	while (run_next_answer(&job->run, &answer))
		take_answer(work, job, &answer);
	if (run_take_outcome(&job->run, &job->outcome))
		retry_after_attempt(work, job);
	if (run_take_end(&job->run, &end))
		work_report_end(work, &end, false);
}

void
job_watch(struct job *job, struct pollfd *descriptors)
{
	run_watch(&job->run, descriptors);
}

int64_t
job_due(const struct job *job)
{
	int64_t due = run_due(&job->run);

	return job->state == JOB_WAITING && (due == 0 || job->due < due) ? job->due : due;
}

bool
job_is_active(const struct job *job)
{
	return job->state == JOB_RUNNING || job->state == JOB_WAITING;
}

void
job_check_stop(const struct work *work, struct job *job)
{
	if (job->state == JOB_WAITING && work_first_ticket(work, &job->batch) >= work->stop_before)
		job->state = JOB_STOPPED;
}
