/* storing: runs a storing tool; its loop for a batch sink. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "storing/intake.h"
#include "storing/sending.h"
#include "storing/spooling.h"
#include "storing/storing.h"

struct loop {
	struct intake intake;
	struct lines *lines;
	struct buffer copies; /* of records that are not contiguous in their lines */
	size_t taken; /* records in the batch */
};

/* Adds a line to the batch, sets it aside, or passes a mark on. False: the work ends here. */
static bool
take_line(struct loop *loop, const struct line *line, struct failure *failure)
{
	struct arrival arrival;
	struct failure refused; /* large: only its kind is cleared for each line */
	const char *reason = NULL;

	refused.kind = FAILURE_NONE;
	intake_read(&loop->intake, line, &arrival);
	if (arrival.kind != POSITION_MARK) {
		if (intake_take(&loop->intake, &arrival, &loop->copies, 0, &refused))
			loop->taken++;
		else
			reason = refused.text;
	}
	if (refused.kind != FAILURE_NONE && refused.kind != FAILURE_REFUSED) {
		*failure = refused;
		return false;
	}
	return intake_settle(&loop->intake, &arrival.line, arrival.position, reason, NULL, failure);
}

static bool
commit(struct loop *loop, struct failure *failure)
{
	struct sink *sink = loop->intake.sink;
	struct stats *stats = &loop->intake.tool->stats;
	int64_t start = clock_steady();
	uint64_t present;

	if (loop->taken == 0)
		return true;
	if (!sink->kind->commit(sink, &present, failure))
		return false;
	stats_commit(stats, clock_steady() - start);
	stats->done += loop->taken;
	stats->present += present;
	loop->taken = 0;
	return true;
}

/* Commits the lines that have arrived as one batch; also those before a line that ends the work. */
static bool
batch(struct loop *loop, struct failure *failure)
{
	struct intake *intake = &loop->intake;
	struct output *output = intake->tool->output;
	struct failure stopped = {.kind = FAILURE_NONE};
	struct line line;

	/* Reserved in advance, so that copies do not move. */
	buffer_clear(&loop->copies);
	buffer_reserve(&loop->copies, lines_pending(loop->lines) + 4);
	while (lines_next(loop->lines, &line)) {
		if (!intake_ignores(&loop->intake, &line) && !take_line(loop, &line, &stopped))
			break;
	}
	if (!commit(loop, failure) ||
	    (intake->rejects != NULL && !rejects_sync(intake->rejects, failure)) ||
	    !receipts_write(&intake->receipts, output, failure) || !output_flush(output, failure)) {
		tool_failed(intake->tool, &stopped);
		return false;
	}
	tool_tick(intake->tool, true, "");
	*failure = stopped;
	return stopped.kind == FAILURE_NONE;
}

/* True: the input has ended, and all lines are done. */
static bool
in_batches(struct loop *loop, struct failure *failure)
{
	int watch = loop->intake.receipts.quiet ? -1 : STDOUT_FILENO;
	enum lines_status status;

	while ((status = lines_wait(loop->lines, watch, -1, failure)) == LINES_READY) {
		if (!batch(loop, failure))
			break;
	}
	return status == LINES_END;
}

static bool
open_rejects(struct storing *storing, struct failure *failure)
{
	if (storing->rejects_path != NULL && storing->rejects == NULL)
		storing->rejects = rejects_open(
		    storing->rejects_path, storing->tool->name, &storing->tool->caller, failure);
	return storing->rejects_path == NULL || storing->rejects != NULL;
}

void
storing_confine(struct storing *storing, struct sandbox *sandbox)
{
	struct failure failure;

	if (!open_rejects(storing, &failure))
		tool_fail(storing->tool, &failure);
	sandbox_reopen(sandbox, storing->rejects_path);
	tool_confine(storing->tool, sandbox);
}

static bool
run(struct loop *loop, struct storing *storing, struct failure *failure)
{
	struct intake *intake = &loop->intake;
	struct tool *tool = storing->tool;
	struct sink *sink = storing->sink;

	if (!open_rejects(storing, failure))
		return false;
	intake->rejects = storing->rejects;
	if (!sink->kind->unconfined) {
		struct sandbox sandbox = {.network = false};

		sandbox_write(&sandbox, sink->directory);
		storing_confine(storing, &sandbox);
	}
	tool_announce_terminal(tool);
	loop->lines =
	    lines_open(STDIN_FILENO, tool_line_ceiling(tool), sink->kind->read_ahead, &tool_stop);
	if (sink->kind->commit != NULL)
		return in_batches(loop, failure);
	return sink->kind->keep != NULL ? spooling_loop(intake, loop->lines, failure)
	                                : sending_loop(intake, loop->lines, failure);
}

_Noreturn void
storing_run(struct storing *storing)
{
	struct loop *loop = memory_new(1, sizeof *loop);
	struct intake *intake = &loop->intake;
	struct tool *tool = storing->tool;
	struct sink *sink = storing->sink;
	struct failure failure = {.kind = FAILURE_NONE}, last;
	struct stat output;

	intake->sink = sink;
	intake->tool = tool;
	intake->receipts.quiet = storing->quiet;
	intake->warns =
	    storing->quiet && fstat(STDOUT_FILENO, &output) == 0 && S_ISFIFO(output.st_mode);
	buffer_init(&loop->copies, SIZE_MAX / 2);
	/* While a signal waits, receipts are written also to a reader that is slow. */
	output_close(tool->output);
	tool->output = output_open(STDOUT_FILENO, NULL);
	if (run(loop, storing, &failure)) {
		receipts_end(&intake->receipts);
		receipts_write(&intake->receipts, tool->output, &failure);
	}
	tool_failed(tool, &failure);
	last = failure;
	if (!rejects_close(intake->rejects, &failure))
		tool_failed(tool, &failure);
	sink->kind->close(sink);
	lines_close(loop->lines);
	buffer_free(&loop->copies);
	free(loop);
	tool_end(tool, &last);
}
