/* cwput: sends lines to CloudWatch, each as a value of a metric. */
#include "cloudwatch/metric.h"
#include "cloudwatch/metrics.h"
#include "storing/storing.h"

enum { MOST_JOBS = 64 };

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

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options;
	struct metrics_settings settings;
	struct failure failure;
	struct sink *sink;

	tool_begin(&tool, "cwput", help, argv);
	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	settings = (struct metrics_settings){.namespace = options.namespace,
	    .in_flight = options.jobs,
	    .caller = tool_caller(&tool)};
	sink = metrics_sink_open(&settings, &failure);
	if (sink == NULL) {
		tool_failed(&tool, &failure);
		tool_end(&tool, &failure);
	}
	storing_run(&(struct storing){
	    .tool = &tool, .sink = sink, .rejects_path = options.rejects, .quiet = options.quiet});
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
