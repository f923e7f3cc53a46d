/* work: what all jobs share: the lines, their results, and how far the work goes. */
#ifndef KBATCH_WORK_H
#define KBATCH_WORK_H

#include "base/backoff.h"
#include "kbatch/backlog.h"
#include "kbatch/batch.h"
#include "kbatch/results.h"
#include "kbatch/retry_policy.h"
#include "tool/tool.h"

struct work {
	struct tool *tool; /* for messages and the exit status */
	struct backlog *backlog;
	struct results *results;
	struct retry_rules rules;
	int64_t first_backoff; /* ms */
	int64_t max_age; /* us; 0: none */
	struct backoff backoff;
	uint64_t retries; /* attempts that were retries */
	uint64_t stop_before; /* no line with this ticket or a later one is attempted any more */
	struct failure stop_reason; /* FAILURE_NONE: the work continues */
};

/*
 * No line from ticket on is attempted any more, because of reason. If the work stops already, the
 * lower ticket counts.
 */
void work_stop(struct work *work, uint64_t ticket, const struct failure *reason);
/* The ticket of the first line of the part that is attempted now. */
uint64_t work_first_ticket(const struct work *work, const struct batch *batch);
/* A line has its result. */
void work_set_result(
    struct work *work, backlog_number number, enum result_kind kind, const struct outcome *outcome);
/* Reports a command that ended without an attempt. expected: it was asked to end. */
void work_report_end(struct work *work, const struct outcome *end, bool expected);

#endif
