/* fxmetrics: exports what the tools did, and where streams and groups are, to monitoring systems. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cloudwatch/metric.h"
#include "fxmetrics/cloudwatch.h"
#include "fxmetrics/prometheus.h"
#include "fxmetrics/state.h"
#include "system/directory.h"

enum { WINDOW = 1024 * 1024 };

struct options {
	const char *prometheus;
	bool emf;
	bool cloudwatch;
	struct labels labels;
	const char *namespace;
	const char *state;
};

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {
    {0, "prometheus", "FILE", OPTION_TEXT, AT(prometheus), .values = "<file>",
        .help = "replace FILE by all metrics, for the textfile directory of node exporter"},
    {0, "emf", NULL, OPTION_FLAG, AT(emf),
        .help = "write what is new to standard output in CloudWatch's embedded metric format"},
    {0, "cloudwatch", NULL, OPTION_FLAG, AT(cloudwatch),
        .help = "write what is new to standard output as lines for cwput"},
    {'l', "label", "NAME=VALUE", OPTION_CALL, AT(labels), .read = labels_option,
        .help = "add a label, or dimension, to all metrics; may be repeated"},
    {'n', "namespace", "NAME", OPTION_TEXT, AT(namespace),
        .help = "CloudWatch's namespace (default fxpipe)"},
    {0, "state", "FILE", OPTION_TEXT, AT(state), .values = "<file>",
        .help = "keep the sums, and how far files were read, in FILE"},
    OPTION_END};

static const char *const usage[] = {"--prometheus FILE [OPTION...] STATS...",
    "--emf [OPTION...] STATS...", "--cloudwatch [OPTION...] STATS...", NULL};

static const struct option_table table = {.name = "fxmetrics",
    .about = "export the tools' metrics to Prometheus or CloudWatch",
    .details =
        "Reads the new lines of files that --stats of the tools wrote, and, for the argument "
        "-, lines of kstat from standard input.",
    .usage = usage,
    .rows = rows,
    .arguments = "STATS...",
    .values = "<file>",
    .most = FILES_MOST};

struct fxmetrics {
	struct tool *tool;
	struct options options;
	struct state state;
	struct streams streams;
	int64_t now; /* seconds since 1970 */
	uint64_t bad; /* lines */
};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static void confine(const struct fxmetrics *fxmetrics);
static bool read_all(struct fxmetrics *fxmetrics, struct failure *failure);
static bool write_all(struct fxmetrics *fxmetrics, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct fxmetrics fxmetrics = {.tool = &tool, .now = clock_now() / 1000};
	struct options *options = &fxmetrics.options;
	struct failure failure = {.kind = FAILURE_NONE};
	const char *kind;

	read_options(&tool, argc, argv, options);
	tool_ready(&tool);
	kind = options->prometheus != NULL ? "prometheus" : options->emf ? "emf" : "cloudwatch";
	if (state_open(&fxmetrics.state, options->state, kind, options->prometheus, &failure)) {
		confine(&fxmetrics);
		/* What could not be written counts again the next time. */
		if (read_all(&fxmetrics, &failure) && write_all(&fxmetrics, &failure))
			state_save(&fxmetrics.state, fxmetrics.now, &failure);
	}
	tool_failed(&tool, &failure);
	state_close(&fxmetrics.state);
	streams_free(&fxmetrics.streams);
	labels_free(&options->labels);
	tool_end(&tool, &failure);
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	const char *fault;
	int kinds;

	*options = (struct options){.namespace = "fxpipe"};
	tool_start(tool, &table, argc, argv, options);
	kinds = (options->prometheus != NULL) + options->emf + options->cloudwatch;
	if (kinds != 1)
		tool_usage(tool, "one of --prometheus, --emf and --cloudwatch is required");
	if (options->prometheus != NULL && options->prometheus[0] == '\0')
		tool_usage(tool, "option --prometheus: the name of the file is empty");
	if (options->state != NULL && options->state[0] == '\0')
		tool_usage(tool, "option --state: the name of the file is empty");
	if (options->prometheus == NULL)
		labels_check(tool, &options->labels);
	fault = metric_namespace_fault(span_of(options->namespace));
	if (fault != NULL)
		tool_usage(tool, "option -n: the namespace %s", fault);
	if (tool->operand_count == 0)
		tool_usage(tool, "the name of a file of statistics is required, or - for kstat");
}

