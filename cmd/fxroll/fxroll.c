/* fxroll: adds statistics of each key's last records. */
#include <stdio.h>
#include <unistd.h>

#include "fxroll/roll_output.h"
#include "fxroll/roll_record.h"
#include "fxroll/roll_state.h"
#include "record/position.h"

enum { WINDOW = 1024 * 1024, MEMBERS = 64 * 1024 };

struct loop {
	struct tool tool;
	struct roll_options options;
	struct lines *lines;
	struct roll_record_reader reader;
	struct roll roll;
	struct roll_output output;
	struct rejects *rejects;
	bool without; /* a line without a position was reported */
	uint64_t late;
};

static bool open_all(struct loop *loop, struct failure *failure);
static bool roll_lines(struct loop *loop, struct failure *failure);
static bool take_line(struct loop *loop, const struct line *line, struct failure *failure);
static bool take_record(struct loop *loop, const struct line *line, const struct position *position,
    struct failure *failure);
static bool refuse(struct loop *loop, const struct line *line, const struct failure *refused,
    struct failure *failure);
static void report_late(struct loop *loop);

int
main(int argc, char **argv)
{
	static struct loop loop;
	struct tool *tool = &loop.tool;
	struct failure failure = {.kind = FAILURE_NONE}, last;
	int timeout = -1;

	roll_options_read(tool, argc, argv, &loop.options);
	tool_ready(tool);
	if (loop.options.close_after > 0)
		timeout = 1000;
	loop.output.tool = tool;
	loop.output.options = &loop.options;
	buffer_init(&loop.output.text, MEMBERS);
	roll_record_init(&loop.reader, &loop.options);
	roll_init(&loop.roll, &loop.options.statistics, loop.options.max_state);
	if (open_all(&loop, &failure)) {
		tool_announce_terminal(tool);
		loop.lines = lines_open(STDIN_FILENO, tool_line_ceiling(tool), WINDOW, &tool_stop);
		while (lines_wait(loop.lines, STDOUT_FILENO, timeout, &failure) == LINES_READY) {
			if (!roll_lines(&loop, &failure))
				break;
		}
		if (loop.options.candles != NULL && failure.kind == FAILURE_NONE)
			roll_output_candles(&loop.output, &loop.roll, true, &failure);
		report_late(&loop);
	}
	tool_failed(tool, &failure);
	last = failure;
	if (!roll_output_save(&loop.output, &failure))
		output_drop(tool->output); /* these records come again */
	journal_close(loop.output.journal);
	if (!rejects_close(loop.rejects, &failure))
		tool_failed(tool, &failure);
	lines_close(loop.lines);
	roll_free(&loop.roll);
	roll_record_free(&loop.reader);
	buffer_free(&loop.output.text);
	tool_end(tool, &last);
}

static bool
open_all(struct loop *loop, struct failure *failure)
{
	const struct roll_options *options = &loop->options;
	struct tool *tool = &loop->tool;
	struct sandbox sandbox = {.network = false};

	if (options->rejects != NULL) {
		loop->rejects = rejects_open(options->rejects, tool->name, &tool->caller, failure);
		if (loop->rejects == NULL)
			return false;
	}
	if (options->group != NULL) {
		loop->output.journal = roll_state_open(tool, options, &loop->roll, failure);
		return loop->output.journal != NULL;
	}
	sandbox_reopen(&sandbox, options->rejects);
	tool_confine(tool, &sandbox);
	return true;
}

/* Takes all lines that have arrived, and writes what they gave before the tool waits again. */
static bool
roll_lines(struct loop *loop, struct failure *failure)
{
	struct line line;

	while (lines_next(loop->lines, &line)) {
		if (lines_ignore(&line))
			loop->tool.stats.blank++;
		else if (!take_line(loop, &line, failure))
			return false;
	}
	if (loop->options.close_after > 0 &&
	    !roll_output_candles(&loop->output, &loop->roll, false, failure))
		return false;
	loop->tool.stats.batches++;
	tool_tick(&loop->tool, false, "");
	return (loop->rejects == NULL || rejects_sync(loop->rejects, failure)) &&
	       roll_output_save(&loop->output, failure) && output_flush(loop->tool.output, failure);
}

