/* fxalert: writes a line each time a rule becomes true for a key. */
#include <unistd.h>

#include "base/clock.h"
#include "fxalert/alert_missing.h"
#include "fxalert/alert_state.h"
#include "record/measure.h"

enum { WINDOW = 1024 * 1024, LINE = 64 * 1024 };

/* Places among the members that are wanted; those of the rules follow. */
enum { KEY, TIME, OWN };

struct loop {
	struct tool tool;
	struct alert_options options;
	struct lines *lines;
	struct alert_output output;
	struct json_wanted wanted[OWN + RULES_MOST];
	struct buffer key; /* of a record whose key has escapes */
	struct rejects *rejects;
	uint64_t late;
};

static void start(struct loop *loop);
static bool open_all(struct loop *loop, struct failure *failure);
static bool take_lines(struct loop *loop, struct failure *failure);
static bool take_line(struct loop *loop, const struct line *line, struct failure *failure);
static bool read_record(
    struct loop *loop, const struct line *line, struct watch_input *input, struct failure *failure);
static bool take_record(struct loop *loop, const struct line *line, const struct position *position,
    struct failure *failure);
static bool refuse(struct loop *loop, const struct line *line, const struct failure *refused,
    struct failure *failure);

int
main(int argc, char **argv)
{
	static struct loop loop;
	struct tool *tool = &loop.tool;
	struct failure failure = {.kind = FAILURE_NONE}, last;

	alert_options_read(tool, argc, argv, &loop.options);
	tool_ready(tool);
	start(&loop);
	if (open_all(&loop, &failure) && alert_missing_begin(&loop.output, &failure)) {
		int timeout = loop.options.rules.missing ? ALERT_MISSING_WAIT : -1;

		tool_announce_terminal(tool);
		loop.lines = lines_open(STDIN_FILENO, tool_line_ceiling(tool), WINDOW, &tool_stop);
		while (alert_output_save(&loop.output, &failure) &&
		       output_flush(tool->output, &failure) &&
		       lines_wait(loop.lines, STDOUT_FILENO, timeout, &failure) == LINES_READY) {
			if (!take_lines(&loop, &failure))
				break;
		}
		if (loop.late > 0)
			tool_message(tool,
			    "%llu late records (older than the last of their key) were ignored",
			    (unsigned long long)loop.late);
	}
	tool_failed(tool, &failure);
	last = failure;
	if (!alert_output_save(&loop.output, &failure))
		output_drop(tool->output); /* these records come again */
	journal_close(loop.output.journal);
	if (!rejects_close(loop.rejects, &failure))
		tool_failed(tool, &failure);
	lines_close(loop.lines);
	watches_clear(&loop.output.watches);
	rules_free(&loop.options.rules);
	buffer_free(&loop.output.text);
	buffer_free(&loop.key);
	tool_end(tool, &last);
}

static void
start(struct loop *loop)
{
	const struct alert_options *options = &loop->options;

	loop->output.tool = &loop->tool;
	loop->output.options = options;
	watches_init(&loop->output.watches, &options->rules, options->max_state);
	buffer_init(&loop->output.text, LINE);
	buffer_init(&loop->key, 2 * MEASURE_KEY);
	loop->wanted[KEY].name = span_of(options->key);
	loop->wanted[TIME].name = span_of(options->time);
	for (size_t i = 0; i < options->rules.member_count; i++)
		loop->wanted[OWN + i].name = span_of(options->rules.members[i]);
}

static bool
open_all(struct loop *loop, struct failure *failure)
{
	const struct alert_options *options = &loop->options;
	struct sandbox sandbox = {.network = false};

	if (options->rejects != NULL) {
		loop->rejects =
		    rejects_open(options->rejects, loop->tool.name, &loop->tool.caller, failure);
		if (loop->rejects == NULL)
			return false;
	}
	if (options->group != NULL)
		return alert_state_open(&loop->output, failure);
	sandbox_reopen(&sandbox, options->rejects);
	tool_confine(&loop->tool, &sandbox);
	return true;
}

