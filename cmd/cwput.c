/* cwput: puts lines into CloudWatch as values of metrics. */
#include "cloudwatch/metric.h"
#include "cloudwatch/metrics.h"
#include "storing/storing.h"

enum { WINDOW = 512 * 1024, MOST_JOBS = 64 };

static const char help[] =
    "usage: cwput [-n NAMESPACE] [-j N] [-x FILE] [-q]\n"
    "Puts each line of standard input into CloudWatch as a value of a metric; writes it out\n"
    "again once CloudWatch has it:\n"
    "  "
    "{\"metric\":\"Lines\",\"value\":12,\"unit\":\"Count\",\"timestamp\":\"2026-01-31T12:00:00Z\","
    "\n"
    "   \"dimensions\":{\"Tool\":\"kput\"},\"namespace\":\"fxpipe\",\"resolution\":60}\n"
    "metric and value must be there, the rest may.\n"
    "\n"
    "  -n, --namespace NAMESPACE  that of lines which name none (default fxpipe)\n"
    "  -j, --jobs N          no more than N requests at once (default 4)\n"
    "  -x, --rejects FILE    set refused lines aside in FILE and go on\n"
    "  -q, --quiet           write no receipts\n" TOOL_HELP;

struct options {
	const char *namespace;
	const char *rejects;
	unsigned jobs;
	bool quiet;
};

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

	tool_begin(&tool, "cwput", help, argv);
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
	static const struct option known[] = {{"namespace", required_argument, NULL, 'n'},
	    {"jobs", required_argument, NULL, 'j'}, {"rejects", required_argument, NULL, 'x'},
	    {"quiet", no_argument, NULL, 'q'}, TOOL_LONG};
	const char *fault;
	int option;

	*options = (struct options){.namespace = "fxpipe"};
	while ((option = getopt_long(argc, argv, TOOL_SHORT "n:j:x:q", known, NULL)) != -1) {
		switch (option) {
		case 'n':
			options->namespace = optarg;
			break;
		case 'j':
			options->jobs = (unsigned)tool_number(tool, "-j", optarg, 1, MOST_JOBS);
			break;
		case 'x':
			options->rejects = optarg;
			break;
		case 'q':
			options->quiet = true;
			break;
		default:
			tool_option(tool, option);
		}
	}
	if (optind < argc)
		tool_usage(tool, "cwput takes no arguments: its metrics come on standard input");
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
