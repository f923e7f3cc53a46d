/* fxenc: makes fetched responses into records of rates. */
#include <stdlib.h>
#include <unistd.h>

#include "base/environment.h"
#include "rate/rate.h"
#include "system/sandbox.h"
#include "tool/tool.h"

static const char help[] =
    "usage: fxenc [-v] [-x FILE] [--stats FILE] [--[no-]progress] [--max-line N]\n"
    "\n"
    "Reads responses as fxfetch writes them, a line each, and writes their rates,\n"
    "one JSON line each. A line that will not do is named on standard error.\n"
    "\n"
    "  -x, --rejects FILE    set such lines aside in FILE\n" TOOL_HELP;

enum { WINDOW = 1024 * 1024 };

struct loop {
	struct tool tool;
	struct lines *lines;
	struct rates *rates;
	struct rejects *rejects;
};

static void read_options(struct tool *tool, int count, char **arguments, const char **rejects);
static bool encode(struct loop *loop, struct failure *failure);

int
main(int count, char **arguments)
{
	struct loop loop = {0};
	struct failure failure = {.kind = FAILURE_NONE}, last;
	const char *rejects_path = NULL, *config;

	tool_begin(&loop.tool, "fxenc", help, arguments);
	read_options(&loop.tool, count, arguments, &rejects_path);
	tool_ready(&loop.tool);
	if (rejects_path != NULL) {
		loop.rejects = rejects_open(rejects_path, "fxenc", &failure);
		if (loop.rejects == NULL)
			goto out;
	}
	if (!environment_config(&config, &failure))
		goto out;
	sandbox_enter(&(struct sandbox){.network = false});
	loop.rates = rates_open(config);
	loop.lines = lines_open(STDIN_FILENO, loop.tool.max_line, WINDOW, &tool_stop);
	while (lines_wait(loop.lines, STDOUT_FILENO, -1, &failure) == LINES_READY) {
		if (!encode(&loop, &failure))
			break;
	}
out:
	tool_failed(&loop.tool, &failure);
	last = failure;
	if (!rejects_close(loop.rejects, &failure))
		tool_failed(&loop.tool, &failure);
	lines_close(loop.lines);
	rates_close(loop.rates);
	tool_end(&loop.tool, &last);
}

static void
read_options(struct tool *tool, int count, char **arguments, const char **rejects)
{
	static const struct option options[] = {
	    {"rejects", required_argument, NULL, 'x'}, TOOL_LONG};
	int option;

	while ((option = getopt_long(count, arguments, ":x:" TOOL_SHORT, options, NULL)) != -1) {
		if (option == 'x')
			*rejects = optarg;
		else
			tool_option(tool, option);
	}
	if (optind < count)
		tool_usage(tool, "takes no arguments: responses come on standard input");
}

static bool
read_line(struct loop *loop, const struct line *line, struct span *records, size_t *made,
    struct failure *failure)
{
	if (line->state == LINE_LONG)
		return fail(failure, FAILURE_REFUSED,
		    "%llu bytes long, and --max-line is %zu: allow more",
		    (unsigned long long)line->bytes, loop->tool.max_line);
	if (line->state == LINE_CUT)
		return fail(failure, FAILURE_REFUSED,
		    "the input ends inside it: no newline, and not a complete object");
	return rates_read(loop->rates, line->text, records, made, failure);
}

/* Says so, sets the line aside, and goes on. False: it cannot be set aside. */
static bool
refuse(struct loop *loop, const struct line *line, const struct failure *refused,
    struct failure *failure)
{
	loop->tool.stats.refused++;
	tool_message_line(&loop->tool, line->number, refused);
	/* 2 where it is the definition that is wrong, not the line. */
	tool_note_status(&loop->tool, failure_status(refused->kind));
	return loop->rejects == NULL || rejects_add(loop->rejects, line, refused->text, failure);
}

/* What has arrived, out before the next wait. */
static bool
encode(struct loop *loop, struct failure *failure)
{
	struct stats *stats = &loop->tool.stats;
	struct failure refused;
	struct line line;
	struct span records;
	size_t made;

	while (lines_next(loop->lines, &line)) {
		bool good;
		stats->lines++;
		stats->bytes += line.bytes;
		if (read_line(loop, &line, &records, &made, &refused)) {
			good =
			    output_add(loop->tool.output, records.start, records.length, failure);
			stats->done++;
		} else {
			good = refuse(loop, &line, &refused, failure);
		}
		if (!good)
			return false;
	}
	stats->batches++;
	tool_tick(&loop->tool, false, "");
	return (loop->rejects == NULL || rejects_sync(loop->rejects, failure)) &&
	       output_flush(loop->tool.output, failure);
}
