/* ddbget: writes items of a table. */
#include <string.h>

#include "base/environment.h"
#include "system/sandbox.h"
#include "table/table.h"
#include "tool/tool.h"

static const char help[] =
    "usage: ddbget [-t TABLE] [PK [SK]] [--from SK] [--to SK] [-r] [-n N] [--typed]\n"
    "              [-j N]\n"
    "Writes the items of a table, a line of JSON each, in key order: all of them, those of one\n"
    "partition key, or the one with that key. No such item: exit status 1.\n"
    "All items of a table of DynamoDB come in no order.\n"
    "\n"
    "  -t, --table TABLE     the table (default $FX_TABLE, else rates): NAME, a path with a "
    "\"/\",\n"
    "                        dynamodb:NAME, or the ARN of a table\n"
    "      --from SK         of the partition, from this sort key on\n"
    "      --to SK           of the partition, up to this sort key, itself included\n"
    "  -r, --reverse         in reversed order: the newest first\n"
    "  -n, --number N        no more than N items\n"
    "      --typed           as DynamoDB's own JSON: "
    "{\"ticker\":{\"S\":\"BTC/USD\"},...}\n"
    "  -j, --jobs N          read all items of a table of DynamoDB in N parts at once (default "
    "8)\n" TOOL_HELP;

struct options {
	const char *table;
	struct table_query query;
	unsigned jobs;
};

enum { MOST_JOBS = 256 };

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static void read_arguments(struct tool *tool, int argc, char **argv, struct table_query *query);
static bool run(struct tool *tool, const struct options *options, struct failure *failure);
static bool write_item(void *context, struct span item, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options;
	struct failure failure = {.kind = FAILURE_NONE};

	tool_begin(&tool, "ddbget", help, argv);
	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	if (!run(&tool, &options, &failure))
		tool_failed(&tool, &failure);
	tool_end(&tool, &failure);
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	enum { FROM = TOOL_OWN, TO, TYPED };
	static const struct option known[] = {{"table", required_argument, NULL, 't'},
	    {"from", required_argument, NULL, FROM}, {"to", required_argument, NULL, TO},
	    {"reverse", no_argument, NULL, 'r'}, {"number", required_argument, NULL, 'n'},
	    {"typed", no_argument, NULL, TYPED}, {"jobs", required_argument, NULL, 'j'}, TOOL_LONG};
	int option;

	*options = (struct options){.table = environment_table()};
	while ((option = getopt_long(argc, argv, TOOL_SHORT "t:rn:j:", known, NULL)) != -1) {
		switch (option) {
		case 't':
			options->table = optarg;
			break;
		case FROM:
			options->query.from = optarg;
			break;
		case TO:
			options->query.to = optarg;
			break;
		case 'r':
			options->query.reversed = true;
			break;
		case 'n':
			options->query.limit = tool_number(tool, "-n", optarg, 1, INT64_MAX);
			break;
		case TYPED:
			options->query.typed = true;
			break;
		case 'j':
			options->jobs = (unsigned)tool_number(tool, "-j", optarg, 1, MOST_JOBS);
			break;
		default:
			tool_option(tool, option);
		}
	}
	read_arguments(tool, argc - optind, argv + optind, &options->query);
}

static void
read_arguments(struct tool *tool, int argc, char **argv, struct table_query *query)
{
	if (argc > 2)
		tool_usage(
		    tool, "ddbget takes a partition key and a sort key, and no third argument");
	if (argc > 0)
		query->partition = argv[0];
	if (argc > 1)
		query->sort = argv[1];
	if (query->partition == NULL && (query->from != NULL || query->to != NULL))
		tool_usage(
		    tool, "--from and --to are about the sort keys of one partition: name it");
	if (query->sort != NULL && (query->from != NULL || query->to != NULL))
		tool_usage(tool, "a sort key names one item: leave it away, or --from and --to");
}

static bool
run(struct tool *tool, const struct options *options, struct failure *failure)
{
	struct table_settings settings = {.caller = tool_caller(tool), .in_flight = options->jobs};
	struct sandbox sandbox = {.network = false};
	struct table *table = table_open(options->table, TABLE_READ, &settings, failure);
	bool good;

	if (table == NULL)
		return false;
	sandbox.writable[0] = table_directory(table);
	sandbox.network = table_directory(table) == NULL;
	sandbox.programs = table_runs_programs(table);
	sandbox_enter(&sandbox);
	good = table_query(table, &options->query, write_item, tool, failure) &&
	       output_flush(tool->output, failure);
	table_close(table);
	if (good && tool->stats.done == 0 && options->query.partition != NULL) {
		tool_message(tool, "no such item");
		tool_note_status(tool, 1);
	}
	return good;
}

static bool
write_item(void *context, struct span item, struct failure *failure)
{
	struct tool *tool = context;

	if (!output_add_line(tool->output, item, failure))
		return false;
	tool->stats.lines++;
	tool->stats.bytes += item.length;
	tool->stats.done++;
	tool_tick(tool, false, "");
	return !tool_stop || fail_stopped(failure);
}
