/* ddbput: writes lines to a table, each as an item, or deletes the items of their keys. */
#include <string.h>

#include "base/environment.h"
#include "storing/storing.h"
#include "table/sink.h"

enum { MOST_JOBS = 256 };

struct options {
	const char *table;
	const char *rejects;
	struct table_key key;
	bool has_key;
	bool if_absent;
	bool deletes;
	const char *ttl;
	unsigned rate;
	unsigned jobs;
	bool typed;
	bool quiet;
};

static void read_key(struct tool *tool, const char *option, const char *text, void *target);

#define AT(member) OPTION_AT(struct options, member)

static const struct option_row rows[] = {OPTION_TABLE(AT(table)),
    {'k', "key", "PK[:T][,SK[:T]]", OPTION_CALL, 0, 0, .read = read_key,
        .help = "key of the table when it is created: the attributes of partition key and sort "
                "key, each with its type S (default), N or B (default without -t: "
                "ticker:S,last_refreshed:S)"},
    {0, "if-absent", NULL, OPTION_FLAG, AT(if_absent),
        .help = "do not replace an item that exists"},
    {0, "delete", NULL, OPTION_FLAG, AT(deletes),
        .help = "delete the item with each line's key; other members of the line are ignored"},
    {0, "ttl", "FIELD", OPTION_TEXT, AT(ttl),
        .help = "refuse a line whose FIELD is not a valid TTL (a number, seconds since 1970)"},
    {0, "typed", NULL, OPTION_FLAG, AT(typed),
        .help = "read DynamoDB JSON: {\"ticker\":{\"S\":\"BTC/USD\"},...}"},
    {0, "rate", "UNITS", OPTION_NUMBER, AT(rate), .least = 1, .most = 1000000,
        .help = "on AWS: consume up to UNITS capacity units a second"},
    {'j', "jobs", "N", OPTION_NUMBER, AT(jobs), .least = 1, .most = MOST_JOBS,
        .help = "on AWS: keep up to N requests in flight (default 128)"},
    OPTION_REJECTS(AT(rejects)), OPTION_QUIET(AT(quiet)), OPTION_END};

static const struct option_table option_table = {.name = "ddbput",
    .about = "write lines to a table (DynamoDB or embedded)",
    .details = "Writes each line of standard input, a JSON object, to a table as an item, and to "
               "standard output once it is safe. An item with the same key is replaced. With "
               "--delete, the item with the same key is deleted instead.",
    .rows = rows,
    .aws = true,
    .input = "ddbput reads its items from standard input"};

static struct sink *open_sink(
    struct tool *tool, const struct options *options, struct failure *failure);

int
main(int argc, char **argv)
{
	struct tool tool;
	struct options options;
	struct failure failure;
	struct storing storing = {.tool = &tool};
	struct sandbox sandbox = {.network = false};
	struct caller caller;

	options = (struct options){.table = environment_table()};
	tool_start(&tool, &option_table, argc, argv, &options);
	if (options.deletes && (options.if_absent || options.ttl != NULL))
		tool_usage(&tool, "--delete excludes --if-absent and --ttl");
	tool_ready(&tool);
	storing.rejects_path = options.rejects;
	storing.quiet = options.quiet;
	caller = tool_caller(&tool);
	if (table_sandbox(options.table, &caller, &sandbox))
		storing_confine(&storing, &sandbox);
	storing.sink = open_sink(&tool, &options, &failure);
	if (storing.sink == NULL)
		tool_fail(&tool, &failure);
	storing_run(&storing);
}

/* target: the struct options. */
static void
read_key(struct tool *tool, const char *option, const char *text, void *target)
{
	struct options *options = target;
	struct failure failure;

	if (!table_key_parse(text, &options->key, &failure))
		tool_usage(tool, "option %s: %s", option, failure.text);
	options->has_key = true;
}

static struct sink *
open_sink(struct tool *tool, const struct options *options, struct failure *failure)
{
	struct table_settings settings = {.key = options->has_key ? &options->key : NULL,
	    .is_default = strcmp(options->table, environment_table()) == 0,
	    .if_absent = options->if_absent,
	    .deletes = options->deletes,
	    .ttl = options->ttl,
	    .rate = options->rate,
	    .in_flight = options->jobs,
	    .caller = tool_caller(tool)};
	struct table *table = table_open(options->table, TABLE_WRITE, &settings, failure);

	return table != NULL ? table_sink_open(table, options->typed, options->if_absent) : NULL;
}
