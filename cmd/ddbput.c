/* ddbput: puts lines into a table as items. */
#include <string.h>

#include "base/environment.h"
#include "table/table.h"
#include "storing/storing.h"

enum { WINDOW = 2 * 1024 * 1024, SENT_WINDOW = 512 * 1024, MOST_JOBS = 256 };

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

struct ddbput {
	struct tool *tool;
	struct options options;
	struct table *table;
	struct prepared *items[LINES_BATCH];
	size_t count;
};

static void read_options(struct tool *tool, int argc, char **argv, struct options *options);
static struct table *open_table(
    struct tool *tool, const struct options *options, struct failure *failure);
static bool take(void *context, struct span record, uint64_t ticket, struct failure *failure);
static bool commit(void *context, struct failure *failure);
static bool move(void *context, int input, int watch, int timeout, struct failure *failure);
static bool fate(void *context, uint64_t *ticket, bool *present, struct failure *refused);
static uint64_t retries(void *context);
static uint64_t throttles(void *context);
static void close_table(void *context);

int
main(int argc, char **argv)
{
	static struct ddbput ddbput;
	struct tool tool;
	struct failure failure;
	struct sandbox sandbox = {.network = false};
	struct storing storing;

	tool_begin(&tool, "ddbput", help, argv);
	read_options(&tool, argc, argv, &ddbput.options);
	tool_ready(&tool);
	ddbput.tool = &tool;
	ddbput.table = open_table(&tool, &ddbput.options, &failure);
	if (ddbput.table == NULL) {
		tool_failed(&tool, &failure);
		tool_end(&tool, &failure);
	}
	sandbox.writable[0] = table_directory(ddbput.table);
	storing = (struct storing){.tool = &tool,
	    .rejects_path = ddbput.options.rejects,
	    .quiet = ddbput.options.quiet,
	    .objects = true,
	    .window = WINDOW,
	    .sandbox = &sandbox,
	    .context = &ddbput,
	    .take = take,
	    .commit = commit,
	    .close = close_table};
	if (table_sends(ddbput.table)) {
		sandbox.network = true;
		sandbox.programs = table_runs_programs(ddbput.table);
		storing.window = SENT_WINDOW;
		storing.move = move;
		storing.fate = fate;
		storing.retries = retries;
		storing.throttles = throttles;
	}
	storing_run(&storing);
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

static struct table *
open_table(struct tool *tool, const struct options *options, struct failure *failure)
{
	struct table_settings settings = {.if_absent = options->if_absent,
	    .ttl = options->ttl,
	    .caller = tool_caller(tool),
	    .in_flight = options->jobs};

	settings.key = options->has_key ? &options->key : NULL;
	settings.is_default = strcmp(options->table, environment_table()) == 0;
	return table_open(options->table, TABLE_WRITE, &settings, failure);
}

static bool
take(void *context, struct span record, uint64_t ticket, struct failure *failure)
{
	struct ddbput *ddbput = context;
	struct prepared *prepared;

	if (!table_prepare(ddbput->table, record, ddbput->options.typed, &prepared, failure))
		return false;
	if (table_sends(ddbput->table))
		return table_send(ddbput->table, prepared, ticket, failure);
	ddbput->items[ddbput->count++] = prepared;
	return true;
}

static bool
commit(void *context, struct failure *failure)
{
	struct ddbput *ddbput = context;
	size_t present;
	bool put = table_put(ddbput->table, ddbput->items, ddbput->count, ddbput->options.if_absent,
	    &present, failure);

	if (put)
		ddbput->tool->stats.present += present;
	table_prepare_reset(ddbput->table);
	ddbput->count = 0;
	return put;
}

static bool
move(void *context, int input, int watch, int timeout, struct failure *failure)
{
	return table_move(((struct ddbput *)context)->table, input, watch, timeout, failure);
}

static bool
fate(void *context, uint64_t *ticket, bool *present, struct failure *refused)
{
	return table_fate(((struct ddbput *)context)->table, ticket, present, refused);
}

static uint64_t
retries(void *context)
{
	return table_retries(((struct ddbput *)context)->table);
}

static uint64_t
throttles(void *context)
{
	return table_throttles(((struct ddbput *)context)->table);
}

static void
close_table(void *context)
{
	table_close(((struct ddbput *)context)->table);
}