/* Takes all lines that have arrived. */
static bool
take_lines(struct loop *loop, struct failure *failure)
{
	struct line line;

	while (lines_next(loop->lines, &line)) {
		if (lines_ignore(&line))
			loop->tool.stats.blank++;
		else if (!take_line(loop, &line, failure))
			return false;
	}
	loop->tool.stats.batches++;
	tool_tick(&loop->tool, false, "");
	return alert_missing_check(&loop->output, failure) &&
	       (loop->rejects == NULL || rejects_sync(loop->rejects, failure));
}

/* False: the work ends. */
static bool
take_line(struct loop *loop, const struct line *line, struct failure *failure)
{
	struct stats *stats = &loop->tool.stats;
	struct alert_output *output = &loop->output;
	struct positioned found;
	enum position_found kind = position_of_line(line->text, &found);
	struct failure refused = {.kind = FAILURE_NONE};
	struct line checked = *line;
	bool moved = line->state == LINE_WHOLE && kind == POSITION_NONE &&
	             position_of_moved_mark(line->text, &found.text) &&
	             position_parse(found.text, &found.position);

	if (kind != POSITION_NONE || moved) {
		alert_output_at(output, &found.position);
		if (!alert_missing_again(output, failure))
			return false;
	}
	if (line->state == LINE_WHOLE && (kind == POSITION_MARK || moved)) {
		stats->marks++;
		return alert_output_line(output, line->text, failure);
	}
	/* The length allowed for a position does not make the rest of the line longer. */
	if (kind == POSITION_NONE && line->bytes > loop->tool.max_line)
		lines_cut(&checked);
	stats->lines++;
	stats->bytes += line->bytes;
	if (kind == POSITION_BAD_RAW || (kind == POSITION_RECORD && found.raw.start != NULL))
		fail(&refused, FAILURE_REFUSED, "a record that is no object (_raw) has no members");
	else if (take_record(
	             loop, &checked, kind == POSITION_RECORD ? &found.position : NULL, &refused))
		return true;
	return refuse(loop, &checked, &refused, failure);
}

static bool
read_record(
    struct loop *loop, const struct line *line, struct watch_input *input, struct failure *failure)
{
	size_t members = loop->options.rules.member_count;
	struct json_wanted *wanted = loop->wanted;

	if (!measure_check(line, loop->tool.max_line, failure) ||
	    !measure_find(line->text, wanted, OWN + members, OWN + members, failure) ||
	    !measure_key(&wanted[KEY], &loop->key, &input->key, failure) ||
	    !measure_time(&wanted[TIME], &input->time, failure))
		return false;
	for (size_t i = 0; i < members; i++) {
		if (!measure_number(&wanted[OWN + i], &input->values[i], failure))
			return false;
	}
	input->arrived = clock_now();
	return true;
}

/* Writes the alerts that the record fires. False: it is refused, or the work ends. */
static bool
take_record(struct loop *loop, const struct line *line, const struct position *position,
    struct failure *failure)
{
	struct alert_output *output = &loop->output;
	struct alert alerts[WATCH_ALERTS];
	struct watch_input input;
	size_t count;
	bool late;

	if (!read_record(loop, line, &input, failure) ||
	    !alert_state_add(output, &input, position, alerts, &count, &late, failure))
		return false;
	if (position == NULL) {
		*output->position = '\0';
		if (output->journal != NULL && !output->without)
			tool_message(&loop->tool,
			    "line %llu has no position (kread -g): the state is not kept for such "
			    "lines",
			    (unsigned long long)line->number);
		output->without = true;
	}
	loop->tool.stats.done++;
	loop->late += late;
	for (size_t i = 0; i < count; i++) {
		if (!alert_output_give(
		        output, input.key, input.time, alerts[i].rule, &alerts[i], failure))
			return false;
	}
	return true;
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
