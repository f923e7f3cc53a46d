/* work: changes what all jobs share. */
#include "kbatch/work.h"

void
work_stop(struct work *work, uint64_t ticket, const struct failure *reason)
{
	if (work->stop_reason.kind != FAILURE_NONE && ticket >= work->stop_before)
		return;
	work->stop_before = ticket;
	work->stop_reason = *reason;
}

uint64_t
work_first_ticket(const struct work *work, const struct batch *batch)
{
	size_t count;

	return backlog_line(work->backlog, *batch_lines(batch, &count))->ticket;
}

void
work_set_result(
    struct work *work, backlog_number number, enum result_kind kind, const struct outcome *outcome)
{
	backlog_release(work->backlog, number);
	results_add(work->results, number, kind, outcome);
}

void
work_report_end(struct work *work, const struct outcome *end, bool expected)
{
	bool success = outcome_is_success(end);

	if (expected && success)
		return;
	tool_message(work->tool, "%s", end->text);
	/* It answered for all of its lines, but may have had more to do. */
	if (expected || !success)
		tool_note_status(work->tool, 1);
}
