/* storing: the loop of a tool that stores or sends lines and gives receipts. */
#include <stdlib.h>
#include <unistd.h>

#include "../lib/base64.h"
#include "../lib/clock.h"
#include "../lib/memory.h"
#include "../lib/position.h"
#include "receipts.h"
#include "storing.h"

struct loop {
	struct storing *storing;
	struct tool *tool;
	struct lines *lines;
	struct rejects *rejects;
	struct buffer copies; /* records that do not stand in the input as they are */
	struct receipts receipts;
	size_t taken; /* records in the batch */
};

/*
 * The record of a line without its position. Copies never move: room for all
 * that is pending was made before the batch began.
 */
static bool
record_of_line(
    struct loop *loop, const struct positioned *found, struct span *record, struct failure *failure)
{
	struct buffer *copies = &loop->copies;
	size_t start = copies->length;

	if (found->raw.start != NULL) {
		if (!base64_decode(copies, found->raw))
			return fail(failure, FAILURE_REFUSED,
			    "its _raw is not base64: a filter must leave _raw as it is");
	} else {
		buffer_add(copies, found->before.start, found->before.length);
		buffer_add(copies, found->after.start, found->after.length);
	}
	*record = (struct span){copies->data + start, copies->length - start};
	return true;
}

static bool
too_long(const struct loop *loop, uint64_t bytes, struct failure *failure)
{
	return fail(failure, FAILURE_REFUSED,
	    "%llu bytes long, and --max-line is %zu: split it, or allow more",
	    (unsigned long long)bytes, loop->tool->max_line);
}

static bool
judge(struct loop *loop, const struct line *line, enum position_found kind,
    const struct positioned *found, struct failure *failure)
{
	struct storing *storing = loop->storing;
	struct span record = line->text;

	if (line->state == LINE_LONG)
		return too_long(loop, line->bytes, failure);
	if (line->state == LINE_CUT)
		return fail(failure, FAILURE_REFUSED,
		    "the input ends inside it: no newline, and not a complete object, array or "
		    "string");
	if (kind == POSITION_BAD_RAW)
		return fail(failure, FAILURE_REFUSED,
		    "_raw must be all that stands beside _pos: a filter must leave such lines as "
		    "they are");
	if (kind == POSITION_RECORD && !record_of_line(loop, found, &record, failure))
		return false;
	if (record.length > loop->tool->max_line)
		return too_long(loop, record.length, failure);
	if (!storing->take(storing->context, record, 0, failure))
		return false;
	loop->taken++;
	return true;
}

/* Sets a refused line aside. False: there is no -x, or it failed. */
static bool
set_aside(struct loop *loop, const struct line *line, const struct failure *refused,
    struct failure *failure)
{
	tool_say_line(loop->tool, line->number, refused);
	loop->tool->stats.refused++;
	if (loop->rejects == NULL)
		return fail(failure, FAILURE_PERSON,
		    "stopped there; all before it is safe (-x FILE sets such lines aside and goes "
		    "on)");
	tool_note_status(loop->tool, 1);
	return rejects_add(loop->rejects, line, refused->text, failure);
}

/* One line: into the batch, aside, or on as a mark. False: no further. */
static bool
take_line(struct loop *loop, struct line *line, struct failure *failure)
{
	enum position_found kind = POSITION_NONE;
	struct positioned found;
	struct failure refused; /* large: only its kind is cleared for each line */

	refused.kind = FAILURE_NONE;
	if (line->state != LINE_CUT)
		kind = position_of_line(line->text, &found);
	/* What is too long without a position is so with one, whatever was allowed for that. */
	if (kind == POSITION_NONE && line->bytes > loop->tool->max_line)
		lines_cut(line);
	if (kind == POSITION_NONE && line->state == LINE_WHOLE && loop->storing->objects &&
	    position_of_moved_mark(line->text, &found.text))
		kind = POSITION_MARK;
	if (line->state != LINE_CUT)
		receipts_settle(
		    &loop->receipts, kind != POSITION_NONE ? found.text : (struct span){NULL, 0});
	if (kind == POSITION_MARK && line->state == LINE_WHOLE) {
		loop->tool->stats.marks++;
		receipts_owe(&loop->receipts, line->text);
		return true;
	}
	loop->tool->stats.lines++;
	loop->tool->stats.bytes += line->bytes;
	if (judge(loop, line, kind, &found, &refused)) {
		receipts_owe(&loop->receipts, line->text);
		return true;
	}
	if (refused.kind != FAILURE_REFUSED) {
		*failure = refused;
		return false;
	}
	if (!set_aside(loop, line, &refused, failure))
		return false;
	if (kind != POSITION_NONE)
		receipts_owe_mark(&loop->receipts, line, found.text);
	return true;
}

static bool
commit(struct loop *loop, struct failure *failure)
{
	int64_t start = clock_steady();

	if (loop->taken == 0)
		return true;
	if (!loop->storing->commit(loop->storing->context, failure))
		return false;
	stats_commit(&loop->tool->stats, clock_steady() - start);
	loop->tool->stats.done += loop->taken;
	loop->taken = 0;
	return true;
}

/* What has arrived, as one batch. Everything before a line that ends the work is safe first. */
static bool
batch(struct loop *loop, struct failure *failure)
{
	struct failure stopped = {.kind = FAILURE_NONE};
	struct line line;

	buffer_clear(&loop->copies);
	buffer_reserve(&loop->copies, lines_pending(loop->lines) + 4);
	while (lines_next(loop->lines, &line)) {
		if (!take_line(loop, &line, &stopped))
			break;
	}
	if (!commit(loop, failure) ||
	    (loop->rejects != NULL && !rejects_sync(loop->rejects, failure)) ||
	    !receipts_give(&loop->receipts, loop->tool->output, failure)) {
		tool_failed(loop->tool, &stopped);
		return false;
	}
	tool_tick(loop->tool, true, "");
	*failure = stopped;
	return stopped.kind == FAILURE_NONE;
}

_Noreturn void
storing_run(struct storing *storing)
{
	struct loop *loop = memory_new(1, sizeof *loop);
	struct tool *tool = storing->tool;
	struct failure failure = {.kind = FAILURE_NONE}, last;
	int watch = storing->quiet ? -1 : STDOUT_FILENO;
	enum lines_status status;

	loop->storing = storing;
	loop->tool = tool;
	loop->receipts.quiet = storing->quiet;
	buffer_init(&loop->copies, SIZE_MAX / 2);
	/* Receipts are owed also to one who is slow to take them while a signal waits. */
	output_close(tool->output);
	tool->output = output_open(STDOUT_FILENO, NULL);
	if (storing->rejects_path != NULL) {
		loop->rejects = rejects_open(storing->rejects_path, tool->name, &failure);
		if (loop->rejects == NULL)
			goto out;
	}
	if (storing->sandbox != NULL)
		sandbox_enter(storing->sandbox);
	loop->lines =
	    lines_open(STDIN_FILENO, tool_line_ceiling(tool), storing->window, &tool_stop);
	while ((status = lines_wait(loop->lines, watch, -1, &failure)) == LINES_READY) {
		if (!batch(loop, &failure))
			break;
	}
	if (status == LINES_END) {
		receipts_end(&loop->receipts);
		receipts_give(&loop->receipts, tool->output, &failure);
	}
out:
	tool_failed(tool, &failure);
	last = failure;
	if (!rejects_close(loop->rejects, &failure))
		tool_failed(tool, &failure);
	if (storing->close != NULL)
		storing->close(storing->context);
	lines_close(loop->lines);
	buffer_free(&loop->copies);
	free(loop);
	tool_end(tool, &last);
}