static void
confine(const struct fxmetrics *fxmetrics)
{
	const char *path = fxmetrics->options.prometheus;
	char *state = directory_of(fxmetrics->state.path);
	char *output = path != NULL ? directory_of(path) : NULL;
	const struct tool *tool = fxmetrics->tool;
	struct sandbox sandbox = {.network = false};

	sandbox_write(&sandbox, state);
	sandbox_write(&sandbox, output);
	/* Also the files that they were renamed to. */
	for (size_t i = 0; i < tool->operand_count; i++) {
		if (strcmp(tool->operands[i], "-") != 0)
			sandbox_read_replaced(&sandbox, tool->operands[i]);
	}
	tool_confine(fxmetrics->tool, &sandbox);
	free(state);
	free(output);
}

/* Counts one line of a file or of standard input. */
static bool
take_line(void *context, struct line *line, struct failure *failure)
{
	struct fxmetrics *fxmetrics = context;
	struct stats *stats = &fxmetrics->tool->stats;
	struct stats_line figures;
	bool good;

	if (tool_stop)
		return fail_stopped(failure);
	if (lines_ignore(line)) {
		stats->blank++;
		return true;
	}
	good = line->state == LINE_WHOLE;
	if (good && stats_line_read(line->text, &figures))
		good =
		    figures.counted && sums_add(&fxmetrics->state.sums, &figures, fxmetrics->now);
	else
		good = good && streams_add(&fxmetrics->streams, line->text);
	stats->lines++;
	stats->bytes += line->bytes;
	stats->done += good;
	stats->refused += !good;
	fxmetrics->bad += !good;
	tool_tick(fxmetrics->tool, false, "");
	return true;
}

static bool
read_input(struct fxmetrics *fxmetrics, struct failure *failure)
{
	struct lines *lines =
	    lines_open(STDIN_FILENO, fxmetrics->tool->max_line, WINDOW, &tool_stop);
	enum lines_status status;
	struct line line;
	bool good = true;

	tool_announce_terminal(fxmetrics->tool);
	while (good && (status = lines_wait(lines, -1, -1, failure)) != LINES_END) {
		good = status == LINES_READY;
		while (good && lines_next(lines, &line))
			good = take_line(fxmetrics, &line, failure);
	}
	lines_close(lines);
	return good;
}

static void
detail(void *context, const char *sentence)
{
	const struct fxmetrics *fxmetrics = context;

	tool_verbose(fxmetrics->tool, "%s", sentence);
}

static bool
read_all(struct fxmetrics *fxmetrics, struct failure *failure)
{
	struct tool *tool = fxmetrics->tool;
	struct files_reading reading = {
	    &fxmetrics->state.files, tool->max_line, take_line, detail, fxmetrics};

	for (size_t i = 0; i < tool->operand_count; i++) {
		const char *path = tool->operands[i];
		struct failure unread = {.kind = FAILURE_NONE};
		bool good;

		if (strcmp(path, "-") == 0)
			good = read_input(fxmetrics, failure);
		else
			good = files_read(&reading, path, &unread, failure);
		if (!good)
			return false;
		/* The other files are exported all the same. */
		if (unread.kind != FAILURE_NONE) {
			tool_message(tool, "%s", unread.text);
			tool_note_status(tool, unread.kind == FAILURE_TEMPORARY ? 75 : 1);
		}
	}
	if (fxmetrics->bad > 0) {
		tool_message(tool, "%llu line%s written neither by --stats nor by kstat",
		    (unsigned long long)fxmetrics->bad, fxmetrics->bad == 1 ? "" : "s");
		tool_note_status(tool, 1);
	}
	return true;
}

static bool
write_all(struct fxmetrics *fxmetrics, struct failure *failure)
{
	const struct options *options = &fxmetrics->options;
	struct cloudwatch cloudwatch = {fxmetrics->tool,
	    options->emf ? CLOUDWATCH_EMF : CLOUDWATCH_LINES, options->namespace, &options->labels,
	    fxmetrics->now};

	if (options->prometheus != NULL)
		return prometheus_write(options->prometheus, &fxmetrics->state.sums,
		    &fxmetrics->streams, &options->labels, failure);
	return cloudwatch_write(&cloudwatch, &fxmetrics->state.sums, &fxmetrics->streams, failure);
}
