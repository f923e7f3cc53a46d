/* retry: carries out what the retry policy decides after an attempt. */
#ifndef KBATCH_RETRY_H
#define KBATCH_RETRY_H

#include "kbatch/job.h"

/*
 * An attempt has ended with job->outcome: gives lines their results, and sets the job's state.
 * Results refer to the outcome: they are to be taken before the job is polled again.
 */
void retry_after_attempt(struct work *work, struct job *job);

#endif
