/* filtering: the loop of filters with a state. */
#include <unistd.h>

#include "filtering/filtering.h"
#include "record/position.h"

enum { WINDOW = 1024 * 1024 };

static bool
open_journal(struct filtering *filtering, const struct journal_state *state, const char *text,
    struct sandbox *sandbox, struct failure *failure)
{
	const struct filtering_options *options = filtering->options;
	struct journal_settings settings = {.path = options->state,
	    .tool = filtering->tool->name,
	    .stream = options->stream,
	    .group = options->group,
	    .options = text,
	    .ceiling = options->max_state,
	    .caller = tool_caller(filtering->tool)};

	filtering->journal = journal_open(&settings, state, failure);
	return filtering->journal != NULL && journal_sandbox(&settings, sandbox, failure);
}

bool
filtering_open(struct filtering *filtering, const struct journal_state *state, const char *options,
    struct failure *failure)
{
	struct tool *tool = filtering->tool;
	const char *rejects = filtering->options->rejects;
	struct sandbox sandbox = {.network = false};

	if (rejects != NULL) {
		filtering->rejects = rejects_open(rejects, tool->name, &tool->caller, failure);
		if (filtering->rejects == NULL)
			return false;
	}
	if (filtering->options->group != NULL &&
	    !open_journal(filtering, state, options, &sandbox, failure))
		return false;
	sandbox_reopen(&sandbox, rejects);
	tool_confine(tool, &sandbox);
	return true;
}

/* Puts on disk what has to be there before lines are written: refused lines, and the state. */
static bool
save(struct filtering *filtering, struct failure *failure)
{
	return (filtering->rejects == NULL || rejects_sync(filtering->rejects, failure)) &&
	       (filtering->journal == NULL || journal_sync(filtering->journal, failure));
}

bool
filtering_room(struct filtering *filtering, size_t length, struct failure *failure)
{
	return output_room(filtering->tool->output) > length || save(filtering, failure);
}

bool
filtering_line(struct filtering *filtering, struct span line, struct failure *failure)
{
	return filtering_room(filtering, line.length, failure) &&
	       output_add_line(filtering->tool->output, line, failure);
}

/* Reports the line and adds it to the rejects file. False: the work ends. */
static bool
refuse(struct filtering *filtering, const struct line *line, const struct failure *refused,
    struct failure *failure)
{
	struct tool *tool = filtering->tool;

	if (refused->kind != FAILURE_REFUSED) {
		*failure = *refused;
		return false;
	}
	tool->stats.refused++;
	tool_message_line(tool, line->number, refused);
	tool_note_status(tool, 1);
	return filtering->rejects == NULL ||
	       rejects_add(filtering->rejects, line, refused->text, failure);
}

static bool
take_record(struct filtering *filtering, const struct line *line, const struct position *position,
    struct failure *failure)
{
	if (!filtering->filter->take(filtering->filter->context, line, position, failure))
		return false;
	filtering->tool->stats.done++;
	if (position != NULL || filtering->without)
		return true;
	filtering->without = true;
	if (filtering->journal != NULL)
		tool_message(filtering->tool,
		    "line %llu has no position (kread -g): the state is not kept for such lines",
		    (unsigned long long)line->number);
	return true;
}

/* False: the work ends. */
static bool
take_line(struct filtering *filtering, const struct line *line, struct failure *failure)
{
	const struct filter *filter = filtering->filter;
	struct tool *tool = filtering->tool;
	struct positioned found;
	enum position_found kind = position_of_line(line->text, &found);
	struct failure refused;
	struct line checked = *line;
	bool whole = line->state == LINE_WHOLE;
	bool moved = whole && kind == POSITION_NONE &&
	             position_of_moved_mark(line->text, &found.text) &&
	             position_parse(found.text, &found.position);
	bool mark = moved || (whole && kind == POSITION_MARK);

	if (filter->reach != NULL && (kind != POSITION_NONE || moved) &&
	    !filter->reach(filter->context, &found, mark, failure))
		return false;
	if (mark) {
		tool->stats.marks++;
		return filtering_line(filtering, line->text, failure);
	}
	/* The length allowed for a position does not make the rest of the line longer. */
	if (kind == POSITION_NONE && line->bytes > tool->max_line)
		lines_cut(&checked);
	refused.kind = FAILURE_NONE; /* its text stays as it is: to clear it takes too long */
	tool->stats.lines++;
	tool->stats.bytes += line->bytes;
	if (kind == POSITION_BAD_RAW || (kind == POSITION_RECORD && found.raw.start != NULL))
		fail(&refused, FAILURE_REFUSED, "a record that is no object (_raw) has no members");
	else if (take_record(filtering, &checked, kind == POSITION_RECORD ? &found.position : NULL,
	             &refused))
		return true;
	return refuse(filtering, &checked, &refused, failure);
}

/* Takes all lines that have arrived. */
static bool
take_lines(struct filtering *filtering, struct failure *failure)
{
	const struct filter *filter = filtering->filter;
	struct line line;
	bool some = false;

	for (; lines_next(filtering->lines, &line); some = true) {
		if (lines_ignore(&line))
			filtering->tool->stats.blank++;
		else if (!take_line(filtering, &line, failure))
			return false;
	}
	filtering->tool->stats.batches += some;
	tool_tick(filtering->tool, true, "");
	return filter->look == NULL || filter->look(filter->context, failure);
}

bool
filtering_run(struct filtering *filtering, struct failure *failure)
{
	const struct filter *filter = filtering->filter;
	struct tool *tool = filtering->tool;

	if (filter->begin != NULL && !filter->begin(filter->context, failure))
		return false;
	tool_announce_terminal(tool);
	filtering->lines = lines_open(STDIN_FILENO, tool_line_ceiling(tool), WINDOW, &tool_stop);
	/* What the lines gave is written before the tool waits again. */
	while (save(filtering, failure) && output_flush(tool->output, failure) &&
	       lines_wait(filtering->lines, STDOUT_FILENO, filter->look_every, failure) ==
	           LINES_READY) {
		if (!take_lines(filtering, failure))
			return false;
	}
	return failure->kind == FAILURE_NONE &&
	       (filter->end == NULL || filter->end(filter->context, failure));
}

void
filtering_report_late(const struct filtering *filtering, const char *result)
{
	if (filtering->late == 1)
		tool_message(filtering->tool,
		    "1 late record (older than the last of its key) was %s", result);
	else if (filtering->late > 1)
		tool_message(filtering->tool,
		    "%llu late records (older than the last of their keys) were %s",
		    (unsigned long long)filtering->late, result);
}

void
filtering_close(struct filtering *filtering, const struct failure *failure)
{
	struct tool *tool = filtering->tool;
	struct failure own;

	tool_failed(tool, failure);
	if (!save(filtering, &own)) {
		output_drop(tool->output); /* these records come again */
		if (failure->kind == FAILURE_NONE)
			tool_failed(tool, &own);
	}
	journal_close(filtering->journal);
	(void)rejects_close(filtering->rejects, &own); /* on disk, or that was reported */
	lines_close(filtering->lines);
}
