/* fxplot: draws values of records as a picture of characters, or as SVG or PNG. */
#include <locale.h>
#include <unistd.h>

#include "fxplot/plot_file.h"
#include "fxplot/plot_record.h"
#include "fxplot/plot_screen.h"
#include "record/position.h"

enum { WINDOW = 1024 * 1024 };

struct fxplot {
	struct tool tool;
	struct plot_options options;
	struct chart chart;
	struct plot_record_reader reader;
	struct plot_screen screen;
	struct child gnuplot;
	struct rejects *rejects;
	struct lines *lines;
};

static bool begin(struct fxplot *fxplot, struct failure *failure);
static bool run(struct fxplot *fxplot, struct failure *failure);
static bool finish(struct fxplot *fxplot, struct failure *failure);

int
main(int argc, char **argv)
{
	static struct fxplot fxplot;
	struct tool *tool = &fxplot.tool;
	struct failure failure = {.kind = FAILURE_NONE}, last = failure;
	struct chart_settings settings;

	/* For the width of characters (wcwidth); all else stays as it is in C. */
	setlocale(LC_CTYPE, "C.UTF-8");
	plot_options_read(tool, argc, argv, &fxplot.options);
	tool_ready(tool);
	settings = plot_options_chart(tool, &fxplot.options);
	chart_init(&fxplot.chart, &settings);
	plot_record_init(&fxplot.reader, tool, &fxplot.options);
	plot_screen_init(&fxplot.screen, tool, &fxplot.options);
	child_init(&fxplot.gnuplot);
	if (begin(&fxplot, &failure) && !run(&fxplot, &failure))
		last = failure;
	tool_failed(tool, &failure);
	/* What was read before a signal is drawn, too. */
	if ((failure.kind == FAILURE_NONE || failure.kind == FAILURE_STOPPED) &&
	    !finish(&fxplot, &failure)) {
		last = failure;
		tool_failed(tool, &failure);
	}
	if (!rejects_close(fxplot.rejects, &failure))
		tool_failed(tool, &failure);
	lines_close(fxplot.lines);
	child_close(&fxplot.gnuplot);
	plot_screen_free(&fxplot.screen);
	plot_record_free(&fxplot.reader);
	chart_free(&fxplot.chart);
	tool_end(tool, &last);
}

/* Opens what is needed, starts gnuplot, and confines the tool. */
static bool
begin(struct fxplot *fxplot, struct failure *failure)
{
	const struct plot_options *options = &fxplot->options;
	struct sandbox sandbox = {.network = false};

	if (options->rejects != NULL) {
		fxplot->rejects = rejects_open(
		    options->rejects, fxplot->tool.name, &fxplot->tool.caller, failure);
		if (fxplot->rejects == NULL)
			return false;
	}
	if (options->picture != NULL &&
	    !plot_file_begin(&fxplot->gnuplot, options->picture, &sandbox, failure)) {
		sandbox_free(&sandbox);
		return false;
	}
	sandbox_reopen(&sandbox, options->rejects);
	tool_confine(&fxplot->tool, &sandbox);
	return true;
}

/* Reports the line and adds it to the rejects file. False: the work ends. */
static bool
refuse(struct fxplot *fxplot, const struct line *line, const struct failure *refused,
    struct failure *failure)
{
	if (refused->kind != FAILURE_REFUSED) {
		*failure = *refused;
		return false;
	}
	fxplot->tool.stats.refused++;
	fxplot->screen.stale = true; /* the legend has the number */
	tool_message_line(&fxplot->tool, line->number, refused);
	tool_note_status(&fxplot->tool, 1);
	return fxplot->rejects == NULL ||
	       rejects_add(fxplot->rejects, line, refused->text, failure);
}

/* False: the line is refused, or the work ends. */
static bool
add_record(struct fxplot *fxplot, const struct line *line, struct failure *failure)
{
	struct plot_record_reader *reader = &fxplot->reader;
	struct chart_record record;

	if (!measure_check(line, fxplot->tool.max_line, failure) ||
	    !plot_record_read(reader, line->text, &record, failure))
		return false;
	fxplot->chart.numbered = plot_record_is_numbered(reader);
	if (!chart_add(&fxplot->chart, &record, failure))
		return false;
	reader->number++;
	return true;
}

/* False: the work ends. */
static bool
take_line(struct fxplot *fxplot, struct line *line, struct failure *failure)
{
	struct stats *stats = &fxplot->tool.stats;
	struct positioned found;
	enum position_found kind = position_of_line(line->text, &found);
	struct failure refused;

	if (line->state == LINE_WHOLE &&
	    (kind == POSITION_MARK ||
	        (kind == POSITION_NONE && position_of_moved_mark(line->text, &found.text)))) {
		stats->marks++;
		return true;
	}
	stats->lines++;
	stats->bytes += line->bytes;
	/* The length allowed for a position does not make the rest of the line longer. */
	if (kind == POSITION_NONE && line->bytes > fxplot->tool.max_line)
		lines_cut(line);
	refused.kind = FAILURE_NONE; /* its text stays as it is: to clear it takes too long */
	if (kind == POSITION_BAD_RAW || (kind == POSITION_RECORD && found.raw.start != NULL))
		fail(&refused, FAILURE_REFUSED, "a record that is no object (_raw) has no members");
	else if (add_record(fxplot, line, &refused)) {
		stats->done++;
		fxplot->screen.stale = true;
		return true;
	}
	return refuse(fxplot, line, &refused, failure);
}

/* Takes all lines that have arrived. */
static bool
take_lines(struct fxplot *fxplot, struct failure *failure)
{
	struct line line;
	bool some = false;

	for (; lines_next(fxplot->lines, &line); some = true) {
		if (lines_ignore(&line))
			fxplot->tool.stats.blank++;
		else if (!take_line(fxplot, &line, failure))
			return false;
	}
	fxplot->tool.stats.batches += some;
	tool_tick(&fxplot->tool, fxplot->options.follow, "");
	return fxplot->rejects == NULL || rejects_sync(fxplot->rejects, failure);
}

static bool
run(struct fxplot *fxplot, struct failure *failure)
{
	struct tool *tool = &fxplot->tool;
	/* With -o nothing is written there, so that it does not matter whether anybody reads it. */
	int watch = fxplot->options.picture != NULL ? -1 : STDOUT_FILENO;

	tool_announce_terminal(tool);
	fxplot->lines = lines_open(STDIN_FILENO, tool_line_ceiling(tool), WINDOW, &tool_stop);
	while (lines_wait(fxplot->lines, watch, plot_screen_patience(&fxplot->screen), failure) ==
	       LINES_READY) {
		if (!take_lines(fxplot, failure) ||
		    !plot_screen_look(&fxplot->screen, &fxplot->chart, failure))
			return false;
	}
	return failure->kind == FAILURE_NONE;
}

static bool
finish(struct fxplot *fxplot, struct failure *failure)
{
	if (fxplot->options.picture != NULL)
		return plot_file_end(
		    &fxplot->tool, &fxplot->gnuplot, &fxplot->options, &fxplot->chart, failure);
	return plot_screen_end(&fxplot->screen, &fxplot->chart, failure);
}
