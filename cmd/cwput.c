/* cwput: puts lines into CloudWatch as values of metrics. */
#include "cloudwatch/metric.h"
#include "cloudwatch/metrics.h"
#include "storing/storing.h"

enum { WINDOW = 512 * 1024, MOST_JOBS = 64 };

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
    .input = "cwput reads its metrics from standard input"};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static struct metrics *open_metrics(
    struct tool *tool, const struct options *options, struct failure *failure);
static bool take(void *context, struct span record, uint64_t ticket, struct failure *failure);
static bool move(void *context, int input, int watch, int timeout, struct failure *failure);
static bool fate(void *context, uint64_t *ticket, bool *present, struct failure *refused);
static uint64_t retries(void *context);
static uint64_t throttles(void *context);
static void close_metrics(void *context);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options;
	struct failure failure;
	struct sandbox sandbox = {.network = true};
	struct storing storing;
	struct metrics *metrics;

	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	metrics = open_metrics(&tool, &options, &failure);
	if (metrics == NULL) {
		tool_failed(&tool, &failure);
		tool_end(&tool, &failure);
	}
	sandbox.programs = metrics_runs_programs(metrics);
	storing = (struct storing){.tool = &tool,
	    .rejects_path = options.rejects,
	    .quiet = options.quiet,
	    .objects = true,
	    .window = WINDOW,
	    .sandbox = &sandbox,
	    .context = metrics,
	    .take = take,
	    .move = move,
	    .fate = fate,
	    .retries = retries,
	    .throttles = throttles,
	    .close = close_metrics};
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

static struct metrics *
open_metrics(struct tool *tool, const struct options *options, struct failure *failure)
{
	struct metrics_settings settings = {.namespace = options->namespace,
	    .in_flight = options->jobs,
	    .caller = tool_caller(tool)};

	return metrics_open(&settings, failure);
}

static bool
take(void *context, struct span record, uint64_t ticket, struct failure *failure)
{
	return metrics_send(context, record, ticket, failure);
}

static bool
move(void *context, int input, int watch, int timeout, struct failure *failure)
{
	return metrics_move(context, input, watch, timeout, failure);
}

static bool
fate(void *context, uint64_t *ticket, bool *present, struct failure *refused)
{
	*present = false;
	return metrics_fate(context, ticket, refused);
}

static uint64_t
retries(void *context)
{
	return metrics_retries(context);
}

static uint64_t
throttles(void *context)
{
	return metrics_throttles(context);
}

static void
close_metrics(void *context)
{
	metrics_close(context);
}
