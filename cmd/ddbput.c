/* ddbput: writes lines to a table, each as an item. */
#include <string.h>

#include "base/environment.h"
#include "storing/storing.h"
#include "table/sink.h"

enum { MOST_JOBS = 256 };

static const char help[] =
    "usage: ddbput [-t TABLE] [-k PK[:T][,SK[:T]]] [--if-absent] [--ttl FIELD] [--typed]\n"
    "              [-j N] [-x FILE] [-q]\n"
    "Puts each line of standard input, a JSON object, into a table; writes it out again once\n"
    "it is safe. An item with the same key is replaced.\n"
    "\n"
    "  -t, --table TABLE     the table (default $FX_TABLE, else rates): NAME, a path with a "
    "\"/\",\n"
    "                        dynamodb:NAME, or the ARN of a table\n"
    "  -k, --key KEY         the key of a table that is made now: the partition key's attribute,\n"
    "                        the sort key's behind a comma, each with a type, S (default), N or B\n"
    "                        (default ticker:S,last_refreshed:S, where -t is not given)\n"
    "      --if-absent       leave an item that is already there as it is\n"
    "      --ttl FIELD       refuse a line whose FIELD DynamoDB would not let an item end by: it\n"
    "                        has to be a number, the seconds since 1970\n"
    "      --typed           lines are DynamoDB's own JSON: {\"ticker\":{\"S\":\"BTC/USD\"},...}\n"
    "  -j, --jobs N          no more than N requests to DynamoDB at once (default 128)\n"
    "  -x, --rejects FILE    set refused lines aside in FILE and go on\n"
    "  -q, --quiet           write no receipts\n" TOOL_HELP;

struct options {
	const char *table;
	const char *rejects;
	struct table_key key;
	bool has_key;
	bool if_absent;
	const char *ttl;
	unsigned jobs;
	bool typed;
	bool quiet;
};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static struct sink *open_sink(
    struct tool *tool, const struct options *options, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options;
	struct failure failure;
	struct sink *sink;

	tool_begin(&tool, "ddbput", help, argv);
	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	sink = open_sink(&tool, &options, &failure);
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
	enum { IF_ABSENT = TOOL_OWN, TTL, TYPED };
	static const struct option known[] = {{"table", required_argument, NULL, 't'},
	    {"key", required_argument, NULL, 'k'}, {"if-absent", no_argument, NULL, IF_ABSENT},
	    {"ttl", required_argument, NULL, TTL}, {"typed", no_argument, NULL, TYPED},
	    {"jobs", required_argument, NULL, 'j'}, {"rejects", required_argument, NULL, 'x'},
	    {"quiet", no_argument, NULL, 'q'}, TOOL_LONG};
	struct failure failure;
	int option;

	*options = (struct options){.table = environment_table()};
	while ((option = getopt_long(argc, argv, TOOL_SHORT "t:k:j:x:q", known, NULL)) != -1) {
		switch (option) {
		case 't':
			options->table = optarg;
			break;
		case 'k':
			if (!table_key_parse(optarg, &options->key, &failure))
				tool_usage(tool, "option -k: %s", failure.text);
			options->has_key = true;
			break;
		case IF_ABSENT:
			options->if_absent = true;
			break;
		case TTL:
			options->ttl = optarg;
			break;
		case TYPED:
			options->typed = true;
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
		tool_usage(tool, "ddbput takes no arguments: its items come on standard input");
}

static struct sink *
open_sink(struct tool *tool, const struct options *options, struct failure *failure)
{
	struct table_settings settings = {.key = options->has_key ? &options->key : NULL,
	    .is_default = strcmp(options->table, environment_table()) == 0,
	    .if_absent = options->if_absent,
	    .ttl = options->ttl,
	    .in_flight = options->jobs,
	    .caller = tool_caller(tool)};
	struct table *table = table_open(options->table, TABLE_WRITE, &settings, failure);

	return table != NULL ? table_sink_open(table, options->typed, options->if_absent) : NULL;
}