/* False: the work ends. */
static bool
take_line(struct loop *loop, const struct line *line, struct failure *failure)
{
	struct stats *stats = &loop->tool.stats;
	struct positioned found;
	enum position_found kind = position_of_line(line->text, &found);
	struct failure refused = {.kind = FAILURE_NONE};
	struct line checked = *line;

	if (line->state == LINE_WHOLE &&
	    (kind == POSITION_MARK ||
	        (kind == POSITION_NONE && position_of_moved_mark(line->text, &found.text)))) {
		stats->marks++;
		return roll_output_line(&loop->output, line->text, failure);
	}
	/* The length allowed for a position does not make the rest of the line longer. */
	if (kind == POSITION_NONE && line->bytes > loop->tool.max_line)
		lines_cut(&checked);
	if (loop->options.candles != NULL && kind == POSITION_RECORD)
		snprintf(loop->output.position, POSITION_SIZE, "%.*s", (int)found.text.length,
		    found.text.start);
	stats->lines++;
	stats->bytes += line->bytes;
	if (kind == POSITION_BAD_RAW || (kind == POSITION_RECORD && found.raw.start != NULL))
		fail(&refused, FAILURE_REFUSED, "a record that is no object (_raw) has no members");
	else if (take_record(
	             loop, &checked, kind == POSITION_RECORD ? &found.position : NULL, &refused))
		return true;
	return refuse(loop, &checked, &refused, failure);
}

/* Writes the record with its members. False: it is refused, or the work ends. */
static bool
take_record(struct loop *loop, const struct line *line, const struct position *position,
    struct failure *failure)
{
	struct roll_input input;
	enum series_added added;
	struct series *series;

	if (!measure_check(line, loop->tool.max_line, failure) ||
	    !roll_record_read(&loop->reader, line->text, &input, failure) ||
	    !roll_state_add(position != NULL ? loop->output.journal : NULL, &loop->roll, &input,
	        position, &added, &series, failure))
		return false;
	if (position == NULL && loop->output.journal != NULL && !loop->without) {
		tool_message(&loop->tool,
		    "line %llu has no position (kread -g): the state is not kept for such lines",
		    (unsigned long long)line->number);
		loop->without = true;
	}
	loop->tool.stats.done++;
	loop->late += added == SERIES_LATE;
	if (added == SERIES_LATE && loop->options.late == ROLL_LATE_DROP)
		return true;
	if (series->candles != NULL)
		return series->candles->closed.count == 0 ||
		       roll_output_candle(&loop->output, series, &series->candles->closed, failure);
	buffer_clear(&loop->output.text);
	if (added != SERIES_LATE)
		series_members(
		    series, &loop->options.statistics, loop->options.partial, &loop->output.text);
	return roll_output_record(&loop->output, line->text, failure);
}

/* Reports the line and adds it to the rejects file. False: the work ends. */
static bool
refuse(struct loop *loop, const struct line *line, const struct failure *refused,
    struct failure *failure)
{
	if (refused->kind != FAILURE_REFUSED) {
		*failure = *refused;
		return false;
	}
	loop->tool.stats.refused++;
	tool_message_line(&loop->tool, line->number, refused);
	tool_note_status(&loop->tool, 1);
	return loop->rejects == NULL || rejects_add(loop->rejects, line, refused->text, failure);
}

static void
report_late(struct loop *loop)
{
	if (loop->late == 0)
		return;
	tool_message(&loop->tool, "%llu late records (older than the last of their key) were %s",
	    (unsigned long long)loop->late,
	    loop->options.late == ROLL_LATE_DROP ? "dropped" : "passed on without statistics");
}
