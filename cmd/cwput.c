/* cwput: sends lines to CloudWatch, each as a value of a metric. */
#include "aws/client/aws.h"
#include "cloudwatch/metric.h"
#include "cloudwatch/metrics.h"
#include "storing/storing.h"

enum { MOST_JOBS = 64 };

struct options {
	const char *namespace;
	const char *rejects;
	unsigned jobs;
	bool quiet;
};

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {
    {'n', "namespace", "NAME", OPTION_TEXT, AT(namespace),
        .help = "namespace of lines that name none (default fxpipe)"},
    {'j', "jobs", "N", OPTION_NUMBER, AT(jobs), .least = 1, .most = MOST_JOBS,
        .help = "keep up to N requests in flight (default 4)"},
    OPTION_REJECTS(AT(rejects)), OPTION_QUIET(AT(quiet)), OPTION_END};

static const struct option_table table = {.name = "cwput",
    .about = "write metrics to CloudWatch",
    .details =
        "Writes each line of standard input to CloudWatch as a value of a metric, and to standard "
        "output once CloudWatch has it. metric and value are required:\n"
        "  {\"metric\":\"Lines\",\"value\":12,\"unit\":\"Count\",\n"
        "   \"timestamp\":\"2026-01-31T12:00:00Z\",\"dimensions\":{\"Tool\":\"kput\"},\n"
        "   \"namespace\":\"fxpipe\",\"resolution\":60}",
    .rows = rows,
    .aws = true,
    .input = "cwput reads its metrics from standard input"};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options;
	struct metrics_settings settings;
	struct failure failure;
	struct storing storing = {.tool = &tool};
	struct sandbox sandbox = {.network = true};

	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	settings = (struct metrics_settings){.namespace = options.namespace,
	    .in_flight = options.jobs,
	    .caller = tool_caller(&tool)};
	storing.rejects_path = options.rejects;
	storing.quiet = options.quiet;
	aws_sandbox(&settings.caller, &sandbox);
	storing_confine(&storing, &sandbox);
	storing.sink = metrics_sink_open(&settings, &failure);
	if (storing.sink == NULL)
		tool_fail(&tool, &failure);
	storing_run(&storing);
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	const char *fault;

	*options = (struct options){.namespace = "fxpipe"};
	tool_start(tool, &table, argc, argv, options);
	fault = metric_namespace_fault(span_of(options->namespace));
	if (fault != NULL)
		tool_usage(tool, "option -n: the namespace %s", fault);
}
