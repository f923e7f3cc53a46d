/*
 * job: a batch in flight: attempts are made at it until each of its lines has a result, or the
 * work stops.
 */
#ifndef KBATCH_JOB_H
#define KBATCH_JOB_H

#include "kbatch/run.h"
#include "kbatch/work.h"

enum job_state {
	JOB_FREE, /* it has no batch */
	JOB_RUNNING, /* an attempt is under way */
	JOB_WAITING, /* for the next attempt */
	JOB_STOPPED /* the rest of its batch is not attempted any more */
};

struct job {
	enum job_state state;
	struct batch batch;
	int64_t window_start, window_end; /* ms of clock_now; both 0: there are no windows */
	bool window_final; /* no more lines of the window follow this batch */
	struct run run;
	bool progress; /* the attempt has done some lines */
	struct outcome outcome; /* of the last attempt */
	int64_t due; /* us of clock_steady: the next attempt, if it waits */
};

void job_init(struct job *job, const struct run_settings *settings, const struct backlog *backlog,
    struct child_stderr_limit *limit);
/* Ends its command, as run_stop does, and reports how that ended. */
void job_close(struct work *work, struct job *job, bool at_once);

/* Begins a batch of the count lines whose numbers are in job->batch.numbers. */
void job_begin(struct work *work, struct job *job, size_t count);
/* What poll waits for, as run_watch; and when job_poll is due in any case: us; 0: never. */
void job_watch(struct job *job, struct pollfd *descriptors);
int64_t job_due(const struct job *job);
void job_poll(struct work *work, struct job *job, const struct pollfd *descriptors);
/* An attempt is under way, or follows. */
bool job_is_active(const struct job *job);
/* No longer waits for an attempt if the work stops before its lines. */
void job_check_stop(const struct work *work, struct job *job);

#endif
