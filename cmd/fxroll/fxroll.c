/* fxroll: adds statistics of each key's last records. */
#include <unistd.h>

#include "fxroll/roll_options.h"
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
	struct buffer members; /* of a record */
	struct rejects *rejects;
	struct journal *journal; /* NULL: no state is kept */
	bool without; /* a line without a position was reported */
	uint64_t late;
};

static bool open_all(struct loop *loop, struct failure *failure);
static bool roll_lines(struct loop *loop, struct failure *failure);
static bool take_line(struct loop *loop, const struct line *line, struct failure *failure);
static bool take_record(struct loop *loop, const struct line *line, const struct position *position,
    struct failure *failure);
static bool write_record(struct loop *loop, struct span line, struct failure *failure);
static bool make_room(struct loop *loop, size_t length, struct failure *failure);
static bool save_state(struct loop *loop, struct failure *failure);
static bool refuse(struct loop *loop, const struct line *line, const struct failure *refused,
    struct failure *failure);
static void report_late(struct loop *loop);

int
main(int argc, char **argv)
{
	static struct loop loop;
	struct tool *tool = &loop.tool;
	struct failure failure = {.kind = FAILURE_NONE}, last;

	roll_options_read(tool, argc, argv, &loop.options);
	tool_ready(tool);
	buffer_init(&loop.members, MEMBERS);
	roll_record_init(&loop.reader, loop.options.key, loop.options.value, loop.options.time,
	    &loop.options.statistics);
	roll_init(&loop.roll, &loop.options.statistics, loop.options.max_state);
	if (open_all(&loop, &failure)) {
		tool_announce_terminal(tool);
		loop.lines = lines_open(STDIN_FILENO, tool_line_ceiling(tool), WINDOW, &tool_stop);
		while (lines_wait(loop.lines, STDOUT_FILENO, -1, &failure) == LINES_READY) {
			if (!roll_lines(&loop, &failure))
				break;
		}
		report_late(&loop);
	}
	tool_failed(tool, &failure);
	last = failure;
	if (!save_state(&loop, &failure))
		output_drop(tool->output); /* these records come again */
	journal_close(loop.journal);
	if (!rejects_close(loop.rejects, &failure))
		tool_failed(tool, &failure);
	lines_close(loop.lines);
	roll_free(&loop.roll);
	roll_record_free(&loop.reader);
	buffer_free(&loop.members);
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
		loop->journal = roll_state_open(tool, options, &loop->roll, failure);
		return loop->journal != NULL;
	}
	sandbox_reopen(&sandbox, options->rejects);
	tool_confine(tool, &sandbox);
	return true;
}

/* To be called before records are written that depend on the state. */
static bool
save_state(struct loop *loop, struct failure *failure)
{
	return loop->journal == NULL || journal_sync(loop->journal, failure);
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
	loop->tool.stats.batches++;
	tool_tick(&loop->tool, false, "");
	return (loop->rejects == NULL || rejects_sync(loop->rejects, failure)) &&
	       save_state(loop, failure) && output_flush(loop->tool.output, failure);
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
		return make_room(loop, line->text.length, failure) &&
		       output_add_line(loop->tool.output, line->text, failure);
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

/* Adds a record to the state. position: NULL: the line has none. */
static bool
add_record(struct loop *loop, const struct roll_input *input, const struct position *position,
    enum series_added *added, struct series **series, struct failure *failure)
{
	struct journal *journal = position != NULL ? loop->journal : NULL;

	if (journal != NULL && !journal_before(journal, position, failure))
		return false;
	if (!roll_add(&loop->roll, input, added, series, failure))
		return false;
	if (*added == SERIES_LARGE)
		return fail(failure, FAILURE_REFUSED,
		    "the values of this key need more than %d digits", DECIMAL_DIGITS);
	return journal == NULL || *added == SERIES_LATE ||
	       roll_state_add(journal, position, input, failure);
}

/* Writes the record with its members. False: it is refused, or the work ends. */
static bool
take_record(struct loop *loop, const struct line *line, const struct position *position,
    struct failure *failure)
{
	struct roll_input input;
	enum series_added added;
	struct series *series;

	if (!roll_record_check(line, loop->tool.max_line, failure) ||
	    !roll_record_read(&loop->reader, line->text, &input, failure) ||
	    !add_record(loop, &input, position, &added, &series, failure))
		return false;
	if (position == NULL && loop->journal != NULL && !loop->without) {
		tool_message(&loop->tool,
		    "line %llu has no position (kread -g): the state is not kept for such lines",
		    (unsigned long long)line->number);
		loop->without = true;
	}
	loop->tool.stats.done++;
	loop->late += added == SERIES_LATE;
	if (added == SERIES_LATE && loop->options.late == ROLL_LATE_DROP)
		return true;
	buffer_clear(&loop->members);
	if (added != SERIES_LATE)
		series_members(
		    series, &loop->options.statistics, loop->options.partial, &loop->members);
	return write_record(loop, line->text, failure);
}

/* Before a line is added to the output: if others are written to make room, so is the state. */
static bool
make_room(struct loop *loop, size_t length, struct failure *failure)
{
	return output_room(loop->tool.output) > length || save_state(loop, failure);
}

/* line: an object that has a member. */
static bool
write_record(struct loop *loop, struct span line, struct failure *failure)
{
	struct output *output = loop->tool.output;
	size_t length = line.length;

	while (line.start[length - 1] != '}')
		length--;
	length--;
	return make_room(loop, line.length + loop->members.length, failure) &&
	       output_add(output, line.start, length, failure) &&
	       output_add(output, loop->members.data, loop->members.length, failure) &&
	       output_add_line(
	           output, (struct span){line.start + length, line.length - length}, failure);
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
