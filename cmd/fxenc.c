/* fxenc: turns provider responses into records. */
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/environment.h"
#include "base/memory.h"
#include "rate/rate.h"
#include "record/measure.h"
#include "tool/tool.h"

struct options {
	const char *rejects;
	const char *provider;
};

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_REJECTS(AT(rejects)),
    {'p', "provider", "NAME", OPTION_TEXT, AT(provider), .values = "<provider>",
        .help = "each line is itself a response of this provider, such as a message of a sensor "
                "(mqtt)"},
    OPTION_END};

static const struct option_table table = {.name = "fxenc",
    .about = "turn provider responses into records",
    .details =
        "Reads lines as fxfetch writes them, and writes the records in them, one JSON line each.",
    .rows = rows,
    .input = "fxenc reads responses from standard input"};

enum { WINDOW = 1024 * 1024 };

struct loop {
	struct tool tool;
	struct lines *lines;
	struct rates *rates;
	const struct provider *provider; /* of all lines; NULL: they are lines of fxfetch */
	struct rejects *rejects;
};

static void confine(struct tool *tool, const struct options *options, const char *config);
static bool encode(struct loop *loop, struct failure *failure);

int
main(int count, char **arguments)
{
	struct loop loop = {0};
	struct failure failure = {.kind = FAILURE_NONE}, last;
	struct options options = {.rejects = NULL, .provider = NULL};
	const char *config;

	tool_start(&loop.tool, &table, count, arguments, &options);
	tool_ready(&loop.tool);
	if (options.rejects != NULL) {
		loop.rejects = rejects_open(options.rejects, "fxenc", &loop.tool.caller, &failure);
		if (loop.rejects == NULL)
			goto out;
	}
	if (!environment_config(&config, &failure))
		goto out;
	confine(&loop.tool, &options, config);
	loop.rates = rates_open(config);
	if (options.provider != NULL) {
		loop.provider = rates_provider(loop.rates, options.provider, &failure);
		if (loop.provider == NULL)
			goto out;
	}
	tool_announce_terminal(&loop.tool);
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

/* The provider definitions are read when a line names their provider. */
static void
confine(struct tool *tool, const struct options *options, const char *config)
{
	struct sandbox sandbox = {.network = false};
	char *definitions = memory_format("%s/providers", config);

	sandbox_read_linked(&sandbox, definitions);
	sandbox_reopen(&sandbox, options->rejects);
	tool_confine(tool, &sandbox);
	free(definitions);
}

static bool
read_line(struct loop *loop, const struct line *line, struct span *records, size_t *made,
    struct failure *failure)
{
	if (!measure_check(line, loop->tool.max_line, failure))
		return false;
	if (loop->provider != NULL)
		return rates_read_alone(
		    loop->rates, loop->provider, line->text, clock_now(), records, made, failure);
	return rates_read(loop->rates, line->text, records, made, failure);
}

/* Reports the line and adds it to the rejects file. False: it could not be added. */
static bool
refuse(struct loop *loop, const struct line *line, const struct failure *refused,
    struct failure *failure)
{
	loop->tool.stats.refused++;
	tool_message_line(&loop->tool, line->number, refused);
	/* 2 if the fault is in the definition of the provider, not in the line. */
	tool_note_status(&loop->tool, failure_status(refused->kind));
	return loop->rejects == NULL || rejects_add(loop->rejects, line, refused->text, failure);
}

/* Writes the records of all lines that have arrived, before the tool waits again. */
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

		if (lines_ignore(&line)) {
			stats->blank++;
			continue;
		}
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
