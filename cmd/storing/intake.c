/* intake: reads input lines, passes their records to the sink, settles their results. */
#include "text/base64.h"
#include "text/json.h"
#include "storing/intake.h"

void
intake_read(struct intake *intake, const struct line *line, struct arrival *arrival)
{
	struct tool *tool = intake->tool;
	struct positioned *found = &arrival->found;

	arrival->line = *line;
	arrival->kind =
	    line->state != LINE_CUT ? position_of_line(line->text, found) : POSITION_NONE;
	/* The length allowed for a position does not make the rest of the line longer. */
	if (arrival->kind == POSITION_NONE && line->bytes > tool->max_line)
		lines_cut(&arrival->line);
	if (arrival->kind == POSITION_NONE && arrival->line.state == LINE_WHOLE &&
	    intake->sink->kind->objects && position_of_moved_mark(line->text, &found->text))
		arrival->kind = POSITION_MARK;
	arrival->position = arrival->kind != POSITION_NONE ? found->text : (struct span){NULL, 0};
	if (intake->warns && arrival->kind != POSITION_NONE) {
		intake->warns = false;
		tool_message(tool, "-q: no receipts are written, so that kack can commit nothing");
	}
	if (arrival->kind == POSITION_MARK && arrival->line.state == LINE_WHOLE) {
		tool->stats.marks++;
		return;
	}
	/* An over-long line may look like a mark, but is refused. */
	if (arrival->kind == POSITION_MARK)
		arrival->kind = POSITION_RECORD;
	tool->stats.lines++;
	tool->stats.bytes += line->bytes;
}

/* The record of a line without its position. */
static bool
record_of_line(const struct positioned *found, struct buffer *copies, struct span *record,
    struct failure *failure)
{
	size_t start = copies->length;

	if (found->raw.start != NULL) {
		if (!base64_decode(copies, found->raw))
			return fail(failure, FAILURE_REFUSED,
			    "_raw is not base64: a filter must leave _raw as it is");
	} else {
		buffer_add(copies, found->before.start, found->before.length);
		buffer_add(copies, found->after.start, found->after.length);
	}
	*record = (struct span){copies->data + start, copies->length - start};
	return true;
}

static bool
too_long(const struct intake *intake, uint64_t bytes, struct failure *failure)
{
	return fail(failure, FAILURE_REFUSED,
	    "%llu bytes long, but --max-line is %zu: split it, or allow more",
	    (unsigned long long)bytes, intake->tool->max_line);
}

bool
intake_take(struct intake *intake, const struct arrival *arrival, struct buffer *copies,
    uint64_t ticket, struct failure *failure)
{
	struct sink *sink = intake->sink;
	struct span record = arrival->line.text;
	const char *format = sink->reads_json ? lines_known_format(&arrival->line) : NULL;

	if (format != NULL)
		return fail(failure, FAILURE_REFUSED, "%s", format);
	if (arrival->line.state == LINE_LONG)
		return too_long(intake, arrival->line.bytes, failure);
	if (arrival->line.state == LINE_CUT)
		return fail(failure, FAILURE_REFUSED,
		    "the input ends inside it: no newline, and not a complete object, array or "
		    "string");
	if (arrival->kind == POSITION_BAD_RAW)
		return fail(failure, FAILURE_REFUSED,
		    "a line with _raw has no other members than _pos: a filter must leave it as it "
		    "is");
	if (arrival->kind == POSITION_RECORD && !sink->kind->whole_lines &&
	    !record_of_line(&arrival->found, copies, &record, failure))
		return false;
	if (!sink->kind->whole_lines && record.length > intake->tool->max_line)
		return too_long(intake, record.length, failure);
	return sink->kind->take(sink, record, ticket, failure);
}

bool
intake_set_aside(struct intake *intake, const struct line *line, const char *reason,
    const char *details, struct failure *failure)
{
	struct failure refused;

	fail(&refused, FAILURE_REFUSED, "%s", reason);
	tool_message_line(intake->tool, line->number, &refused);
	intake->tool->stats.refused++;
	if (intake->rejects == NULL)
		return fail(failure, FAILURE_PERMANENT,
		    "stopped there; all lines before it are safe (-x FILE sets refused lines aside "
		    "and continues)");
	tool_note_status(intake->tool, 1);
	return rejects_add_with(intake->rejects, line, reason, details, failure);
}

bool
intake_is_valid(const struct line *line)
{
	struct json_error error;

	return line->state == LINE_WHOLE && json_check(line->text, JSON_DEPTH, &error);
}

bool
intake_settle(struct intake *intake, const struct line *line, struct span position,
    const char *reason, const char *details, struct failure *failure)
{
	if (line->state != LINE_CUT)
		receipts_note_position(&intake->receipts, position);
	if (reason == NULL) {
		receipts_add(&intake->receipts, line->text);
		return true;
	}
	if (!intake_set_aside(intake, line, reason, details, failure))
		return false;
	if (position.start != NULL)
		receipts_add_mark(&intake->receipts, intake_is_valid(line), position);
	return true;
}
