/* jobs: the batches in flight, up to N at once. Sends batches to free jobs and polls all jobs. */
#ifndef KBATCH_JOBS_H
#define KBATCH_JOBS_H

#include "kbatch/dispatch.h"
#include "kbatch/job.h"

struct jobs {
	bool interrupted; /* the message about Ctrl-C was written */
	int interrupts; /* how often Ctrl-C was pressed by then; once more ends the wait */
	struct work work;
	struct dispatch_rules dispatch;
	unsigned count;
	struct job *all;
	struct pollfd *descriptors;
	int64_t window; /* the newest */
	int64_t due; /* us of clock_steady: when a batch that waits is to be sent; 0: never */
	bool finished; /* the result of the line at which the work stops is reported */
};

/* The other members of jobs are set; settings and limit stay valid. */
void jobs_open(
    struct jobs *jobs, const struct run_settings *settings, struct child_stderr_limit *limit);
/* Ends the commands. */
void jobs_close(struct jobs *jobs);

/* Adds a line that arrives now. text stays valid until its result is taken. */
void jobs_add(struct jobs *jobs, struct span text, uint64_t ticket, uint64_t lane);
/* As poll of struct sink_kind; reader_gone: nobody reads receipts any more. */
bool jobs_poll(struct jobs *jobs, int input, int watch, int timeout, bool reader_gone,
    struct failure *failure);
/* Is an attempt under way or to follow? */
bool jobs_are_active(const struct jobs *jobs);
/* Is a command running? */
bool jobs_have_command(const struct jobs *jobs);

#endif
