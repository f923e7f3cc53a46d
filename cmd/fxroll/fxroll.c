/* fxroll: adds statistics of each key's last records. */
#include "fxroll/roll_output.h"
#include "fxroll/roll_record.h"
#include "fxroll/roll_state.h"
#include "record/position.h"

enum { MEMBERS = 1024 * 1024 /* the name of a key, an argument, has most of it */ };

struct fxroll {
	struct roll_options options;
	struct filtering filtering;
	struct roll_record_reader reader;
	struct roll roll;
	struct roll_output output;
};

static bool note_position(
    void *context, const struct positioned *found, bool mark, struct failure *failure);
static bool take_record(void *context, const struct line *line, const struct position *position,
    struct failure *failure);
static bool give_due(void *context, struct failure *failure);
static bool give_last(void *context, struct failure *failure);

int
main(int argc, char **argv)
{
	static struct fxroll fxroll;
	static struct tool tool;
	struct roll_options *options = &fxroll.options;
	struct filter filter = {.context = &fxroll, .take = take_record, .look_every = -1};
	struct failure failure = {.kind = FAILURE_NONE};

	roll_options_read(&tool, argc, argv, options);
	tool_ready(&tool);
	if (options->candles != NULL) {
		filter.reach = note_position;
		filter.end = give_last;
	}
	if (options->close_after > 0) {
		filter.look = give_due;
		filter.look_every = 1000;
	}
	fxroll.filtering =
	    (struct filtering){.tool = &tool, .options = &options->filtering, .filter = &filter};
	fxroll.output = (struct roll_output){.filtering = &fxroll.filtering, .options = options};
	buffer_init(&fxroll.output.text, MEMBERS);
	roll_record_init(&fxroll.reader, options);
	roll_init(&fxroll.roll, &options->statistics, options->filtering.max_state);
	if (roll_state_open(&fxroll.filtering, options, &fxroll.roll, &failure))
		filtering_run(&fxroll.filtering, &failure);
	filtering_report_late(&fxroll.filtering,
	    options->late == ROLL_LATE_DROP ? "dropped" : "passed on without statistics");
	filtering_close(&fxroll.filtering, &failure);
	roll_free(&fxroll.roll);
	roll_record_free(&fxroll.reader);
	buffer_free(&fxroll.output.text);
	tool_end(&tool, &failure);
}

/* The position of a candle is that of the record that closes it, or of the last line. */
static bool
note_position(void *context, const struct positioned *found, bool mark, struct failure *failure)
{
	struct fxroll *fxroll = context;

	(void)mark;
	(void)failure;
	position_format(&found->position, false, fxroll->output.position);
	return true;
}

/* Writes the record with its members, or the candle that it closes. */
static bool
take_record(void *context, const struct line *line, const struct position *position,
    struct failure *failure)
{
	struct fxroll *fxroll = context;
	struct journal *journal = position != NULL ? fxroll->filtering.journal : NULL;
	struct roll_output *output = &fxroll->output;
	struct roll_input input;
	enum series_added added;
	struct series *series;

	if (!measure_check(line, fxroll->filtering.tool->max_line, failure) ||
	    !roll_record_read(&fxroll->reader, line->text, &input, failure) ||
	    !roll_state_add(journal, &fxroll->roll, &input, position, &added, &series, failure))
		return false;
	fxroll->filtering.late += added == SERIES_LATE;
	if (added == SERIES_LATE && fxroll->options.late == ROLL_LATE_DROP)
		return true;
	if (series->candles != NULL)
		return series->candles->closed.count == 0 ||
		       roll_output_candle(output, series, &series->candles->closed, failure);
	buffer_clear(&output->text);
	if (added != SERIES_LATE)
		series_members(
		    series, &fxroll->options.statistics, fxroll->options.partial, &output->text);
	return roll_output_record(output, line->text, failure);
}

static bool
give_due(void *context, struct failure *failure)
{
	struct fxroll *fxroll = context;

	return roll_output_candles(&fxroll->output, &fxroll->roll, false, failure);
}

static bool
give_last(void *context, struct failure *failure)
{
	struct fxroll *fxroll = context;

	return roll_output_candles(&fxroll->output, &fxroll->roll, true, failure);
}
