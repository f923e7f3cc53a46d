/* fetch_job: moves a job from one state to the next and keeps the counts. */
#include "rate/fetch_job.h"

void
fetch_job_set_state(struct fetch *fetch, struct job *job, enum job_state state)
{
	bool was = job->state == GRANTED || job->state == FLYING;
	bool is = state == GRANTED || state == FLYING;
	fetch->active = fetch->active + is - was;
	job->state = state;
}

void
fetch_job_give_up(struct fetch *fetch, struct job *job, enum failure_kind kind, const char *why)
{
	char subject[SUBJECT_SIZE];
	struct failure failure;
	fail(&failure, kind, "%s: %s: %s", subject_text(&job->subject, subject),
	    fetch->settings.provider->name, why);
	fetch_job_fail(fetch, job, &failure);
}

void
fetch_job_fail(struct fetch *fetch, struct job *job, const struct failure *failure)
{
	job->failure = *failure;
	fetch->over = fetch->over || failure->kind == FAILURE_PERMANENT;
	fetch_job_set_state(fetch, job, DONE);
}

void
fetch_job_note_wait(struct fetch *fetch, const struct job *job, const char *why, int64_t wait)
{
	char subject[SUBJECT_SIZE];

	caller_detail(&fetch->settings.caller, "%s: %s: %s: waiting %.3g s",
	    subject_text(&job->subject, subject), fetch->settings.provider->name, why,
	    (double)wait / 1000);
}
