/* ddbget: queries a table, or looks up the keys in its input. */
#include <string.h>

#include "base/environment.h"
#include "ddbget/keys.h"
#include "table/table.h"
#include "tool/tool.h"

struct options {
	const char *table;
	struct table_query query;
	const char *from, *to; /* sort keys */
	const char *index;
	const char *projection;
	bool eventual;
	unsigned rate;
	unsigned jobs;
	bool keys; /* the keys are lines of standard input */
};

enum { MOST_JOBS = 256 };

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_TABLE(AT(table)),
    {0, "from", "SK", OPTION_TEXT, AT(from),
        .help = "within one partition: start at this sort key"},
    {0, "to", "SK", OPTION_TEXT, AT(to),
        .help = "within one partition: end at this sort key, inclusive"},
    {'r', "reverse", NULL, OPTION_FLAG, AT(query.reversed),
        .help = "write the items in descending order, newest first"},
    {'n', "number", "N", OPTION_NUMBER, AT(query.limit), .least = 1, .most = INT64_MAX,
        .help = "write up to N items"},
    {0, "typed", NULL, OPTION_FLAG, AT(query.typed),
        .help = "write DynamoDB JSON: {\"ticker\":{\"S\":\"BTC/USD\"},...}"},
    {0, "index", "NAME", OPTION_TEXT, AT(index),
        .help = "on AWS: query this secondary index; PK and SK are of its key"},
    {0, "projection", "NAME,...", OPTION_TEXT, AT(projection),
        .help = "write only these attributes of each item, and those of its key"},
    {0, "eventual", NULL, OPTION_FLAG, AT(eventual),
        .help = "on AWS: read with eventual consistency, at half the price"},
    {0, "rate", "UNITS", OPTION_NUMBER, AT(rate), .least = 1, .most = 1000000,
        .help = "on AWS: consume up to UNITS capacity units a second"},
    {'j', "jobs", "N", OPTION_NUMBER, AT(jobs), .least = 1, .most = MOST_JOBS,
        .help = "on AWS: read a whole table in N parts, or keep up to N requests with keys in "
                "flight (default 8)"},
    OPTION_END};

static const struct option_table option_table = {.name = "ddbget",
    .about = "query a table (DynamoDB or embedded)",
    .details = "Writes items, one JSON line each, in key order: the whole table, the items of one "
               "partition key, or the item with one partition and sort key. If there is no such "
               "item, the exit status is 1. A whole DynamoDB table comes in no particular order. "
               "With - the keys are read from standard input, a JSON object on each line.",
    .rows = rows,
    .aws = true,
    .statuses = "Exit status: 0 all done; 1 there is no such item; 2 needs attention, retrying "
                "will not help; 75 temporary failure, retry later.",
    .arguments = "[- | PK [SK]]",
    .most = 2};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static bool run(struct tool *tool, const struct options *options, struct failure *failure);
static bool write_item(void *context, struct span item, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options;
	struct failure failure = {.kind = FAILURE_NONE};

	read_options(&tool, argc, argv, &options);
	tool_ready(&tool);
	if (!run(&tool, &options, &failure))
		tool_failed(&tool, &failure);
	tool_end(&tool, &failure);
}

static void
read_options(struct tool *tool, int argc, char **argv, struct options *options)
{
	struct table_query *query = &options->query;

	*options = (struct options){.table = environment_table()};
	tool_start(tool, &option_table, argc, argv, options);
	if (tool->operand_count > 0)
		query->partition = span_of(tool->operands[0]);
	if (tool->operand_count > 1)
		query->sort = span_of(tool->operands[1]);
	if (options->from != NULL)
		query->from = span_of(options->from);
	if (options->to != NULL)
		query->to = span_of(options->to);
	if (query->partition.start == NULL && (options->from != NULL || options->to != NULL))
		tool_usage(tool, "--from and --to require a partition key: ddbget PK --from SK");
	if (query->sort.start != NULL && (options->from != NULL || options->to != NULL))
		tool_usage(tool, "a sort key excludes --from and --to");
	options->keys =
	    tool->operand_count > 0 && tool->dashed > 0 && strcmp(tool->operands[0], "-") == 0;
	if (options->keys &&
	    (tool->operand_count > 1 || options->from != NULL || options->to != NULL ||
	        query->reversed || query->limit > 0 || options->index != NULL))
		tool_usage(tool, "- excludes SK, --from, --to, -r, -n and --index");
}

static bool
run(struct tool *tool, const struct options *options, struct failure *failure)
{
	struct table_settings settings = {.caller = tool_caller(tool),
	    .index = options->index,
	    .projection = options->projection,
	    .eventual = options->eventual,
	    .rate = options->rate,
	    .in_flight = options->jobs};
	struct sandbox sandbox = {.network = false};
	struct table *table;
	bool good;

	if (table_sandbox(options->table, &settings.caller, &sandbox))
		tool_confine(tool, &sandbox);
	table = table_open(options->table, TABLE_READ, &settings, failure);
	if (table == NULL)
		return false;
	tool_confine_to(tool, table_directory(table), NULL);
	good = (options->keys ? keys_look_up(tool, table, options->query.typed, failure)
	                      : table_query(table, &options->query, write_item, tool, failure)) &&
	       output_flush(tool->output, failure);
	table_close(table);
	if (good && !options->keys && tool->stats.done == 0 &&
	    options->query.partition.start != NULL) {
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
